public import Diagnostics

extension DocumentFile {
  /// Reads a file that holds one JSON document, keeping places.
  public static func json(
    _ source: SourceFile, limits: DocumentLimits = DocumentLimits()
  ) -> DocumentFile {
    if let mistake = limits.check(source) {
      var findings = DiagnosticBag()
      findings.add(mistake)
      return DocumentFile(source: source, documents: [], findings: findings)
    }
    var reader = JSONDocumentReader(source: source, builder: DocumentBuilder(limits: limits))
    var mistake: SourcePosition?
    do throws(JSONParsingError) {
      try reader.document()
    } catch {
      let place = source.span(ofBytes: error.offset..<error.offset)
      if !reader.builder.isExhausted {
        reader.builder.report(Diagnostic(.syntaxError, error.message, at: place))
      }
      mistake = place.start
    }
    let end = source.position(ofByte: reader.offset)
    reader.builder.endDocument(at: end, isReadableUntil: mistake)
    return DocumentFile(
      source: source, documents: reader.builder.documents, findings: reader.builder.findings)
  }
}

/// Follows the structure of JSON text and leaves each string, number and word to ``JSONValue``.
///
/// Recurses once for each open array or object; the builder bounds how many there are.
private struct JSONDocumentReader {
  let source: SourceFile
  var builder: DocumentBuilder
  var offset = 0

  init(source: SourceFile, builder: DocumentBuilder) {
    self.source = source
    self.builder = builder
  }

  mutating func document() throws(JSONParsingError) {
    try value()
    skipSpace()
    if offset < source.bytes.count, !builder.isExhausted {
      throw failure("Unexpected text after the document")
    }
  }

  private func failure(_ message: String) -> JSONParsingError {
    JSONParsingError(message: message, offset: offset)
  }

  private var next: UInt8? { offset < source.bytes.count ? source.bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  private mutating func value() throws(JSONParsingError) {
    skipSpace()
    let here = source.span(ofBytes: offset..<offset)
    switch next {
    case nil: throw failure("Unexpected end of the file")
    case UInt8(ascii: "["):
      builder.beginSequence(at: here)
      try members(until: UInt8(ascii: "]")) { reader throws(JSONParsingError) in
        try reader.value()
      }
    case UInt8(ascii: "{"):
      builder.beginMapping(at: here)
      try members(until: UInt8(ascii: "}")) { reader throws(JSONParsingError) in
        try reader.member()
      }
    default: try scalar()
    }
  }

  private mutating func member() throws(JSONParsingError) {
    skipSpace()
    guard next == UInt8(ascii: "\"") else { throw failure("Expected a member name") }
    try scalar()
    skipSpace()
    guard next == UInt8(ascii: ":") else { throw failure("Expected `:`") }
    offset += 1
    try value()
  }

  private mutating func members(
    until closer: UInt8, _ member: (inout JSONDocumentReader) throws(JSONParsingError) -> Void
  ) throws(JSONParsingError) {
    offset += 1
    skipSpace()
    var isFirst = true
    while next != closer || !isFirst {
      if builder.isExhausted { return }
      try member(&self)
      isFirst = false
      skipSpace()
      if next == closer { break }
      guard next == UInt8(ascii: ",") else {
        throw failure("Expected `,` or `\(Character(Unicode.Scalar(closer)))`")
      }
      offset += 1
    }
    offset += 1
    builder.endCollection(at: source.position(ofByte: offset))
  }

  private mutating func scalar() throws(JSONParsingError) {
    let start = offset
    let isQuoted = next == UInt8(ascii: "\"")
    if isQuoted { skipString() } else { skipWord() }
    let token = Array(source.bytes[start..<offset])
    guard !token.isEmpty else { throw failure("Expected a value") }
    let value: JSONValue
    do throws(JSONParsingError) {
      value = try JSONValue(parsing: token)
    } catch {
      throw JSONParsingError(message: error.message, offset: start + error.offset)
    }
    let text = value.stringValue ?? String(decoding: token, as: UTF8.self)
    builder.scalar(
      DocumentScalar(text: text, style: isQuoted ? .quoted : .plain, value: value),
      at: source.span(ofBytes: start..<offset))
  }

  private mutating func skipString() {
    offset += 1
    while let byte = next, byte != UInt8(ascii: "\"") {
      offset += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    offset = min(offset + 1, source.bytes.count)
  }

  private mutating func skipWord() {
    while let byte = next, !Self.delimiters.contains(byte) { offset += 1 }
  }

  private static let delimiters = Set(" \t\r\n,:[]{}\"".utf8)
}
