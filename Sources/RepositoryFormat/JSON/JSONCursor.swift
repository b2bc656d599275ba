/// Reads JSON from front to back without building values: trees and indexes are large, and their
/// numbers need all 64 bits.
///
/// Never recurses deeper than ``depthMax`` and never reads outside of its bytes, whatever they are.
struct JSONCursor {
  static let depthMax = 32

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Calls `member` with the cursor before each member's value; it must read or ``skip()`` it.
  mutating func object(
    _ member: (inout JSONCursor, String) throws(FormatError) -> Void
  ) throws(FormatError) {
    try nested("{", "}") { cursor throws(FormatError) in
      let key = try cursor.text()
      try cursor.expect(":")
      try member(&cursor, key)
    }
  }

  /// Calls `element` with the cursor before each element; it must read or ``skip()`` it.
  mutating func array(
    _ element: (inout JSONCursor) throws(FormatError) -> Void
  ) throws(FormatError) {
    try nested("[", "]", element)
  }

  /// All elements of an array; `null` counts as an empty one, as Go writes it.
  mutating func elements<Element>(
    _ read: (inout JSONCursor) throws(FormatError) -> Element
  ) throws(FormatError) -> [Element] {
    if takeNull() { return [] }
    var elements: [Element] = []
    try array { cursor throws(FormatError) in elements.append(try read(&cursor)) }
    return elements
  }

  mutating func end() throws(FormatError) {
    skipSpace()
    guard offset == bytes.count else { throw failure("unexpected text after the document") }
  }

  mutating func takeNull() -> Bool {
    skipSpace()
    return take(word: "null")
  }

  mutating func bool() throws(FormatError) -> Bool {
    skipSpace()
    if take(word: "true") { return true }
    guard take(word: "false") else { throw failure("expected a boolean") }
    return false
  }

  mutating func unsigned<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type = Number.self
  ) throws(FormatError) -> Number {
    skipSpace()
    let start = offset
    var number: Number = 0
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      let (shifted, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(Number(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw failure("number out of range") }
      number = sum
      offset += 1
    }
    guard offset > start else { throw failure("expected a whole number") }
    return number
  }

  mutating func text() throws(FormatError) -> String {
    guard let text = String(validating: try string(), as: UTF8.self) else {
      throw failure("a string is not UTF-8")
    }
    return text
  }

  mutating func id() throws(FormatError) -> ObjectID {
    guard let id = ObjectID(hex: try string()) else { throw failure("expected an id") }
    return id
  }

  mutating func base64() throws(FormatError) -> [UInt8] {
    if takeNull() { return [] }
    guard let data = Base64.decode(try string()) else { throw failure("expected base64") }
    return data
  }

  /// The bytes of a string, escapes resolved.
  mutating func string() throws(FormatError) -> [UInt8] {
    try expect("\"")
    let start = offset
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      offset += 1
    }
    var text = Array(bytes[start..<offset])
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw failure("control character in a string")
      default: text.append(byte)
      }
    }
    throw failure("unterminated string")
  }

  /// Passes over one value of any kind.
  mutating func skip() throws(FormatError) {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"):
      try object { cursor, _ throws(FormatError) in try cursor.skip() }
    case UInt8(ascii: "["): try array { cursor throws(FormatError) in try cursor.skip() }
    case UInt8(ascii: "\""): _ = try string()
    default:
      if take(word: "null") || take(word: "true") || take(word: "false") { return }
      let start = offset
      while let byte = next, Self.isNumberPart(byte) { offset += 1 }
      guard offset > start else { throw failure("expected a value") }
    }
  }
}

extension JSONCursor {
  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func failure(_ reason: String) -> FormatError {
    FormatError("Not the expected JSON: \(reason) at byte \(offset)")
  }

  private static func isNumberPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(FormatError) {
    guard take(character) else { throw failure("expected `\(character)`") }
  }

  private mutating func nested(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
    _ item: (inout JSONCursor) throws(FormatError) -> Void
  ) throws(FormatError) {
    try expect(opening)
    guard depth < Self.depthMax else { throw failure("nested too deeply") }
    depth += 1
    if !take(closing) {
      repeat { try item(&self) } while take(",")
      try expect(closing)
    }
    depth -= 1
  }

  private mutating func escape(into text: inout [UInt8]) throws(FormatError) {
    guard let byte = next else { throw failure("unterminated string") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
    default: throw failure("unknown escape")
    }
  }

  /// An unpaired surrogate reads as U+FFFD, as Go has it.
  private mutating func scalar() throws(FormatError) -> Unicode.Scalar {
    let high = try hexQuad()
    if let scalar = Unicode.Scalar(high) { return scalar }
    let before = offset
    guard high < 0xDC00, bytes[offset...].starts(with: "\\u".utf8) else { return "\u{FFFD}" }
    offset += 2
    let low = try hexQuad()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else {
      offset = before
      return "\u{FFFD}"
    }
    return scalar
  }

  private mutating func hexQuad() throws(FormatError) -> UInt32 {
    guard offset + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
    else { throw failure("expected four hexadecimal digits") }
    offset += 4
    return value
  }
}
