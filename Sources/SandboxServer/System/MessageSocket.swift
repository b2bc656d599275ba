import CLinux
import Glibc

/// One end of a socket whose messages may carry open files.
struct MessageSocket: Sendable {
  struct Message {
    var bytes: [UInt8]
    var files: [Descriptor]
  }

  /// What one message may hold; the kernel's own bound on a send buffer lies near it.
  static let bytesMax = 160 << 10

  let file: Descriptor

  /// Sends one message; throws `EAGAIN` where the socket is non-blocking and full.
  func send(_ bytes: [UInt8], files: [Descriptor] = []) throws(SystemError) {
    guard bytes.count <= Self.bytesMax else { throw SystemError("sendmsg", code: EMSGSIZE) }
    let numbers = files.map(\.number)
    // Safety: pointers and lengths come from the same arrays.
    let sent = unsafe linux_send_files(file.number, bytes, bytes.count, numbers, numbers.count)
    guard sent >= 0 else { throw SystemError("sendmsg") }
    withExtendedLifetime(files) {}
  }

  /// The next message; `nil` once the other end is closed.
  func receive() throws(SystemError) -> Message? {
    var numbers = [Int32](repeating: -1, count: linux_message_files_max)
    var fileCount = 0
    var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
    // Safety: the capacity is the array's own; `numbers` has the room that the function asks for.
    let length = unsafe linux_receive_files(
      file.number, &bytes, bytes.count, &numbers, &fileCount)
    let code = errno
    let files = numbers.prefix(fileCount).map(Descriptor.init)
    guard length >= 0 else { throw SystemError("recvmsg", code: code) }
    if length == 0 { return nil }
    bytes.removeLast(bytes.count - length)
    return Message(bytes: bytes, files: files)
  }
}
