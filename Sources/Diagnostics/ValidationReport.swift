/// What came of looking at some files.
public struct ValidationReport: Sendable {
  public var files: [SourceFile]
  /// How many objects the files declare, good or bad.
  public var objectCount: Int
  public var findings: DiagnosticBag

  public init(files: [SourceFile], objectCount: Int, findings: DiagnosticBag) {
    self.files = files
    self.objectCount = objectCount
    self.findings = findings
  }

  public var isValid: Bool { !findings.hasErrors }

  /// `14 files, 17 objects · 2 errors, 1 warning`; notes are named where there are any.
  public var summary: String {
    var counts = [
      Self.count(findings.count(of: .error), "error"),
      Self.count(findings.count(of: .warning), "warning"),
    ]
    if findings.count(of: .note) > 0 {
      counts.append(Self.count(findings.count(of: .note), "note"))
    }
    return Self.count(files.count, "file") + ", " + Self.count(objectCount, "object") + " · "
      + counts.joined(separator: ", ")
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

/// The forms in which findings are written.
public enum DiagnosticFormat: String, Hashable, Sendable, CaseIterable {
  /// For people, with the source line.
  case text
  /// `file:line:column: error[CODE]: message`, one line each.
  case lines
  case json
  /// Workflow commands that GitHub shows beside the code.
  case github
  /// Version 2.1.0.
  case sarif
  case junit
  case gitlabCodeQuality = "gitlab-codequality"
}

extension ValidationReport {
  /// The findings in one form; ends with a line feed unless empty.
  ///
  /// - Parameter colour: Only ``DiagnosticFormat/text`` has any; it repeats what words say.
  public func rendered(as format: DiagnosticFormat, colour: Bool = false) -> String {
    switch format {
    case .text: text(colour: colour)
    case .lines: lines()
    case .json: json()
    case .github: gitHubCommands()
    case .sarif: sarif()
    case .junit: junit()
    case .gitlabCodeQuality: gitLabCodeQuality()
    }
  }

  /// Findings with the worst first, each severity in source order.
  var worstFirst: [Diagnostic] {
    let diagnostics = findings.diagnostics
    return Severity.allCases.flatMap { severity in diagnostics.filter { $0.severity == severity } }
  }
}
