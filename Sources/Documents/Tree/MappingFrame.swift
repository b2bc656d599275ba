import Diagnostics

/// A mapping while its keys and values arrive in turn.
struct MappingFrame {
  private enum State {
    case awaitsKey
    case awaitsValue(key: String, span: SourceSpan)
    /// The key was wrong; its value is dropped.
    case dropsValue
  }

  private(set) var entries: [DocumentEntry] = []
  private var places: [String: SourceSpan] = [:]
  private var state = State.awaitsKey

  /// - Returns: What is wrong with `node` as the next key.
  mutating func add(_ node: DocumentNode) -> Diagnostic? {
    switch state {
    case .awaitsKey:
      let mistake = check(key: node)
      if mistake == nil, let key = node.scalar?.text {
        places[key] = node.span
        state = .awaitsValue(key: key, span: node.span)
      } else {
        state = .dropsValue
      }
      return mistake
    case .awaitsValue(let key, let span):
      entries.append(DocumentEntry(key: key, keySpan: span, value: node))
    case .dropsValue: break
    }
    state = .awaitsKey
    return nil
  }

  /// Passes over a key or a value that could not be read; a key takes its value with it.
  mutating func skip() {
    if case .awaitsKey = state { state = .dropsValue } else { state = .awaitsKey }
  }

  private func check(key node: DocumentNode) -> Diagnostic? {
    guard let scalar = node.scalar, !scalar.value.isNull else {
      return Diagnostic(.unsupportedYAML, "A key must be text", at: node.span)
    }
    if scalar.text == "<<", scalar.style == .plain {
      return Diagnostic(
        .unsupportedYAML, "Merge keys are not supported", at: node.span,
        hint: "write the fields out, or share settings between policies with `extends`")
    }
    guard let first = places[scalar.text] else { return nil }
    return Diagnostic(
      .duplicateKey, "Key `\(scalar.text)` is given twice", at: node.span,
      notes: [Diagnostic.Note("First given here", at: first)],
      hint: "remove one of the two")
  }
}
