extension ValidationReport {
  /// For people: each finding with its source line and a caret, the worst first.
  func text(colour: Bool) -> String {
    let sources = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    let secrets = findings.diagnostics.filter { $0.code == .secretInPlainText }.map(\.span)
    var renderer = TextRenderer(colour: colour)
    for diagnostic in worstFirst {
      // Logs outlive files: a line with a secret is named, never shown.
      let isSecret = secrets.contains { $0.sharesLine(with: diagnostic.span) }
      renderer.write(diagnostic, source: isSecret ? nil : sources[diagnostic.span.file])
    }
    if findings.omittedCount > 0 {
      renderer.output += "… and \(findings.omittedCount) more\n"
    }
    return renderer.output
  }

  func lines() -> String {
    findings.diagnostics.reduce(into: "") { output, diagnostic in
      output += "\(diagnostic.span): \(diagnostic.severity.rawValue)"
      output += "[\(diagnostic.code.rawValue)]: \(diagnostic.message.printable)\n"
      if let hint = diagnostic.hint { output += "hint: \(hint.printable)\n" }
    }
  }
}

private struct TextRenderer {
  let colour: Bool
  var output = ""

  init(colour: Bool) { self.colour = colour }

  mutating func write(_ diagnostic: Diagnostic, source: SourceFile?) {
    let excerpt = source.flatMap { SourceExcerpt(of: diagnostic.span, in: $0) }
    let gutter = String(repeating: " ", count: excerpt?.number.count ?? 1)
    let word = "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]"
    output += paint(word, diagnostic.severity) + ": \(diagnostic.message.printable)\n"
    output += "\(gutter)--> \(diagnostic.span)\n"
    if let excerpt {
      output += "\(gutter) |\n\(excerpt.number) | \(excerpt.text)\n"
      let label = diagnostic.label.map { " " + $0.printable } ?? ""
      let carets = String(repeating: "^", count: excerpt.caretCount)
      output += "\(gutter) | " + String(repeating: " ", count: excerpt.indent)
      output += paint(carets + label, diagnostic.severity) + "\n"
    }
    for note in diagnostic.notes {
      let place = note.span.map { ": \($0)" } ?? ""
      output += "\(gutter) = note: \(note.message.printable)\(place)\n"
    }
    if let hint = diagnostic.hint {
      output += "\(gutter) = help: \(hint.printable)"
      output += " (oadp-plan explain \(diagnostic.code.rawValue))\n"
    }
  }

  func paint(_ text: String, _ severity: Severity) -> String {
    guard colour else { return text }
    let number =
      switch severity {
      case .error: 31
      case .warning: 33
      case .note: 36
      }
    return "\u{1B}[1;\(number)m\(text)\u{1B}[0m"
  }
}

extension SourceSpan {
  /// Whether the line that is shown for `other` is one of this span's.
  fileprivate func sharesLine(with other: SourceSpan) -> Bool {
    file == other.file && (start.line...max(start.line, end.line)).contains(other.start.line)
  }
}

/// The part of a source line that is shown above a caret.
private struct SourceExcerpt {
  static let widthMax = 160
  let number: String
  let text: String
  let indent: Int
  let caretCount: Int

  init?(of span: SourceSpan, in file: SourceFile) {
    guard let line = file.line(span.start.line) else { return nil }
    let scalars = Array(line.unicodeScalars)
    let column = min(span.start.column - 1, scalars.count)
    // A line longer than the window is shown from a little before the place.
    let first = column < Self.widthMax - 40 ? 0 : column - 40
    let last = min(first + Self.widthMax, scalars.count)
    var shown = String(String.UnicodeScalarView(scalars[first..<last])).printable
    if last < scalars.count { shown += " …" }
    let end = span.end.line == span.start.line ? span.end.column - 1 : scalars.count
    number = String(span.start.line)
    text = shown
    indent = column - first
    caretCount = max(1, min(end, last) - column)
  }
}

extension String {
  /// Without anything that could steer a terminal: tabs become spaces, other control characters
  /// and line feeds a middle dot.
  var printable: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return self
    }
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      scalars.append(scalar == "\t" ? " " : isControl ? "·" : scalar)
    }
    return String(scalars)
  }
}
