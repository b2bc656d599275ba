import Documents

/// One client's connection: reads requests and writes answers, one after the other.
struct HTTPConnection {
  enum Failure: Error { case malformed, tooLarge, closed }

  static let headBytesMax = 64 << 10

  let file: Descriptor
  let reactor: Reactor
  /// Received and not read yet.
  private(set) var received: [UInt8] = []

  init(file: Descriptor, reactor: Reactor) {
    file.setNonBlocking()
    self.file = file
    self.reactor = reactor
  }

  private mutating func receive() async throws {
    let bytes = try await reactor.read(file, atMost: 1 << 16)
    guard !bytes.isEmpty else { throw Failure.closed }
    received += bytes
  }

  /// The next request's head; `nil` where the client has no more.
  mutating func nextHead() async throws -> HTTPRequest? {
    var searched = 0
    while true {
      if let end = received[searched...].firstEndOfHead {
        guard let request = HTTPRequest(head: received[..<end]) else { throw Failure.malformed }
        received.removeFirst(end + 4)
        return request
      }
      guard received.count <= Self.headBytesMax else { throw Failure.tooLarge }
      searched = max(0, received.count - 3)
      let bytes = try await reactor.read(file, atMost: 1 << 16)
      if bytes.isEmpty {
        if received.isEmpty { return nil }
        throw Failure.closed
      }
      received += bytes
    }
  }

  /// The body that goes with a head.
  mutating func body(of request: HTTPRequest, bytesMax: Int) async throws -> [UInt8] {
    if request.header("expect", lists: "100-continue") {
      try await write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    if request.header("transfer-encoding", lists: "chunked") {
      return try await chunkedBody(bytesMax: bytesMax)
    }
    let length = request["content-length"]
    if length.isEmpty { return [] }
    guard let count = Int(length), count >= 0 else { throw Failure.malformed }
    guard count <= bytesMax else { throw Failure.tooLarge }
    return try await take(count)
  }

  private mutating func take(_ count: Int) async throws -> [UInt8] {
    while received.count < count { try await receive() }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  private mutating func line() async throws -> String {
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        let line = received[..<end].filter { $0 != 0x0D }
        received.removeFirst(end + 1)
        return String(decoding: line, as: UTF8.self)
      }
      guard received.count <= Self.headBytesMax else { throw Failure.tooLarge }
      try await receive()
    }
  }

  private mutating func chunkedBody(bytesMax: Int) async throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let size = try await line().prefix { $0 != ";" }.trimmed
      guard let count = Int(size, radix: 16), count >= 0 else { throw Failure.malformed }
      if count == 0 { break }
      guard body.count + count <= bytesMax else { throw Failure.tooLarge }
      body += try await take(count)
      guard try await line().isEmpty else { throw Failure.malformed }
    }
    while try await !line().isEmpty {}
    return body
  }

  func write(_ bytes: [UInt8]) async throws { try await reactor.write(bytes, to: file) }

  func respond(
    status: Int, contentType: String, body: [UInt8], keepAlive: Bool, withoutBody: Bool = false
  ) async throws {
    var head = "HTTP/1.1 \(status) \(HTTPStatus.phrase(status))\r\n"
    head += "Date: \(Timestamp.now().httpDate)\r\n"
    head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
    if !keepAlive { head += "Connection: close\r\n" }
    head += "\r\n"
    try await write(Array(head.utf8) + (withoutBody ? [] : body))
  }

  /// Begins an answer whose length nobody knows; continue with ``chunk(_:)``.
  func beginStream(contentType: String) async throws {
    let head =
      "HTTP/1.1 200 OK\r\nContent-Type: \(contentType)\r\nTransfer-Encoding: chunked\r\n\r\n"
    try await write(Array(head.utf8))
  }

  /// Sends a part of a stream at once; an empty one ends the stream.
  func chunk(_ bytes: [UInt8]) async throws {
    let size = Array((String(bytes.count, radix: 16) + "\r\n").utf8)
    try await write(size + bytes + [0x0D, 0x0A])
  }

  /// Returns when the client has closed the connection, or sent something unasked.
  func waitForClient() async throws {
    if received.isEmpty { try await reactor.waitReadable(file) }
  }
}

enum HTTPStatus {
  static func phrase(_ status: Int) -> String {
    switch status {
    case 101: "Switching Protocols"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Request Entity Too Large"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Entity"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }
}

extension ArraySlice<UInt8> {
  /// Where the empty line that ends a head begins.
  fileprivate var firstEndOfHead: Int? {
    var index = startIndex
    while let found = self[index...].firstIndex(of: 0x0D) {
      guard found + 3 < endIndex else { return nil }
      if self[found + 1] == 0x0A, self[found + 2] == 0x0D, self[found + 3] == 0x0A { return found }
      index = found + 1
    }
    return nil
  }
}
