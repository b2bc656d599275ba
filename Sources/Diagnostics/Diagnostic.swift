/// How much a finding matters, worst first.
public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
  case error, warning, note

  private var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// One thing found in what the user wrote.
public struct Diagnostic: Hashable, Sendable {
  /// More about a finding, perhaps with another place that has to do with it.
  public struct Note: Hashable, Sendable {
    public var message: String
    public var span: SourceSpan?

    public init(_ message: String, at span: SourceSpan? = nil) {
      self.message = message
      self.span = span
    }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  public var span: SourceSpan
  /// What is wrong: starts with a capital, names in backticks, no period at the end.
  public var message: String
  /// A few words that stand under the place itself.
  public var label: String?
  public var notes: [Note]
  /// What to do next.
  public var hint: String?

  /// - Parameter severity: `nil` takes the code's own.
  public init(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, severity: Severity? = nil,
    label: String? = nil, notes: [Note] = [], hint: String? = nil
  ) {
    self.code = code
    self.severity = severity ?? code.severity
    self.span = span
    self.message = message
    self.label = label
    self.notes = notes
    self.hint = hint
  }
}
