import CurlTransport
import ScriptedServer

@testable import Kubernetes

enum WebSocketAnswer {
  /// The right answer to a client's handshake.
  static func text(for request: ScriptedRequest, protocol name: String) -> String {
    let key = request.headers.first(named: "Sec-WebSocket-Key") ?? ""
    let proof = SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(Base64.encode(proof))\r\nSec-WebSocket-Protocol: \(name)\r\n\r\n"
  }
}
