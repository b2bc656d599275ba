import Diagnostics
import Documents

/// A value that a document can hold. Documents come here after their schema accepted them, so a
/// mistake found here is one that the schema cannot express.
protocol DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake)
}

struct DecodingMistake: Error {
  var diagnostic: Diagnostic

  init(
    _ message: String, at span: SourceSpan, code: DiagnosticCode = .invalidValue,
    hint: String? = nil
  ) {
    diagnostic = Diagnostic(code, message, at: span, hint: hint)
  }
}

extension DocumentNode {
  var fields: Fields { Fields(node: self) }
}

/// The fields of a mapping; a field that holds nothing counts as missing.
struct Fields {
  let node: DocumentNode

  func has(_ key: String) -> Bool { self[key] != nil }

  subscript(key: String) -> DocumentNode? {
    guard let value = node[key], value.scalar?.value.isNull != true else { return nil }
    return value
  }

  func optional<Value: DocumentDecodable>(_ key: String) throws(DecodingMistake) -> Value? {
    guard let value = self[key] else { return nil }
    return try Value(decoding: value)
  }

  func required<Value: DocumentDecodable>(_ key: String) throws(DecodingMistake) -> Value {
    guard let value: Value = try optional(key) else {
      throw DecodingMistake("Field `\(key)` is missing", at: node.span, code: .missingField)
    }
    return value
  }

  func value<Value: DocumentDecodable>(
    _ key: String, default value: Value
  ) throws(DecodingMistake) -> Value {
    try optional(key) ?? value
  }

  func list<Value: DocumentDecodable>(_ key: String) throws(DecodingMistake) -> [Value] {
    try optional(key) ?? []
  }

  func map(_ key: String) throws(DecodingMistake) -> [String: String] { try optional(key) ?? [:] }

  /// The fields of a mapping in this one; none where it is missing.
  func inner(_ key: String) -> Fields {
    Fields(node: self[key] ?? DocumentNode(.mapping([]), span: node.span))
  }

  /// The name in a reference `{name: …}`.
  func reference(_ key: String) throws(DecodingMistake) -> String {
    try inner(key).required("name")
  }

  func optionalReference(_ key: String) throws(DecodingMistake) -> String? {
    has(key) ? try reference(key) : nil
  }
}

extension DocumentDecodable where Self: RawRepresentable, RawValue == String {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let text = try String(decoding: node)
    guard let value = Self(rawValue: text) else {
      throw DecodingMistake("`\(text)` is not allowed here", at: node.span, code: .unknownValue)
    }
    self = value
  }
}

extension Array: DocumentDecodable where Element: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    self = []
    for element in node.elements ?? [] { append(try Element(decoding: element)) }
  }
}

extension Dictionary: DocumentDecodable where Key == String, Value: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    self = [:]
    for entry in node.entries ?? [] { self[entry.key] = try Value(decoding: entry.value) }
  }
}
