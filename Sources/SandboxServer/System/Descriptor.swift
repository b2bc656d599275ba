import CLinux
import Glibc

/// A system call that failed.
struct SystemError: Error, Hashable, CustomStringConvertible {
  var call: String
  var code: Int32

  init(_ call: String, code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  /// The system's words for `code`.
  var reason: String { Self.text(code) }

  var description: String { "\(call): \(reason)" }

  static func text(_ code: Int32) -> String {
    // Safety: glibc's strerror gives a string that lives as long as the thread's next call.
    unsafe String(cString: strerror(code))
  }
}

/// An open file, closed with the last reference to it.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  func setNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

  /// Opens a file, close-on-exec.
  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError)
    -> Descriptor
  {
    // Safety: Swift lends a terminated copy of the path for the call.
    let number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemError("open \(path)") }
    return Descriptor(number)
  }

  /// Both ends of a pipe, close-on-exec.
  static func pipe() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
    var numbers: [Int32] = [-1, -1]
    // Safety: the array has room for the two numbers that pipe2 writes.
    guard unsafe pipe2(&numbers, O_CLOEXEC) == 0 else { throw SystemError("pipe2") }
    return (Descriptor(numbers[0]), Descriptor(numbers[1]))
  }

  /// Two connected sockets that keep the borders of messages, close-on-exec.
  static func messageSockets() throws(SystemError) -> (Descriptor, Descriptor) {
    var numbers: [Int32] = [-1, -1]
    let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
    // Safety: the array has room for the two numbers that socketpair writes.
    guard unsafe socketpair(AF_UNIX, type, 0, &numbers) == 0 else {
      throw SystemError("socketpair")
    }
    return (Descriptor(numbers[0]), Descriptor(numbers[1]))
  }
}
