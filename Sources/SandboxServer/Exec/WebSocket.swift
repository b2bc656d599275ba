/// The server's side of a WebSocket (RFC 6455), message by message.
struct WebSocketReader {
  enum Message: Sendable {
    case binary([UInt8])
    case ping([UInt8])
    case close
  }

  enum Failure: Error { case malformed, tooLarge }

  static let messageBytesMax = 4 << 20

  let file: Descriptor
  let reactor: Reactor
  private var received: [UInt8]
  private var message: [UInt8] = []

  /// - Parameter received: What came after the request that opened the connection.
  init(file: Descriptor, reactor: Reactor, received: [UInt8]) {
    self.file = file
    self.reactor = reactor
    self.received = received
  }

  private mutating func take(_ count: Int) async throws -> [UInt8]? {
    while received.count < count {
      let bytes = try await reactor.read(file, atMost: 1 << 16)
      if bytes.isEmpty { return nil }
      received += bytes
    }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  /// The next message; `nil` where the client is gone without a word.
  mutating func next() async throws -> Message? {
    while true {
      guard let head = try await take(2) else { return nil }
      let isLast = head[0] & 0x80 != 0
      let code = head[0] & 0x0F
      // Clients must mask, and nobody has agreed on an extension.
      guard head[1] & 0x80 != 0, head[0] & 0x70 == 0 else { throw Failure.malformed }
      var length = Int(head[1] & 0x7F)
      if length >= 126 {
        guard let bytes = try await take(length == 126 ? 2 : 8) else { return nil }
        guard bytes.count == 2 || bytes[0] == 0 else { throw Failure.tooLarge }
        length = bytes.reduce(0) { $0 << 8 | Int($1) }
      }
      guard message.count + length <= Self.messageBytesMax else { throw Failure.tooLarge }
      guard let mask = try await take(4), var payload = try await take(length) else { return nil }
      for index in payload.indices { payload[index] ^= mask[index & 3] }
      switch code {
      case 0, 1, 2:
        message += payload
        if isLast {
          defer { message = [] }
          return .binary(message)
        }
      case 8: return .close
      case 9: return .ping(payload)
      case 10: continue
      default: throw Failure.malformed
      }
    }
  }
}

/// Writes whole frames, one after the other, whoever asks.
actor WebSocketWriter {
  private let file: Descriptor
  private let reactor: Reactor
  private var isBusy = false
  private let idle = Bell()

  init(file: Descriptor, reactor: Reactor) {
    self.file = file
    self.reactor = reactor
  }

  /// Returns when the connection has taken the frame: a slow client slows its sender.
  func send(_ payload: [UInt8], opcode: UInt8 = 2) async throws {
    while isBusy {
      let seen = idle.rings
      try await idle.wait(beyond: seen)
    }
    isBusy = true
    defer {
      isBusy = false
      idle.ring()
    }
    var frame: [UInt8] = [0x80 | opcode]
    switch payload.count {
    case ..<126: frame.append(UInt8(payload.count))
    case ..<65_536: frame += [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      frame.append(127)
      for shift in stride(from: 56, through: 0, by: -8) {
        frame.append(UInt8(payload.count >> shift & 0xFF))
      }
    }
    try await reactor.write(frame + payload, to: file)
  }
}
