import Diagnostics
import Documents
import Planning

/// Findings for people and for programs.
struct FindingsReport {
  let findings: [Finding]

  init(_ findings: [Finding]) { self.findings = findings }

  var hasErrors: Bool { findings.contains { $0.severity == .error } }

  /// An array of objects: `area`, `code`, `evidence`, `severity`, `subject`, and `fix` where there
  /// is one.
  var json: String {
    CanonicalJSON.pretty(
      .array(
        findings.map { finding in
          var object: JSONValue = [
            "area": .string(finding.area.rawValue), "code": .string(finding.code.rawValue),
            "evidence": .string(finding.evidence), "severity": .string(finding.severity.rawValue),
            "subject": .string(finding.subject),
          ]
          if let fix = finding.fix { object["fix"] = .string(fix) }
          return object
        }))
  }

  /// A paragraph for each area, a line for each finding, one for what puts it right, and the count.
  func text(colour: Bool) -> String {
    var text = ""
    for area in Finding.Area.allCases {
      let some = findings.filter { $0.area == area }
      guard !some.isEmpty else { continue }
      text += area.rawValue + "\n"
      let lines = TextTable.lines(
        some.map { [padded($0.severity.rawValue), $0.code.rawValue, $0.subject, $0.evidence] })
      for (index, line) in lines.enumerated() {
        let finding = some[index]
        let word = finding.severity.rawValue
        text += "  " + painted(word, finding.severity, colour) + line.dropFirst(word.count)
        // What one step puts right needs that step once.
        let next = index + 1 < some.count ? some[index + 1] : nil
        if let fix = finding.fix, next?.fix != fix { text += "           fix: \(fix)\n" }
      }
      text += "\n"
    }
    return text + summary + "\n"
  }

  /// `2 errors, 0 warnings, 1 note, 24 ok`
  private var summary: String {
    func count(_ severity: Finding.Severity, _ word: String) -> String {
      let number = findings.count { $0.severity == severity }
      return "\(number) \(word)" + (number == 1 ? "" : "s")
    }
    let fine = findings.count { $0.severity == .ok }
    return [count(.error, "error"), count(.warning, "warning"), count(.note, "note"), "\(fine) ok"]
      .joined(separator: ", ")
  }

  private func padded(_ word: String) -> String {
    word + String(repeating: " ", count: max(0, "warning".count - word.count))
  }

  private func painted(_ word: String, _ severity: Finding.Severity, _ colour: Bool) -> String {
    guard colour else { return word }
    let number =
      switch severity {
      case .error: 31
      case .warning: 33
      case .note: 36
      case .ok: 32
      }
    return "\u{1B}[\(number)m\(word)\u{1B}[0m"
  }
}
