import Glibc

/// Reads small local files: kubeconfigs, tokens, certificates.
enum LocalFile {
  /// The whole file.
  ///
  /// - Throws: Where it cannot be read or is larger than `bytesMax`.
  static func read(_ path: String, bytesMax: Int) throws(ConfigurationError) -> [UInt8] {
    // Safety: passes no third argument, since nothing is created.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // Safety: the kernel writes at most `count` bytes into the buffer lent for this call.
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw failure(path)
      }
      bytes += chunk[..<count]
      guard bytes.count <= bytesMax else {
        throw ConfigurationError("The file is larger than \(bytesMax) bytes", file: path)
      }
    }
  }

  static func exists(_ path: String) -> Bool {
    // Safety: the path is lent for the call.
    unsafe access(path, F_OK) == 0
  }

  private static func failure(_ path: String) -> ConfigurationError {
    // Safety: copied before anything else can change the text.
    let reason = unsafe String(cString: strerror(errno))
    return ConfigurationError("The file cannot be read: \(reason)", file: path)
  }
}
