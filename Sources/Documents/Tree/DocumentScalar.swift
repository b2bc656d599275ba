/// A value without parts, as it was written and as it is understood.
public struct DocumentScalar: Hashable, Sendable {
  public enum Style: Hashable, Sendable {
    /// Without quotes: the text decides what the value is.
    case plain
    case quoted
    /// After `|` or `>`.
    case block
  }

  public let text: String
  public let style: Style
  /// By YAML 1.2's core schema; anything that is not plain is a string.
  public let value: JSONValue

  public init(text: String, style: Style) {
    self.text = text
    self.style = style
    value = style == .plain ? CoreSchema.value(of: text) : .string(text)
  }

  public init(text: String, style: Style, value: JSONValue) {
    self.text = text
    self.style = style
    self.value = value
  }

  /// Whether YAML 1.1 reads this text as a boolean while YAML 1.2 does not.
  public var isYAML11Boolean: Bool {
    guard style == .plain, text.utf8.count <= 3 else { return false }
    return CoreSchema.yaml11Booleans.contains(text)
  }
}

/// How plain scalars resolve: section 10.3.2 of YAML 1.2.
enum CoreSchema {
  static let yaml11Booleans: Set = [
    "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off",
    "OFF",
  ]

  static func value(of text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return number(text) ?? .string(text)
    }
  }

  /// Infinities and not-a-number have no place in JSON and stay text.
  private static func number(_ text: String) -> JSONValue? {
    guard let first = text.utf8.first, first <= 0x39, first >= 0x2B else { return nil }
    if text.hasPrefix("0x"), let value = Int64(unsigned: text.dropFirst(2), radix: 16) {
      return .integer(value)
    }
    if text.hasPrefix("0o"), let value = Int64(unsigned: text.dropFirst(2), radix: 8) {
      return .integer(value)
    }
    guard let isWhole = decimalShape(of: text) else { return nil }
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text.hasSuffix(".") ? text + "0" : text), value.isFinite else {
      return nil
    }
    return .number(value)
  }

  /// Whether `text` is a decimal number, and then whether it is a whole one:
  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func decimalShape(of text: String) -> Bool? {
    var rest = text.utf8[...]
    func takeDigits() -> Int {
      let count = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
      rest = rest.dropFirst(count)
      return count
    }
    func takeSign() {
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    }
    takeSign()
    let whole = takeDigits()
    var isWhole = true
    if rest.first == UInt8(ascii: ".") {
      isWhole = false
      rest.removeFirst()
      guard takeDigits() + whole > 0 else { return nil }
    } else if whole == 0 {
      return nil
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      isWhole = false
      rest.removeFirst()
      takeSign()
      guard takeDigits() > 0 else { return nil }
    }
    return rest.isEmpty ? isWhole : nil
  }
}

extension Int64 {
  fileprivate init?(unsigned text: Substring, radix: Int) {
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else {
      return nil
    }
    self.init(text, radix: radix)
  }
}
