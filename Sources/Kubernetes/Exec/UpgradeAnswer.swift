import CurlTransport

/// What a server answers to a handshake: 101 and then frames, or an ordinary HTTP response.
struct UpgradeAnswer {
  private(set) var head: ResponseHead?
  /// The first bytes of the new protocol after 101, else the response's body.
  private(set) var rest: [UInt8] = []
  private var parser = HeadParser()
  private var pending: [UInt8] = []

  private static let headBytesMax = 64 << 10
  private static let bodyBytesMax = 1 << 20

  /// Whether nothing more has to be read to judge it. A body without a length ends with the
  /// connection.
  var isWhole: Bool {
    guard let head else { return false }
    guard head.status != 101 else { return true }
    if rest.count >= Self.bodyBytesMax { return true }
    guard let length = head.headers.first(named: "Content-Length").flatMap({ Int($0) }) else {
      return isChunked && rest.suffix(5).elementsEqual("0\r\n\r\n".utf8)
    }
    return rest.count >= length
  }

  mutating func append(_ bytes: [UInt8]) throws(TransportError) {
    guard head == nil else {
      rest += bytes
      return
    }
    pending += bytes
    while head == nil, let end = pending.firstIndex(of: 0x0A) {
      let line = Array(pending[...end])
      pending.removeSubrange(...end)
      switch parser.consume(line) {
      case .more: continue
      case .complete(let complete):
        head = complete
        rest = pending
      case .tooLarge: throw TransportError(.tooLarge, "The response headers exceed 256 KiB")
      case .malformed: throw TransportError(.malformed, "The response headers are not HTTP")
      }
    }
    guard head != nil || pending.count <= Self.headBytesMax else {
      throw TransportError(.tooLarge, "A response header exceeds 64 KiB")
    }
  }

  private var isChunked: Bool {
    head?.headers.first(named: "Transfer-Encoding")?.lowercased() == "chunked"
  }
}
