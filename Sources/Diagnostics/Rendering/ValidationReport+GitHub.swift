extension ValidationReport {
  /// GitHub shows about ten annotations of a step: the worst ten are written, then one that counts
  /// the rest.
  static let gitHubCountMax = 10

  func gitHubCommands() -> String {
    let worst = worstFirst
    var output = ""
    for diagnostic in worst.prefix(Self.gitHubCountMax) {
      output += diagnostic.gitHubCommand + "\n"
    }
    let total = worst.count + findings.omittedCount
    if total > Self.gitHubCountMax {
      output +=
        "::notice title=oadp-plan::\(total - Self.gitHubCountMax) more findings; \(summary)\n"
    }
    return output
  }
}

extension Diagnostic {
  fileprivate var gitHubCommand: String {
    let word =
      switch severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    let properties = [
      ("file", span.file), ("line", String(span.start.line)), ("endLine", String(span.end.line)),
      ("col", String(span.start.column)), ("endColumn", String(span.end.column)),
      ("title", code.rawValue),
    ].map { "\($0)=\($1.gitHubProperty)" }.joined(separator: ",")
    let text = hint.map { "\(message)\n\($0)" } ?? message
    return "::\(word) \(properties)::\(text.gitHubData)"
  }
}

extension String {
  /// Escaped as the message of a workflow command.
  fileprivate var gitHubData: String {
    replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  /// Escaped as a property of a workflow command.
  fileprivate var gitHubProperty: String {
    gitHubData.replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
