/// One frame of RFC 6455.
struct WebSocketFrame: Hashable {
  enum Kind: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
  }

  var kind: Kind
  var isFinal = true
  var payload: [UInt8]

  /// As a client sends it: masked.
  ///
  /// - Complexity: O(*n*), one pass over the payload.
  func bytes(mask: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.count + 14)
    bytes.append((isFinal ? 0x80 : 0) | kind.rawValue)
    switch payload.count {
    case 0..<126: bytes.append(0x80 | UInt8(payload.count))
    case 126...0xFFFF:
      bytes.append(0x80 | 126)
      bytes.append(bigEndian: UInt64(payload.count), byteCount: 2)
    default:
      bytes.append(0x80 | 127)
      bytes.append(bigEndian: UInt64(payload.count), byteCount: 8)
    }
    bytes.append(bigEndian: UInt64(mask), byteCount: 4)
    var shift: UInt32 = 24
    for byte in payload {
      bytes.append(byte ^ UInt8(truncatingIfNeeded: mask >> shift))
      shift = shift == 0 ? 24 : shift - 8
    }
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian value: UInt64, byteCount: Int) {
    for index in (0..<byteCount).reversed() {
      append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
    }
  }
}

/// Bytes in, whole messages out. Everything that RFC 6455 forbids a server is an error.
struct WebSocketDecoder {
  enum Message: Hashable {
    case data([UInt8])
    case ping([UInt8])
    case close(code: Int?, reason: String)
  }

  struct Violation: Error, Hashable {
    var message: String

    init(_ message: String) { self.message = message }
  }

  private let messageBytesMax: Int
  private var bytes: [UInt8] = []
  private var start = 0
  /// The fragments so far of a message that has begun.
  private var partial: [UInt8]?

  init(messageBytesMax: Int = 16 << 20) { self.messageBytesMax = messageBytesMax }

  /// Whether the stream could end here without losing anything.
  var isBetweenMessages: Bool { start == bytes.count && partial == nil }

  mutating func append(_ chunk: [UInt8]) {
    if start > 0 {
      bytes.removeSubrange(..<start)
      start = 0
    }
    bytes += chunk
  }

  /// The next message; `nil` where more bytes are needed. Pongs are swallowed.
  mutating func next() throws(Violation) -> Message? {
    while let frame = try nextFrame() {
      switch frame.kind {
      case .ping: return .ping(frame.payload)
      case .pong: continue
      case .close: return try Self.close(frame.payload)
      case .text, .binary:
        guard partial == nil else { throw Violation("a message begins inside another") }
        if frame.isFinal { return .data(frame.payload) }
        partial = frame.payload
      case .continuation:
        guard var message = partial else { throw Violation("a continuation continues nothing") }
        guard message.count + frame.payload.count <= messageBytesMax else {
          throw Violation("a message exceeds \(messageBytesMax) bytes")
        }
        partial = nil
        message += frame.payload
        if frame.isFinal { return .data(message) }
        partial = message
      }
    }
    return nil
  }

  private mutating func nextFrame() throws(Violation) -> WebSocketFrame? {
    let available = bytes.count - start
    guard available >= 2 else { return nil }
    let (first, second) = (bytes[start], bytes[start + 1])
    guard first & 0x70 == 0 else { throw Violation("a frame uses an extension nobody asked for") }
    guard let kind = WebSocketFrame.Kind(rawValue: first & 0x0F) else {
      throw Violation("a frame has the unknown opcode \(first & 0x0F)")
    }
    guard second & 0x80 == 0 else { throw Violation("the server masks its frames") }
    let isFinal = first & 0x80 != 0
    let short = Int(second & 0x7F)
    if kind.isControl, !isFinal || short > 125 { throw Violation("a control frame is too large") }
    let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
    guard available >= 2 + lengthBytes else { return nil }
    var length = UInt64(short)
    if lengthBytes > 0 {
      length = bytes[(start + 2)..<(start + 2 + lengthBytes)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard length <= UInt64(messageBytesMax) else {
      throw Violation("a frame exceeds \(messageBytesMax) bytes")
    }
    let payloadStart = start + 2 + lengthBytes
    let end = payloadStart + Int(length)
    guard bytes.count >= end else { return nil }
    start = end
    return WebSocketFrame(kind: kind, isFinal: isFinal, payload: Array(bytes[payloadStart..<end]))
  }

  private static func close(_ payload: [UInt8]) throws(Violation) -> Message {
    guard !payload.isEmpty else { return .close(code: nil, reason: "") }
    guard payload.count >= 2 else { throw Violation("a close frame has half a code") }
    return .close(
      code: Int(payload[0]) << 8 | Int(payload[1]),
      reason: String(decoding: payload[2...], as: UTF8.self))
  }
}
