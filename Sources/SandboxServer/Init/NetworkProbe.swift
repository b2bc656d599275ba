import CLinux
import Glibc

/// Asks a port of the pod's own network, from inside of it, whether anybody answers.
enum NetworkProbe {
  /// - Returns: The process's exit code: 0 where the probe succeeds; the reason goes to stdout.
  static func run(_ arguments: [String]) -> Int32 {
    let isHTTP = arguments[0] == "http"
    guard arguments.count >= (isHTTP ? 5 : 4), let port = UInt16(arguments[2]),
      let seconds = Int(arguments[isHTTP ? 4 : 3])
    else { return 64 }
    let failure =
      isHTTP
      ? get(
        arguments[3], host: arguments[1], port: port, headers: Array(arguments.dropFirst(5)),
        seconds: seconds)
      : reach(host: arguments[1], port: port, seconds: seconds)
    if let failure { print(failure) }
    return failure == nil ? 0 : 1
  }

  /// Why nobody listens; `nil` where somebody does.
  static func reach(host: String, port: UInt16, seconds: Int) -> String? {
    if connect(to: host, port: port, seconds: seconds) != nil { return nil }
    return "dial tcp \(host):\(port): \(SystemError.text(errno))"
  }

  /// Why a GET is not answered with 2xx or 3xx; `nil` where it is.
  static func get(
    _ path: String, host: String, port: UInt16, headers: [String], seconds: Int
  ) -> String? {
    guard let file = connect(to: host, port: port, seconds: seconds) else {
      return "dial tcp \(host):\(port): \(SystemError.text(errno))"
    }
    var request = "GET \(path) HTTP/1.0\r\nHost: \(host):\(port)\r\n"
    request += "User-Agent: kube-probe/1.36\r\nAccept: */*\r\n"
    for header in headers { request += "\(header)\r\n" }
    request += "\r\n"
    let bytes = Array(request.utf8)
    var answer = [UInt8](repeating: 0, count: 512)
    // Safety: both counts are those of the arrays.
    guard unsafe send(file.number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count,
      case let count = unsafe recv(file.number, &answer, answer.count, 0), count > 0
    else { return "Get \"http://\(host):\(port)\(path)\": \(SystemError.text(errno))" }
    let words = String(decoding: answer.prefix(count), as: UTF8.self).split(separator: " ")
    guard words.count > 1, let status = Int(words[1].prefix(3)) else {
      return "malformed HTTP response"
    }
    if (200..<400).contains(status) { return nil }
    return "HTTP probe failed with statuscode: \(status)"
  }

  private static func connect(to host: String, port: UInt16, seconds: Int) -> Descriptor? {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard number >= 0 else { return nil }
    let file = Descriptor(number)
    var limit = timeval(tv_sec: max(1, seconds), tv_usec: 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    // Safety: every pointer is to a local value of the size that goes with it.
    unsafe setsockopt(
      number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    unsafe setsockopt(
      number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      errno = EINVAL
      return nil
    }
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result == 0 ? file : nil
  }
}
