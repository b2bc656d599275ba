/// Reads the XML of an S3 answer from front to back: elements and text, nothing else.
///
/// No document type, so no entity can be declared or grow; depth and text are bounded. Attributes
/// and prefixes of names are passed over.
struct XMLScanner {
  enum Event: Hashable {
    case begin(String)
    /// The element that ends, and the text directly inside of it.
    case end(String, text: String)
  }

  struct Malformed: Error {}

  private static let depthMax = 16
  private static let nameBytesMax = 128
  private static let textBytesMax = 16 << 10

  private let bytes: [UInt8]
  private var offset = 0
  private var open: [(name: String, text: [UInt8])] = []
  /// An element that has ended already: `<a/>`.
  private var pendingEnd: Event?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many elements are open.
  var depth: Int { open.count }

  /// The next element's begin or end; `nil` at the end of a document that is whole.
  mutating func next() throws(Malformed) -> Event? {
    if let event = pendingEnd.take() { return event }
    while offset < bytes.count {
      guard bytes[offset] == UInt8(ascii: "<") else {
        try readText()
        continue
      }
      if skip("<?") {
        guard let end = find("?>") else { throw Malformed() }
        offset = end + 2
      } else if skip("<!--") {
        guard let end = find("-->") else { throw Malformed() }
        offset = end + 3
      } else if skip("<!") {
        throw Malformed()
      } else if skip("</") {
        return try readEnd()
      } else {
        offset += 1
        return try readBegin()
      }
    }
    guard open.isEmpty else { throw Malformed() }
    return nil
  }

  private mutating func readBegin() throws(Malformed) -> Event {
    guard let end = find(">"), open.count < Self.depthMax else { throw Malformed() }
    let isEmpty = end > offset && bytes[end - 1] == UInt8(ascii: "/")
    let name = try name(bytes[offset..<(isEmpty ? end - 1 : end)])
    offset = end + 1
    if isEmpty { pendingEnd = .end(name, text: "") } else { open.append((name, [])) }
    return .begin(name)
  }

  private mutating func readEnd() throws(Malformed) -> Event {
    guard let end = find(">"), let last = open.popLast() else { throw Malformed() }
    guard try name(bytes[offset..<end]) == last.name else { throw Malformed() }
    offset = end + 1
    guard let text = String(validating: last.text, as: UTF8.self) else { throw Malformed() }
    return .end(last.name, text: text)
  }

  private func name(_ tag: ArraySlice<UInt8>) throws(Malformed) -> String {
    let whole = tag.prefix { !Self.isSpace($0) }
    let local = whole.lastIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole
    guard !local.isEmpty, whole.count <= Self.nameBytesMax,
      let name = String(validating: local, as: UTF8.self)
    else { throw Malformed() }
    return name
  }

  private mutating func readText() throws(Malformed) {
    let end = bytes[offset...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    defer { offset = end }
    guard !open.isEmpty else {
      guard bytes[offset..<end].allSatisfy({ Self.isSpace($0) || $0 >= 0x80 }) else {
        throw Malformed()
      }
      return
    }
    let text = try Self.unescaped(bytes[offset..<end])
    guard open[open.count - 1].text.count + text.count <= Self.textBytesMax else {
      throw Malformed()
    }
    open[open.count - 1].text += text
  }

  private static func unescaped(_ raw: ArraySlice<UInt8>) throws(Malformed) -> [UInt8] {
    guard raw.count <= textBytesMax else { throw Malformed() }
    guard raw.contains(UInt8(ascii: "&")) else { return Array(raw) }
    var text: [UInt8] = []
    var rest = raw
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "&") else {
        text.append(byte)
        continue
      }
      guard let end = rest.prefix(10).firstIndex(of: UInt8(ascii: ";")) else { throw Malformed() }
      text += try character(String(decoding: rest[..<end], as: UTF8.self)).utf8
      rest = rest[(end + 1)...]
    }
    return text
  }

  private static func character(_ entity: String) throws(Malformed) -> String {
    switch entity {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let number =
        entity.hasPrefix("#x")
        ? UInt32(entity.dropFirst(2), radix: 16)
        : entity.hasPrefix("#") ? UInt32(entity.dropFirst()) : nil
      guard let scalar = number.flatMap(Unicode.Scalar.init), scalar.value != 0 else {
        throw Malformed()
      }
      return String(Character(scalar))
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private mutating func skip(_ mark: String) -> Bool {
    guard bytes[offset...].starts(with: mark.utf8) else { return false }
    offset += mark.utf8.count
    return true
  }

  /// Where `mark` begins next.
  private func find(_ mark: String) -> Int? {
    let mark = Array(mark.utf8)
    var at = offset
    while let first = bytes[at...].firstIndex(of: mark[0]) {
      if bytes[first...].starts(with: mark) { return first }
      at = first + 1
    }
    return nil
  }
}
