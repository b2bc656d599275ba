import CLibYAML
public import Diagnostics
public import Documents

extension DocumentFile {
  /// Reads all documents of a YAML file, keeping places; a file called `….json` is read as JSON.
  ///
  /// A syntax error ends its document only: reading goes on at the next line that begins with
  /// `---`.
  ///
  /// - Complexity: O(*n*) in the number of bytes.
  public static func parse(
    _ source: SourceFile, limits: DocumentLimits = DocumentLimits()
  ) -> DocumentFile {
    source.path.hasSuffix(".json") ? json(source, limits: limits) : yaml(source, limits: limits)
  }

  /// Reads all documents of a YAML file, keeping places.
  public static func yaml(
    _ source: SourceFile, limits: DocumentLimits = DocumentLimits()
  ) -> DocumentFile {
    if let mistake = limits.check(source) {
      var findings = DiagnosticBag()
      findings.add(mistake)
      return DocumentFile(source: source, documents: [], findings: findings)
    }
    var reader = YAMLReader(source: source, builder: DocumentBuilder(limits: limits))
    reader.read()
    return DocumentFile(
      source: source, documents: reader.builder.documents, findings: reader.builder.findings)
  }
}

/// Drives libyaml over a file, one stretch after the other: a syntax error ends a stretch.
private struct YAMLReader {
  let source: SourceFile
  let text: YAMLText
  var builder: DocumentBuilder
  /// The first byte of the stretch, and how many scalars come before it.
  private var base = 0
  private var baseScalars = 0

  init(source: SourceFile, builder: DocumentBuilder) {
    self.source = source
    self.builder = builder
    text = YAMLText(source)
  }

  mutating func read() {
    for place in text.forbidden {
      builder.report(
        Diagnostic(
          .syntaxError, "A control character stands here", at: place,
          hint: "remove it, or write it as an escape in double quotes"))
    }
    var start: Int? = text.start
    while let stretch = start, !builder.isExhausted {
      base = stretch
      baseScalars = source.scalarCount(beforeByte: stretch)
      var documentCount = 0
      let failure = YAMLEvents.forEach(in: text.bytes[stretch...]) { event in
        if case .documentStart = event.kind { documentCount += 1 }
        handle(event)
        return !builder.isExhausted
      }
      start = nil
      if let failure {
        report(failure)
        let place = byte(failure.index)
        let mistake = min(place, failure.context.map { byte($0.index) } ?? place)
        builder.endDocument(
          at: source.position(ofByte: place), isReadableUntil: source.position(ofByte: mistake))
        start = text.nextDocument(after: stretch, from: place)
      }
    }
    builder.endDocument(at: source.position(ofByte: source.bytes.count))
  }

  private func byte(_ index: Int) -> Int { source.byte(ofScalar: baseScalars + index) }

  private func position(_ index: Int) -> SourcePosition {
    source.position(ofByte: byte(index))
  }

  private mutating func handle(_ event: YAMLEvent) {
    let span = SourceSpan(file: source.path, start: position(event.start), end: position(event.end))
    switch event.kind {
    case .streamStart: break
    case .documentStart(let hasVersionOtherThan1):
      if hasVersionOtherThan1 {
        builder.report(Diagnostic(.unsupportedYAML, "Only YAML 1 is supported", at: span))
      }
    case .documentEnd: builder.endDocument(at: span.start)
    case .alias(let name): builder.alias(name, at: span)
    case .scalar(let text, let style, let properties):
      let scalar = scalar(text, style, tag: properties.tag, at: span)
      builder.scalar(scalar, at: span, anchor: properties.anchor)
    case .sequenceStart(let properties):
      check(tag: properties.tag, is: "seq", at: span)
      builder.beginSequence(at: span, anchor: properties.anchor)
    case .mappingStart(let properties):
      check(tag: properties.tag, is: "map", at: span)
      builder.beginMapping(at: span, anchor: properties.anchor)
    case .collectionEnd: builder.endCollection(at: span.end)
    }
  }

  private mutating func scalar(
    _ text: String, _ style: yaml_scalar_style_t, tag: String?, at span: SourceSpan
  ) -> DocumentScalar {
    let isString = tag == "!" || tag == CoreTag.prefix + "str"
    if !isString { check(tag: tag, is: nil, at: span) }
    switch style {
    case YAML_PLAIN_SCALAR_STYLE:
      return DocumentScalar(text: text, style: isString ? .quoted : .plain)
    case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE:
      return DocumentScalar(text: text, style: .block)
    default: return DocumentScalar(text: text, style: .quoted)
    }
  }

  private mutating func check(tag: String?, is name: String?, at span: SourceSpan) {
    guard let tag, tag != "!", name == nil || tag != CoreTag.prefix + name! else { return }
    let shown = tag.hasPrefix(CoreTag.prefix) ? "!!" + tag.dropFirst(CoreTag.prefix.count) : tag
    builder.report(
      Diagnostic(
        .unsupportedYAML, "The tag `\(shown)` is not supported", at: span,
        hint: "remove the tag; quotes make any value text"))
  }

  private mutating func report(_ failure: YAMLFailure) {
    let place = byte(failure.index)
    if let context = failure.context, failure.isUnclosedQuote {
      let quote = byte(context.index)
      builder.report(
        Diagnostic(
          .syntaxError, "The quotes that open here are never closed",
          at: source.span(ofBytes: quote..<min(quote + 1, source.bytes.count)),
          hint: "close the quotes"))
      return
    }
    let notes = failure.context.map { context in
      let start = byte(context.index)
      return [Diagnostic.Note(context.text.sentence, at: source.span(ofBytes: start..<start))]
    }
    builder.report(
      Diagnostic(
        .syntaxError, failure.problem.sentence, at: source.span(ofBytes: place..<place),
        notes: notes ?? [], hint: failure.hint))
  }
}

private enum CoreTag {
  static let prefix = "tag:yaml.org,2002:"
}

extension String {
  /// libyaml's words as a message of ours: capital first.
  fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() }
}

extension YAMLFailure {
  fileprivate var isUnclosedQuote: Bool {
    context?.text == "while scanning a quoted scalar"
      && (problem == "found unexpected end of stream"
        || problem == "found unexpected document indicator")
  }

  /// What usually lies behind one of libyaml's messages.
  fileprivate var hint: String? {
    switch problem {
    case let problem where problem.hasPrefix("found character that cannot start any token"):
      "indent with spaces; quote values that begin with `@`, `%` or a backquote"
    case "mapping values are not allowed in this context":
      "quote the value if it contains `: `, or check the indentation"
    case "could not find expected ':'": "end the key with `: `, or check the indentation"
    case "did not find expected key", "did not find expected '-' indicator",
      "did not find expected <block end>":
      "check the indentation of this line and the one above"
    case "did not find expected ',' or ']'": "close the list with `]`"
    case "did not find expected ',' or '}'": "close the mapping with `}`"
    default: nil
    }
  }
}
