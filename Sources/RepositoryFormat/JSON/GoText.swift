/// Go's ideas of text, which decide the bytes of a tree: what a rune is, and what is printable.
enum GoText {
  enum Unit {
    case scalar(Unicode.Scalar)
    case invalid(UInt8)
  }

  /// Visits the UTF-8 scalars of `bytes`; each byte that belongs to none is visited by itself.
  static func forEachScalar(in bytes: [UInt8], _ visit: (Unit) -> Void) {
    var offset = 0
    while offset < bytes.count {
      let length = scalarLength(in: bytes, at: offset)
      let text =
        length > 0
        ? String(validating: bytes[offset..<offset + length], as: UTF8.self) : nil
      if let scalar = text?.unicodeScalars.first {
        visit(.scalar(scalar))
        offset += length
      } else {
        visit(.invalid(bytes[offset]))
        offset += 1
      }
    }
  }

  /// How long the scalar that begins here claims to be; zero where none begins or it is cut off.
  private static func scalarLength(in bytes: [UInt8], at offset: Int) -> Int {
    let length =
      switch bytes[offset] {
      case 0..<0x80: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    return offset + length <= bytes.count ? length : 0
  }

  /// `strconv.Quote` without the outer quotes: how restic writes file names.
  static func quoted(_ name: [UInt8]) -> [UInt8] {
    guard !name.allSatisfy(isPlain) else { return name }
    var quoted: [UInt8] = []
    forEachScalar(in: name) { unit in
      switch unit {
      case .invalid(let byte):
        quoted += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
        appendHex(UInt32(byte), digits: 2, to: &quoted)
      case .scalar(let scalar): append(quoting: scalar, to: &quoted)
      }
    }
    return quoted
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static let shortEscapes: [Unicode.Scalar: UInt8] = [
    "\u{07}": UInt8(ascii: "a"), "\u{08}": UInt8(ascii: "b"), "\u{0C}": UInt8(ascii: "f"),
    "\n": UInt8(ascii: "n"), "\r": UInt8(ascii: "r"), "\t": UInt8(ascii: "t"),
    "\u{0B}": UInt8(ascii: "v"), "\\": UInt8(ascii: "\\"), "\"": UInt8(ascii: "\""),
  ]

  private static func append(quoting scalar: Unicode.Scalar, to quoted: inout [UInt8]) {
    if let letter = shortEscapes[scalar] {
      quoted += [UInt8(ascii: "\\"), letter]
    } else if isPrintable(scalar) {
      quoted += String(scalar).utf8
    } else {
      let (letter, digits): (Unicode.Scalar, Int) =
        switch scalar.value {
        case 0..<0x80: ("x", 2)
        case 0..<0x10000: ("u", 4)
        default: ("U", 8)
        }
      quoted += [UInt8(ascii: "\\"), UInt8(ascii: letter)]
      appendHex(scalar.value, digits: digits, to: &quoted)
    }
  }

  /// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the plain space.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .spaceSeparator: scalar == " "
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }

  /// Undoes ``quoted(_:)``.
  static func unquoted(_ text: [UInt8]) throws(FormatError) -> [UInt8] {
    guard text.contains(UInt8(ascii: "\\")) else { return text }
    var name: [UInt8] = []
    var offset = 0
    while offset < text.count {
      guard text[offset] == UInt8(ascii: "\\") else {
        name.append(text[offset])
        offset += 1
        continue
      }
      offset += 1
      try unescape(text, &offset, into: &name)
    }
    return name
  }

  private static func unescape(
    _ text: [UInt8], _ offset: inout Int, into name: inout [UInt8]
  ) throws(FormatError) {
    guard offset < text.count else { throw FormatError("A name ends inside an escape") }
    let letter = text[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "x"): name.append(UInt8(try number(text, &offset, digits: 2, radix: 16)))
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let digits = letter == UInt8(ascii: "u") ? 4 : 8
      let value = try number(text, &offset, digits: digits, radix: 16)
      guard let scalar = Unicode.Scalar(value) else {
        throw FormatError("A name holds an escape that is no character")
      }
      name += String(scalar).utf8
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      offset -= 1
      let value = try number(text, &offset, digits: 3, radix: 8)
      guard value < 256 else { throw FormatError("A name holds an escape that is no byte") }
      name.append(UInt8(value))
    case UInt8(ascii: "'"): name.append(letter)
    default:
      guard let escape = shortEscapes.first(where: { $0.value == letter }) else {
        throw FormatError("A name holds an unknown escape")
      }
      name.append(UInt8(ascii: escape.key))
    }
  }

  private static func number(
    _ text: [UInt8], _ offset: inout Int, digits: Int, radix: Int
  ) throws(FormatError) -> UInt32 {
    guard offset + digits <= text.count,
      let value = UInt32(
        String(decoding: text[offset..<offset + digits], as: UTF8.self), radix: radix)
    else { throw FormatError("A name holds a broken escape") }
    offset += digits
    return value
  }

  static func appendHex(_ value: UInt32, digits: Int, to text: inout [UInt8]) {
    for position in (0..<digits).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> UInt32(4 * position) & 15)
      text.append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
    }
  }
}
