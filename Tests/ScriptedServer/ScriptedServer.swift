public import CurlTransport
import Glibc
import Synchronization

/// A server on loopback that answers byte for byte what a test says, right or wrong.
public final class ScriptedServer: Sendable {
  private let listener: Int32
  private let port: UInt16
  private let requestsSeen = Mutex<[ScriptedRequest]>([])
  private let answer: @Sendable (ScriptedRequest, ScriptedConnection) -> Void

  /// - Parameter answer: Called on a thread of its own for each request of a connection, until it
  ///   closes the connection.
  public init(_ answer: @escaping @Sendable (ScriptedRequest, ScriptedConnection) -> Void) throws {
    self.answer = answer
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    listener = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // Safety: an IPv4 address of the size said, in and out.
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard isBound else { throw ScriptedServerError() }
    port = UInt16(bigEndian: address.sin_port)
    guard startThread({ [self] in serve() }) else { throw ScriptedServerError() }
  }

  /// Answers the n-th request with the n-th text, then closes the connection; the last text is
  /// repeated.
  public convenience init(answering texts: String...) throws {
    let count = Mutex(0)
    try self.init { _, connection in
      let index = count.withLock { count in
        defer { count += 1 }
        return min(count, texts.count - 1)
      }
      connection.send(texts[index])
      connection.close()
    }
  }

  public var url: String { "http://127.0.0.1:\(port)" }

  public var requests: [ScriptedRequest] { requestsSeen.withLock(\.self) }

  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  deinit { close(listener) }

  private func serve() {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      let connection = ScriptedConnection(descriptor)
      _ = startThread { [self] in
        while let request = connection.nextRequest() {
          requestsSeen.withLock { $0.append(request) }
          answer(request, connection)
        }
        connection.close()
      }
    }
  }
}

public struct ScriptedServerError: Error {}

public struct ScriptedRequest: Sendable {
  public var method: String
  public var target: String
  public var headers: [HTTPField]
  public var body: [UInt8]
}

/// One connection, seen from the server. Blocking; for the thread that was handed it.
public final class ScriptedConnection: Sendable {
  private let descriptor: Mutex<Int32>
  private let pending = Mutex<[UInt8]>([])

  init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  public func send(_ text: String) { send(Array(text.utf8)) }

  public func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // Safety: the kernel reads at most `count` bytes of the buffer lent for this call.
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.send(
          current, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// What the client sends next; empty at the end.
  public func receive() -> [UInt8] {
    let kept = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    if !kept.isEmpty { return kept }
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // Safety: the kernel writes at most `count` bytes into the buffer lent for this call.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe recv(current, bytes.baseAddress, bytes.count, 0)
    }
    return count > 0 ? Array(buffer[..<count]) : []
  }

  public func close() {
    let descriptor = descriptor.withLock { descriptor in
      defer { descriptor = -1 }
      return descriptor
    }
    guard descriptor >= 0 else { return }
    shutdown(descriptor, Int32(SHUT_WR))
    Glibc.close(descriptor)
  }

  private var current: Int32 { descriptor.withLock(\.self) }

  func nextRequest() -> ScriptedRequest? {
    var bytes: [UInt8] = []
    let mark = Array("\r\n\r\n".utf8)
    while bytes.firstRange(of: mark) == nil {
      let more = receive()
      if more.isEmpty { return nil }
      bytes += more
    }
    guard let end = bytes.firstRange(of: mark) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var request = ScriptedRequest(
      method: String(words[0]), target: String(words[1]), headers: [],
      body: Array(bytes[end.upperBound...]))
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      request.headers.append(
        HTTPField(String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
    }
    let length = request.headers.first(named: "Content-Length").flatMap { Int($0) } ?? 0
    while request.body.count < length {
      let more = receive()
      if more.isEmpty { return nil }
      request.body += more
    }
    pending.withLock { $0 = Array(request.body[length...]) }
    request.body.removeSubrange(length...)
    return request
  }
}
