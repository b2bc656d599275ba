extension JSONValue {
  /// YAML in block style, keys sorted, for a person to review and for `kubectl apply`.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  public var yaml: String {
    var writer = BlockWriter()
    writer.write(self, indent: 0)
    return writer.text
  }
}

private struct BlockWriter {
  var text = ""

  /// Writes a value that begins at the start of a line.
  mutating func write(_ value: JSONValue, indent: Int) {
    switch value {
    case .object(let members) where !members.isEmpty:
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        text += spaces(indent) + scalar(.string(key)) + ":"
        writeMember(member, indent: indent)
      }
    case .array(let elements) where !elements.isEmpty:
      for element in elements { writeElement(element, indent: indent) }
    default: text += spaces(indent) + scalar(value) + "\n"
    }
  }

  /// What follows a key: on its line where it fits, else below, indented.
  private mutating func writeMember(_ value: JSONValue, indent: Int) {
    switch value {
    case .object(let members) where !members.isEmpty:
      text += "\n"
      write(value, indent: indent + 2)
    case .array(let elements) where !elements.isEmpty:
      text += "\n"
      write(value, indent: indent + 2)
    case .string(let string) where Self.isLiteral(string):
      text += " |\n"
      for line in string.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
        text += line.isEmpty ? "\n" : spaces(indent + 2) + line + "\n"
      }
    default: text += " " + scalar(value) + "\n"
    }
  }

  private mutating func writeElement(_ value: JSONValue, indent: Int) {
    guard case .object(let members) = value, !members.isEmpty else {
      guard case .array(let elements) = value, !elements.isEmpty else {
        text += spaces(indent) + "- " + scalar(value) + "\n"
        return
      }
      text += spaces(indent) + "-\n"
      return write(value, indent: indent + 2)
    }
    // The first member stands beside the dash.
    var inner = BlockWriter()
    inner.write(value, indent: indent + 2)
    text += spaces(indent) + "- " + inner.text.dropFirst(indent + 2)
  }

  private func scalar(_ value: JSONValue) -> String {
    if case .string(let string) = value, Self.isPlain(string) { return string }
    return CanonicalJSON.string(value).unicodeScalars.reduce(into: "") { text, scalar in
      if let escape = Self.breaks[scalar] {
        text += escape
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// What YAML takes for a line break, or for the mark of an encoding, and JSON for itself.
  private static let breaks: [Unicode.Scalar: String] = [
    "\u{85}": "\\u0085", "\u{2028}": "\\u2028", "\u{2029}": "\\u2029", "\u{FEFF}": "\\uFEFF",
  ]

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  /// Whether a text means itself without quotes, in YAML 1.1, too: a word of letters, digits and
  /// what stands in names and paths, that is no number, no date and none of its other words.
  private static func isPlain(_ text: String) -> Bool {
    let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/") else {
      return false
    }
    return !words.contains(text.lowercased())
      && text.utf8.allSatisfy {
        isLetter($0) || (0x30...0x39).contains($0) || "-_./".utf8.contains($0)
      }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Whether lines can stand as they are below a `|`: several, the last one ended once, no first
  /// line that begins with a space, and nothing that YAML does not print.
  private static func isLiteral(_ text: String) -> Bool {
    guard text.utf8.count > 1, text.hasSuffix("\n"), !text.hasSuffix("\n\n"),
      let first = text.utf8.first, first != 0x20, first != 0x0A
    else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x0A, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF:
        breaks[scalar] == nil
      default: false
      }
    }
  }
}
