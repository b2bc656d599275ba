import CLinux
import Glibc

/// Accepts connections on loopback.
struct HTTPListener: Sendable {
  static let connectionsMax = 512

  let file: Descriptor
  let port: UInt16

  /// - Parameter port: 0 takes any free one.
  init(port: UInt16) throws(SystemError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let number = socket(AF_INET, type, 0)
    guard number >= 0 else { throw SystemError("socket") }
    file = Descriptor(number)
    var yes: Int32 = 1
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // Safety: every pointer is to a local value of the size that goes with it.
    unsafe setsockopt(
      number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard unsafe bind(number, pointer, length) == 0, listen(number, 128) == 0 else {
          return false
        }
        return unsafe getsockname(number, pointer, &length) == 0
      }
    }
    guard bound else { throw SystemError("listen on 127.0.0.1:\(port)") }
    self.port = UInt16(bigEndian: address.sin_port)
  }

  /// The next connection.
  func accept(_ reactor: Reactor) async throws -> Descriptor {
    while true {
      let number = accept4(
        file.number, nil, nil, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
      if number >= 0 {
        var yes: Int32 = 1
        // Safety: the option is one local number.
        unsafe setsockopt(
          number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return Descriptor(number)
      }
      switch errno {
      case EAGAIN: try await reactor.waitReadable(file)
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE: try await Task.sleep(for: .milliseconds(100))
      default: throw SystemError("accept")
      }
    }
  }
}
