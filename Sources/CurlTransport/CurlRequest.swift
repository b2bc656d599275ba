/// One header line. Names compare without case.
public struct HTTPField: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension [HTTPField] {
  /// The value of the first field called `name`.
  public func first(named name: String) -> String? {
    let wanted = name.lowercased()
    return first { $0.name.lowercased() == wanted }?.value
  }
}

/// How long an exchange may take. Every exchange has at least a bound on connecting and one on
/// either silence or the whole.
public struct Deadlines: Hashable, Sendable {
  /// Name resolution, TCP, proxy and TLS together.
  public var connect: Duration
  /// Longest stretch without a byte in either direction, in whole seconds; `nil` for streams that
  /// are silent by nature.
  public var silence: Duration?
  /// The whole exchange, including the last byte of the body.
  public var total: Duration?

  public init(
    connect: Duration = .seconds(10), silence: Duration? = .seconds(30), total: Duration? = nil
  ) {
    precondition(silence != nil || total != nil, "an exchange without any bound may never end")
    self.connect = connect
    self.silence = silence
    self.total = total
  }
}

/// An HTTP request with its body in memory.
public struct CurlRequest: Hashable, Sendable {
  public var method: String
  /// Absolute, already percent-encoded: `https://10.0.0.1:6443/api/v1/pods?limit=500`.
  public var url: String
  public var headers: [HTTPField]
  public var body: [UInt8]?
  public var deadlines: Deadlines
  /// Bytes of the decoded body; more is an error. `nil` only for streams read piece by piece.
  public var responseBytesMax: Int?
  /// Whether curl may send it again by itself when a kept connection turns out to be dead.
  public var isRepeatable: Bool
  /// Whether the answer's body may come compressed; not where bytes are asked for by their place.
  public var acceptsCompression: Bool

  public init(
    method: String = "GET", url: String, headers: [HTTPField] = [], body: [UInt8]? = nil,
    deadlines: Deadlines = Deadlines(), responseBytesMax: Int? = 16 << 20,
    isRepeatable: Bool = true, acceptsCompression: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.deadlines = deadlines
    self.responseBytesMax = responseBytesMax
    self.isRepeatable = isRepeatable
    self.acceptsCompression = acceptsCompression
  }

  /// What keeps this request from being sent, if anything does.
  var flaw: String? {
    if method.isEmpty || !method.utf8.allSatisfy(\.isTokenByte) { return "a bad method" }
    if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return "a bad URL" }
    return headers.flaw
  }
}

extension [HTTPField] {
  /// A field that could smuggle in another one is refused as a whole.
  package var flaw: String? {
    for field in self {
      if field.name.isEmpty || !field.name.utf8.allSatisfy(\.isTokenByte) {
        return "a bad header name"
      }
      if field.value.utf8.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) {
        return "a line break in header `\(field.name)`"
      }
    }
    return nil
  }
}

extension UInt8 {
  /// Letters, digits and the marks that RFC 9110 allows in a token.
  fileprivate var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
  }
}
