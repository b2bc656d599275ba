import CurlTransport
import Testing

@testable import Kubernetes

@Suite("WebSocket") struct WebSocketTests {
  @Test("a client's frame is masked and says its length in the fewest bytes")
  func encoding() {
    let hello = WebSocketFrame(kind: .text, payload: Array("Hello".utf8))
    // The example of RFC 6455, section 5.7.
    #expect(
      hello.bytes(mask: 0x37FA_213D)
        == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    #expect(
      WebSocketFrame(kind: .ping, payload: []).bytes(mask: 0) == [0x89, 0x80, 0, 0, 0, 0])
    let medium = WebSocketFrame(kind: .binary, payload: .init(repeating: 0, count: 126))
    #expect(medium.bytes(mask: 0).prefix(4) == [0x82, 0xFE, 0, 126])
    let large = WebSocketFrame(kind: .binary, payload: .init(repeating: 0, count: 65536))
    #expect(large.bytes(mask: 0).prefix(10) == [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0])
  }

  @Test("messages come out whole however the bytes arrive", arguments: [1, 2, 3, 7, 1000])
  func fragments(chunkCount: Int) throws {
    let medium = [UInt8](repeating: 9, count: 300)
    let bytes: [UInt8] =
      [0x02, 0x02, 1, 2] + [0x89, 0x01, 5] + [0x00, 0x01, 3] + [0x80, 0x00]
      + [0x82, 126, 0x01, 0x2C] + medium + [0x8A, 0x00] + [0x88, 0x04, 0x03, 0xE8, 0x6F, 0x6B]
    var decoder = WebSocketDecoder()
    var messages: [WebSocketDecoder.Message] = []
    var start = 0
    while start < bytes.count {
      let end = min(start + chunkCount, bytes.count)
      decoder.append(Array(bytes[start..<end]))
      while let message = try decoder.next() { messages.append(message) }
      start = end
    }
    #expect(
      messages == [.ping([5]), .data([1, 2, 3]), .data(medium), .close(code: 1000, reason: "ok")])
  }

  @Test(
    "what the protocol forbids is refused",
    arguments: [
      ([0xC2, 0x00], "a frame uses an extension nobody asked for"),
      ([0x83, 0x00], "a frame has the unknown opcode 3"),
      ([0x82, 0x80], "the server masks its frames"),
      ([0x09, 0x00], "a control frame is too large"),
      ([0x89, 0x7E], "a control frame is too large"),
      ([0x80, 0x00], "a continuation continues nothing"),
      ([0x02, 0x00, 0x82, 0x00], "a message begins inside another"),
      ([0x82, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0], "a frame exceeds 1000 bytes"),
      ([0x82, 0x7E, 0x03, 0xE9], "a frame exceeds 1000 bytes"),
      ([0x88, 0x01, 0x03], "a close frame has half a code"),
    ] as [([UInt8], String)])
  func violations(bytes: [UInt8], message: String) {
    var decoder = WebSocketDecoder(messageBytesMax: 1000)
    decoder.append(bytes)
    #expect(throws: WebSocketDecoder.Violation(message)) { while try decoder.next() != nil {} }
  }

  @Test("fragments add up to no more than one message may be")
  func fragmentBound() {
    var decoder = WebSocketDecoder(messageBytesMax: 10)
    let six = [UInt8](repeating: 0, count: 6)
    decoder.append([0x02, 6] + six + [0x00, 6] + six)
    #expect(throws: WebSocketDecoder.Violation("a message exceeds 10 bytes")) { try decoder.next() }
  }

  @Test("no bytes crash the decoder", arguments: 0..<200)
  func garbage(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    var decoder = WebSocketDecoder(messageBytesMax: 4096)
    for _ in 0..<20 {
      var chunk: [UInt8] = []
      for _ in 0..<(state % 40) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        chunk.append(UInt8(truncatingIfNeeded: state >> 56))
      }
      decoder.append(chunk)
      do { while try decoder.next() != nil {} } catch { return }
    }
  }

  @Test("the handshake checks the server's proof and protocol")
  func handshake() throws {
    // The example of RFC 6455, section 1.3.
    let handshake = WebSocketHandshake(
      nonce: Array("the sample nonce".utf8), protocols: ["v5.channel.k8s.io", "v4.channel.k8s.io"])
    let request = String(
      decoding: handshake.request(
        target: "/exec", host: "h", headers: [HTTPField("Authorization", "Bearer t")]),
      as: UTF8.self)
    #expect(request.contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))
    #expect(request.hasSuffix("\r\nAuthorization: Bearer t\r\n\r\n"))
    var head = ResponseHead(
      status: 101,
      headers: [
        HTTPField("upgrade", "WebSocket"),
        HTTPField("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        HTTPField("Sec-WebSocket-Protocol", "v4.channel.k8s.io"),
      ])
    #expect(try handshake.accept(head) == "v4.channel.k8s.io")
    head.headers[2].value = "channel.k8s.io"
    #expect(throws: WebSocketDecoder.Violation.self) { try handshake.accept(head) }
    head.headers[1].value = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo"
    #expect(throws: WebSocketDecoder.Violation.self) { try handshake.accept(head) }
  }

  @Test(
    "SHA-1 as FIPS 180 shows it",
    arguments: [
      ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
      ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
      ),
    ])
  func sha1(text: String, digest: String) {
    let hexadecimal = SHA1.digest(of: Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    #expect(hexadecimal.joined() == digest)
  }
}
