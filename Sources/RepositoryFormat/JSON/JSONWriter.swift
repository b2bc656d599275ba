/// Writes JSON byte by byte as Go's `encoding/json` does, because trees are named by their bytes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  mutating func literal(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func raw(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  mutating func begin(_ bracket: Unicode.Scalar) {
    separate()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  mutating func end(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  mutating func key(_ name: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    literal(name)
    literal("\":")
    needsComma = false
  }

  mutating func value(_ number: some BinaryInteger) {
    separate()
    bytes.append(contentsOf: String(number).utf8)
    needsComma = true
  }

  mutating func value(_ flag: Bool) {
    separate()
    if flag { literal("true") } else { literal("false") }
    needsComma = true
  }

  mutating func null() {
    separate()
    literal("null")
    needsComma = true
  }

  mutating func value(_ id: ObjectID) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    id.appendHex(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  mutating func value(_ text: String) { string(Array(text.utf8)) }

  /// A string from bytes that need not be UTF-8: what is not becomes U+FFFD, byte by byte.
  mutating func string(_ text: [UInt8]) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    if text.allSatisfy(Self.isPlain) {
      bytes.append(contentsOf: text)
    } else {
      GoText.forEachScalar(in: text) { unit in
        switch unit {
        case .scalar(let scalar): append(escaping: scalar)
        case .invalid: literal("\\ufffd")
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Bytes as base64 with padding.
  mutating func base64(_ data: [UInt8]) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: Base64.encode(data))
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }

  /// What is written as it is. `<`, `>` and `&` are not: Go guards against HTML.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "&"):
      false
    default: byte >= 0x20 && byte < 0x80
    }
  }

  private mutating func append(escaping scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": literal("\\\"")
    case "\\": literal("\\\\")
    case "\n": literal("\\n")
    case "\r": literal("\\r")
    case "\t": literal("\\t")
    case "\u{2028}": literal("\\u2028")
    case "\u{2029}": literal("\\u2029")
    case "<", ">", "&", "\u{0}"..<"\u{20}":
      literal("\\u00")
      GoText.appendHex(scalar.value, digits: 2, to: &bytes)
    default: bytes.append(contentsOf: String(scalar).utf8)
    }
  }
}
