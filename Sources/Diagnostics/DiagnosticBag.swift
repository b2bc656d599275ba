/// Collects findings, so that one run reports all mistakes.
///
/// Keeps a bounded number of them, errors in preference to warnings, and counts the rest.
public struct DiagnosticBag: Hashable, Sendable {
  public static let countMaxDefault = 1000

  private let countMax: Int
  private var kept: [Diagnostic] = []
  private var counts: [Severity: Int] = [:]

  public init(countMax: Int = countMaxDefault) { self.countMax = max(countMax, 1) }

  public mutating func add(_ diagnostic: Diagnostic) {
    counts[diagnostic.severity, default: 0] += 1
    if kept.count < countMax {
      kept.append(diagnostic)
    } else if diagnostic.severity == .error,
      let index = kept.lastIndex(where: { $0.severity != .error })
    {
      kept[index] = diagnostic
    }
  }

  public mutating func add(_ other: DiagnosticBag) {
    for diagnostic in other.kept { add(diagnostic) }
    for severity in Severity.allCases {
      let dropped = other.count(of: severity) - other.kept.count { $0.severity == severity }
      counts[severity, default: 0] += dropped
    }
  }

  /// What was kept, in source order: by file, line and column, then by code.
  public var diagnostics: [Diagnostic] {
    kept.enumerated().sorted { left, right in
      if left.element.span != right.element.span { return left.element.span < right.element.span }
      let codes = (left.element.code.rawValue, right.element.code.rawValue)
      return codes.0 != codes.1 ? codes.0 < codes.1 : left.offset < right.offset
    }.map(\.element)
  }

  /// How many were added, kept or not.
  public func count(of severity: Severity) -> Int { counts[severity] ?? 0 }

  public var hasErrors: Bool { count(of: .error) > 0 }
  public var isEmpty: Bool { kept.isEmpty }

  /// How many were counted but not kept.
  public var omittedCount: Int { counts.values.reduce(0, +) - kept.count }
}
