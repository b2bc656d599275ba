/// Writes JSON in one way only (RFC 8785): members sorted by UTF-16 code units, no white space,
/// shortest numbers. Equal values give equal bytes, so a digest of them means something.
public enum CanonicalJSON {
  /// The canonical bytes of `value`.
  ///
  /// - Precondition: No number in `value` is infinite or not a number; JSON has no words for those.
  /// - Complexity: O(*n* log *n*) in the size of the value, for the sorting of members.
  public static func bytes(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter(indent: nil)
    writer.write(value)
    return writer.bytes
  }

  /// The canonical bytes of an object whose members stand in their order already, with names of
  /// ASCII characters. For what is written often: a dictionary would be built and sorted each time.
  ///
  /// - Precondition: Every name is greater than the one before it.
  public static func bytes(sortedMembers: [(name: String, value: JSONValue)]) -> [UInt8] {
    precondition(
      zip(sortedMembers, sortedMembers.dropFirst()).allSatisfy { $0.name < $1.name },
      "members out of order: \(sortedMembers.map(\.name))")
    var writer = JSONWriter(indent: nil)
    writer.bytes.reserveCapacity(192)
    writer.write(sortedMembers)
    return writer.bytes
  }

  public static func string(_ value: JSONValue) -> String {
    String(decoding: bytes(value), as: UTF8.self)
  }

  /// The same members in the same order, broken into lines for people, with a line feed at the end.
  public static func pretty(_ value: JSONValue) -> String {
    var writer = JSONWriter(indent: 2)
    writer.write(value)
    writer.bytes.append(0x0A)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

private struct JSONWriter {
  let indent: Int?
  var bytes: [UInt8] = []
  var depth = 0

  init(indent: Int?) { self.indent = indent }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(String(value))
    case .number(let value): append(Self.text(of: value))
    case .string(let value): write(value)
    case .array(let elements):
      list("[", "]", elements.count) { writer, index in writer.write(elements[index]) }
    case .object(let members):
      write(
        members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
          .map { (name: $0.key, value: $0.value) })
    }
  }

  mutating func write(_ members: [(name: String, value: JSONValue)]) {
    list("{", "}", members.count) { writer, index in
      writer.write(members[index].name)
      writer.append(writer.indent == nil ? ":" : ": ")
      writer.write(members[index].value)
    }
  }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func list(
    _ open: String, _ close: String, _ count: Int, _ element: (inout JSONWriter, Int) -> Void
  ) {
    append(open)
    depth += 1
    for index in 0..<count {
      if index > 0 { append(",") }
      breakLine()
      element(&self, index)
    }
    depth -= 1
    if count > 0 { breakLine() }
    append(close)
  }

  mutating func breakLine() {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: depth * indent))
  }

  mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    guard text.utf8.contains(where: Self.mustEscape) else { return append(text) }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20:
        append("\\u00")
        append(byte < 0x10 ? "0" : "1")
        append(String(byte & 0x0F, radix: 16))
      default: bytes.append(byte)
      }
    }
  }

  private static func mustEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// A number as ECMAScript writes it, which RFC 8785 asks for.
  static func text(of value: Double) -> String {
    precondition(value.isFinite, "JSON has no word for \(value)")
    if value == 0 { return "0" }
    if value == value.rounded(), abs(value) < 1e21 {
      if let integer = Int64(exactly: value) { return String(integer) }
    }
    let shortest = "\(abs(value))"
    let (digits, exponent) = significantDigits(of: shortest)
    let sign = value < 0 ? "-" : ""
    let count = digits.count
    if count <= exponent, exponent <= 21 {
      return sign + digits + String(repeating: "0", count: exponent - count)
    }
    if 0 < exponent, exponent <= 21 {
      return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
    }
    if -6 < exponent, exponent <= 0 {
      return sign + "0." + String(repeating: "0", count: -exponent) + digits
    }
    let power = exponent - 1
    let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
    return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(abs(power))
  }

  /// Splits Swift's shortest text into digits and the place of the decimal point before them:
  /// `12.5` → (`125`, 2), `1e-07` → (`1`, -6).
  private static func significantDigits(of text: String) -> (digits: String, exponent: Int) {
    let parts = text.split(separator: "e")
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = halves.count > 1 ? String(halves[1]) : ""
    var digits = String(halves[0]) + fraction
    var exponent = halves[0].count + (parts.count > 1 ? Int(parts[1])! : 0)
    while digits.hasPrefix("0"), digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
    return (digits, exponent)
  }
}
