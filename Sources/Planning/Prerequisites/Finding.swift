public import Diagnostics

/// One thing that was looked at before any run: what is, by which evidence, and what to do.
///
/// What is fine is a finding, too: silence about something is not to be mistaken for its health.
public struct Finding: Hashable, Sendable {
  /// How much it matters, worst first.
  public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Runs of the plans fail, or would not be what they promise.
    case error
    /// Some runs may fail.
    case warning
    /// Worth knowing; among them what could not be looked at.
    case note
    case ok

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// What it is about; the order in which findings are shown.
  public enum Area: String, Hashable, Sendable, CaseIterable, Comparable {
    case cluster, storage, plans, namespaces, permissions, repositories

    public static func < (left: Area, right: Area) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  public var area: Area
  /// The object, as a person would name it: `ResourceQuota shop/small`.
  public var subject: String
  /// What was seen. Never a secret value.
  public var evidence: String
  /// What to do next; `nil` where nothing has to be done.
  public var fix: String?

  public init(
    _ severity: Severity, _ code: DiagnosticCode, in area: Area, _ subject: String,
    _ evidence: String, fix: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.area = area
    self.subject = subject
    self.evidence = evidence
    self.fix = fix
  }
}

extension Finding: Comparable {
  public static func < (left: Finding, right: Finding) -> Bool {
    if left.area != right.area { return left.area < right.area }
    if left.severity != right.severity { return left.severity < right.severity }
    return (left.code.rawValue, left.subject, left.evidence)
      < (right.code.rawValue, right.subject, right.evidence)
  }
}

/// What was looked at, or why it could not be.
public enum Known<Value: Hashable & Sendable>: Hashable, Sendable {
  case known(Value)
  /// The reason, to follow a colon: `no permission to list csidrivers`.
  case unknown(String)

  public var value: Value? {
    if case .known(let value) = self { value } else { nil }
  }
}
