/// The environment that this program was started with.
public enum ProcessEnvironment {
  /// Read from the kernel: the C library's own table is a global that any thread may change.
  public static var current: [String: String] {
    guard let bytes = try? LocalFile.read("/proc/self/environ", bytesMax: 4 << 20) else {
      return [:]
    }
    var environment: [String: String] = [:]
    for entry in bytes.split(separator: 0) {
      let parts = entry.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      environment[String(decoding: parts[0], as: UTF8.self)] = String(
        decoding: parts[1], as: UTF8.self)
    }
    return environment
  }
}
