extension ValidationReport {
  /// One suite for each file and one case for each finding; a file without any has one good case.
  /// Errors are failures; warnings and notes are good cases with output.
  func junit() -> String {
    let findings = Dictionary(grouping: findings.diagnostics, by: \.span.file)
    let paths = (files.map(\.path) + findings.keys.sorted()).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var output =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"oadp-plan validate\">\n"
    for path in paths { output += Self.suite(path, findings[path] ?? []) }
    return output + "</testsuites>\n"
  }

  private static func suite(_ path: String, _ diagnostics: [Diagnostic]) -> String {
    let failures = diagnostics.count { $0.severity == .error }
    let tests = max(diagnostics.count, 1)
    var output = "  <testsuite name=\"\(path.xml)\" tests=\"\(tests)\" failures=\"\(failures)\">\n"
    if diagnostics.isEmpty {
      output += "    <testcase classname=\"\(path.xml)\" name=\"valid\"/>\n"
    }
    for diagnostic in diagnostics { output += testCase(path, diagnostic) }
    return output + "  </testsuite>\n"
  }

  private static func testCase(_ path: String, _ diagnostic: Diagnostic) -> String {
    let place = "\(diagnostic.span.start.line):\(diagnostic.span.start.column)"
    let name = "\(diagnostic.code.rawValue) \(place)"
    let hint = diagnostic.hint.map { "\n\($0)" } ?? ""
    let text = "\(diagnostic.span): \(diagnostic.message)\(hint)".xml
    var output = "    <testcase classname=\"\(path.xml)\" name=\"\(name.xml)\">\n"
    if diagnostic.severity == .error {
      output += "      <failure type=\"\(diagnostic.code.rawValue)\""
      output += " message=\"\(diagnostic.message.xml)\">\(text)</failure>\n"
    } else {
      output += "      <system-out>\(text)</system-out>\n"
    }
    return output + "    </testcase>\n"
  }
}

extension String {
  /// Escaped as text or attribute; what XML 1.0 cannot hold becomes U+FFFD.
  fileprivate var xml: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "\n", "\t": text.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
