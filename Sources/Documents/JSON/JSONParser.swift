/// Why bytes are no JSON document. `offset` counts bytes from the start of the input.
public struct JSONParsingError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String
  public let offset: Int

  public var description: String { "\(message) at byte \(offset)" }
}

extension JSONValue {
  /// Parses one JSON document (RFC 8259), strictly: no comments, no trailing commas, no duplicate
  /// members, no unpaired surrogates, valid UTF-8 only.
  ///
  /// - Parameter depthMax: How many arrays and objects may lie inside each other; hostile input
  ///   cannot make the parser recurse further.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(parsing bytes: [UInt8], depthMax: Int = 256) throws(JSONParsingError) {
    var parser = JSONParser(bytes: bytes, depthMax: depthMax)
    self = try parser.document()
  }

  /// Parses one JSON document held in a string.
  public init(parsing text: String, depthMax: Int = 256) throws(JSONParsingError) {
    try self.init(parsing: Array(text.utf8), depthMax: depthMax)
  }
}

private struct JSONParser {
  static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  let bytes: [UInt8]
  let depthMax: Int
  var offset = 0
  var depth = 0

  init(bytes: [UInt8], depthMax: Int) {
    self.bytes = bytes
    self.depthMax = depthMax
  }

  func failure(_ message: String) -> JSONParsingError {
    JSONParsingError(message: message, offset: offset)
  }

  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func document() throws(JSONParsingError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard offset == bytes.count else { throw failure("Unexpected text after the document") }
    return value
  }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  mutating func value() throws(JSONParsingError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"):
      return try nested { parser throws(JSONParsingError) in try parser.object() }
    case UInt8(ascii: "["):
      return try nested { parser throws(JSONParsingError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try keyword("true", .bool(true))
    case UInt8(ascii: "f"): return try keyword("false", .bool(false))
    case UInt8(ascii: "n"): return try keyword("null", .null)
    case nil: throw failure("Unexpected end of input")
    case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte):
      return try number()
    default: throw failure("Unexpected character")
    }
  }

  mutating func nested(
    _ body: (inout JSONParser) throws(JSONParsingError) -> JSONValue
  ) throws(JSONParsingError) -> JSONValue {
    guard depth < depthMax else { throw failure("Nested deeper than \(depthMax) levels") }
    depth += 1
    offset += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  mutating func keyword(_ word: StaticString, _ value: JSONValue) throws(JSONParsingError)
    -> JSONValue
  {
    for byte in word.description.utf8 {
      guard take(byte) else { throw failure("Unexpected character") }
    }
    return value
  }

  mutating func object() throws(JSONParsingError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("Expected a member name") }
      let start = offset
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("Expected `:`") }
      guard members.updateValue(try value(), forKey: key) == nil else {
        throw JSONParsingError(message: "Duplicate member `\(key)`", offset: start)
      }
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw failure("Expected `,` or `}`") }
      return .object(members)
    }
  }

  mutating func array() throws(JSONParsingError) -> JSONValue {
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw failure("Expected `,` or `]`") }
      return .array(elements)
    }
  }

  mutating func number() throws(JSONParsingError) -> JSONValue {
    let start = offset
    var isWhole = true
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      throw JSONParsingError(message: "Number `\(text)` is out of range", offset: start)
    }
    return .number(number)
  }

  mutating func digits() throws(JSONParsingError) {
    let start = offset
    while let byte = next, Self.digits.contains(byte) { offset += 1 }
    guard offset > start else { throw failure("Expected a digit") }
  }

  mutating func string() throws(JSONParsingError) -> String {
    offset += 1
    let start = offset
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      offset += 1
    }
    let plain = bytes[start..<offset]
    if take(UInt8(ascii: "\"")) { return try text(plain, from: start) }
    var unescaped = Array(plain)
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return try text(unescaped[...], from: start)
      case UInt8(ascii: "\\"):
        offset += 1
        try escape(into: &unescaped)
      case 0..<0x20:
        throw failure("Control character in a string")
      default:
        unescaped.append(byte)
        offset += 1
      }
    }
    throw failure("Unterminated string")
  }

  func text(_ bytes: ArraySlice<UInt8>, from start: Int) throws(JSONParsingError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONParsingError(message: "String is not UTF-8", offset: start)
    }
    return text
  }

  mutating func escape(into text: inout [UInt8]) throws(JSONParsingError) {
    guard let byte = next else { throw failure("Unterminated string") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(try scalar())!)
    default: throw failure("Unknown escape")
    }
  }

  mutating func scalar() throws(JSONParsingError) -> Unicode.Scalar {
    let high = try hexQuad()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw failure("Unpaired surrogate")
    }
    let low = try hexQuad()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure("Unpaired surrogate") }
    return scalar
  }

  mutating func hexQuad() throws(JSONParsingError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("Expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
