import CurlTransport

/// The HTTP exchange that turns a connection into a WebSocket.
struct WebSocketHandshake {
  private let key: String
  private let protocols: [String]

  /// - Parameters:
  ///   - nonce: Sixteen random bytes.
  ///   - protocols: Subprotocols, the most wanted first.
  init(nonce: [UInt8], protocols: [String]) {
    precondition(nonce.count == 16, "RFC 6455 asks for 16 bytes, not \(nonce.count)")
    key = Base64.encode(nonce)
    self.protocols = protocols
  }

  /// The request's bytes. `headers` have been checked to hold no line breaks.
  func request(target: String, host: String, headers: [HTTPField]) -> [UInt8] {
    var text = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\n"
    text += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n"
    text += "Sec-WebSocket-Protocol: \(protocols.joined(separator: ", "))\r\n"
    for header in headers { text += "\(header.name): \(header.value)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  /// The subprotocol that a 101 answer settles on.
  func accept(_ head: ResponseHead) throws(WebSocketDecoder.Violation) -> String {
    let expected = Base64.encode(
      SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    guard head.headers.first(named: "Upgrade")?.lowercased() == "websocket",
      head.headers.first(named: "Sec-WebSocket-Accept") == expected
    else { throw WebSocketDecoder.Violation("the server's handshake is wrong") }
    guard let chosen = head.headers.first(named: "Sec-WebSocket-Protocol"),
      protocols.contains(chosen)
    else { throw WebSocketDecoder.Violation("the server speaks none of \(protocols)") }
    return chosen
  }
}
