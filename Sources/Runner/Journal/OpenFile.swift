import Glibc
import Ports

/// An open file that is closed with its last owner.
final class OpenFile: Sendable {
  private let descriptor: CInt
  private let path: String

  /// - Parameter flags: As for open(2); new files are readable and writable by their owner only.
  init(_ path: String, flags: CInt) throws(JournalError) {
    // Safety: open reads the path only while it is called.
    descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
    self.path = path
    guard descriptor >= 0 else { throw Self.failure("opened", path) }
  }

  deinit { Glibc.close(descriptor) }

  func lock() throws(JournalError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    guard errno == EWOULDBLOCK else { throw Self.failure("locked", path) }
    throw JournalError(
      .locked, "Another process is running this run: it holds `\(path)`",
      hint: "wait for it to end, or stop it")
  }

  func read(bytesMax: Int) throws(JournalError) -> [UInt8] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size >= 0, size <= bytesMax else {
      throw JournalError(.unreadable, "`\(path)` is larger than \(bytesMax) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        // Safety: the buffer is ours for the call, and pread stays within the count it is given.
        unsafe pread(descriptor, buffer.baseAddress! + done, size - done, off_t(done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("read", path, reason: .unreadable) }
      done += count
    }
    return bytes
  }

  func write(_ bytes: [UInt8]) throws(JournalError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        // Safety: the buffer is ours for the call, and write reads no more than the count.
        unsafe Glibc.write(descriptor, buffer.baseAddress! + done, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("written", path) }
      done += count
    }
  }

  /// Returns when everything written is durable.
  func synchronize() throws(JournalError) {
    guard fdatasync(descriptor) == 0 else { throw Self.failure("made durable", path) }
  }

  func truncate(to size: Int) throws(JournalError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.failure("shortened", path) }
    try synchronize()
  }

  /// Makes the file's name as durable as its content.
  func synchronizeFolder() throws(JournalError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try OpenFile(folder.isEmpty ? "/" : folder, flags: O_RDONLY | O_DIRECTORY).synchronizeAll()
  }

  private func synchronizeAll() throws(JournalError) {
    guard fsync(descriptor) == 0 else { throw Self.failure("made durable", path) }
  }

  static func failure(
    _ verb: String, _ path: String, reason: JournalError.Reason = .unwritable
  ) -> JournalError {
    // Safety: strerror answers with a string of the C library that lives on.
    let cause = unsafe String(cString: strerror(errno))
    return JournalError(reason, "`\(path)` cannot be \(verb): \(cause)")
  }
}
