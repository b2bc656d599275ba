import Glibc

/// An open file or directory, closed when nobody holds it any more.
final class OpenFile: Sendable {
  let number: Int32

  init(adopting number: Int32) { self.number = number }

  deinit { close(number) }

  /// - Parameter directory: What `name` is relative to; `nil` for the working directory.
  convenience init(
    _ name: [UInt8], in directory: OpenFile?, _ flags: Int32, mode: mode_t = 0
  ) throws(SystemFailure) {
    // Safety: the name is a C string for the length of the call.
    let number = unsafe withCString(name) {
      unsafe openat(directory?.number ?? AT_FDCWD, $0, flags | O_CLOEXEC, mode)
    }
    guard number >= 0 else { throw SystemFailure() }
    self.init(adopting: number)
  }

  func status() throws(SystemFailure) -> stat {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw SystemFailure() }
    return status
  }

  /// What a name in this directory is; a symbolic link is itself.
  func status(of name: [UInt8]) throws(SystemFailure) -> stat {
    var status = stat()
    let result = unsafe withCString(name) {
      unsafe fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    guard result == 0 else { throw SystemFailure() }
    return status
  }

  /// Reads until `count` bytes are there or the file ends.
  func read(
    into buffer: UnsafeMutableRawPointer, at offset: Int, count: Int
  ) throws(SystemFailure) -> Int {
    var filled = 0
    while filled < count {
      // Safety: the caller vouches for `count` bytes of room.
      let read = unsafe pread(number, buffer + filled, count - filled, off_t(offset + filled))
      if read == 0 { break }
      if read < 0 {
        if errno == EINTR { continue }
        throw SystemFailure()
      }
      filled += read
    }
    return filled
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemFailure) {
    var written = 0
    while written < bytes.count {
      // Safety: what is left lies inside `bytes`.
      let count = unsafe pwrite(
        number, bytes.baseAddress! + written, bytes.count - written, off_t(offset + written))
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemFailure()
      }
      written += count
    }
  }

  /// The names in this directory, ascending by their bytes, without `.` and `..`.
  func names() throws(SystemFailure) -> [[UInt8]] {
    // A stream takes over its descriptor and reads from its position: it gets one of its own.
    let copy = unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw SystemFailure() }
    guard let stream = unsafe fdopendir(copy) else {
      let failure = SystemFailure()
      close(copy)
      throw failure
    }
    defer { unsafe closedir(stream) }
    var names: [[UInt8]] = []
    errno = 0
    // Safety: the entry belongs to the stream until the next call; its name is copied before.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe Array($0.prefix { $0 != 0 })
      }
      if name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] {
        names.append(name)
      }
      errno = 0
    }
    guard errno == 0 else { throw SystemFailure() }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

/// What the last system call on this thread failed with.
struct SystemFailure: Error, CustomStringConvertible {
  let code: Int32

  init(code: Int32 = errno) { self.code = code }

  // Safety: the text belongs to the C library and is copied at once.
  var description: String { unsafe String(cString: strerror(code)) }
}

/// Runs `body` with the bytes and a NUL behind them.
func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  // Safety: the array lives for the length of the call and ends with NUL.
  unsafe (bytes + [0]).withUnsafeBufferPointer {
    unsafe $0.withMemoryRebound(to: CChar.self) { unsafe body($0.baseAddress!) }
  }
}

extension OpenFile {
  /// A path has no more components than this; each costs an open file.
  private static let depthMax = 512

  /// Removes an entry, and what is in it if it is a directory; links are not followed.
  func removeAll(_ name: [UInt8], depth: Int = 0) throws(SystemFailure) {
    if try remove(name, 0) { return }
    guard depth < Self.depthMax else { throw SystemFailure(code: ELOOP) }
    let directory = try OpenFile(name, in: self, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    for inner in try directory.names() { try directory.removeAll(inner, depth: depth + 1) }
    _ = try remove(name, AT_REMOVEDIR)
  }

  /// - Returns: `false` for a directory that is not removed as one. What is gone is removed.
  private func remove(_ name: [UInt8], _ flags: Int32) throws(SystemFailure) -> Bool {
    // Safety: the name is a C string for the length of the call.
    let status = unsafe withCString(name) { unsafe unlinkat(number, $0, flags) }
    guard status != 0 else { return true }
    let failure = SystemFailure()
    if failure.code == ENOENT { return true }
    // POSIX lets unlink(2) say EPERM for a directory; what it is tells the status.
    if failure.code == EISDIR || failure.code == EPERM, flags == 0,
      try self.status(of: name).st_mode & S_IFMT == S_IFDIR
    {
      return false
    }
    throw failure
  }
}
