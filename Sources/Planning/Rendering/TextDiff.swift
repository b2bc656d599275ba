import ClusterModel
import Documents

/// A change report as lines for a terminal. Colour only repeats what the symbols say.
public struct TextDiff: Sendable {
  public struct Options: Hashable, Sendable {
    public var isColored: Bool
    /// Lists plans without a change one by one.
    public var showsUnchanged: Bool

    public init(isColored: Bool = false, showsUnchanged: Bool = false) {
      self.isColored = isColored
      self.showsUnchanged = showsUnchanged
    }
  }

  let report: ChangeReport
  let header: DiffHeader?
  let options: Options

  public init(_ report: ChangeReport, header: DiffHeader? = nil, options: Options = Options()) {
    self.report = report
    self.header = header
    self.options = options
  }

  /// The whole diff, each line ended.
  ///
  /// - Complexity: O(*n*) in the number of plans and changes.
  public var text: String {
    let body = blocks + unchanged + coverage
    let lines =
      headerLines + body + (body.isEmpty ? [] : [""]) + SummaryText(report).lines
      + savedLines
    return lines.map { Self.sanitized($0, keepsEscapes: options.isColored) + "\n" }.joined()
  }

  private var headerLines: [String] {
    guard let header else { return [] }
    var parts = [
      "oadp-plan \(header.version)",
      "\(report.cluster.name) (\(report.cluster.serverVersion))",
    ]
    if let commit = header.commit {
      parts.append("commit \(commit)\(header.isDirty ? " (dirty)" : "")")
    } else if header.isDirty {
      parts.append("not committed")
    }
    let time = header.observedAt.split(separator: "T").last.map(String.init) ?? header.observedAt
    parts += ["observed \(time)", "clock \(report.evaluatedAt.rounded)"]
    return [parts.joined(separator: " · ")] + (legend.isEmpty ? [] : ["  " + legend]) + [""]
  }

  private var savedLines: [String] {
    guard let saved = header?.saved else { return [] }
    return ["Saved \(saved.path)  \(saved.digest)  valid until \(saved.validUntil)"]
  }

  /// Only the symbols that occur below.
  private var legend: String {
    var used: Set<String> = Set(report.changes.map(\.action.symbol))
    used.formUnion(report.changes.flatMap(\.steps).map(\.symbol))
    if shown.contains(where: { !$0.notices.isEmpty || $0.state == .failed })
      || !report.coverage.isEmpty
    {
      used.insert("!")
    }
    if options.showsUnchanged, report.plans.contains(where: { $0.state == .unchanged }) {
      used.insert("=")
    }
    let words = [
      ("+", "create"), ("-", "expire"), ("~", "change"), (">", "run"), ("!", "attention"),
      ("x", "blocked"), ("=", "unchanged"),
    ]
    return words.filter { used.contains($0.0) }.map { "\(painted($0.0)) \($0.1)" }
      .joined(separator: "   ")
  }

  private var shown: [PlanVerdict] { report.plans.filter { $0.state != .unchanged } }

  private var blocks: [String] {
    let changes = Dictionary(grouping: report.changes) { PlanID($0.plan, $0.source) }
    return shown.flatMap { verdict in
      [heading(verdict)] + verdict.notices.map { "  \(painted("!")) \($0)" }
        + (verdict.state == .failed ? ["  \(painted("!")) cannot be planned: see the errors"] : [])
        + entries(changes[PlanID(verdict.plan, verdict.source)] ?? [])
    }
  }

  private func heading(_ verdict: PlanVerdict) -> String {
    let name = verdict.kind == "RestorePlan" ? "RestorePlan \(verdict.plan)" : "\(verdict.plan)"
    let left = ([name] + [verdict.headline.joined(separator: " · ")]).filter { !$0.isEmpty }
      .joined(separator: "  ")
    return Columns.padded(left, to: 74) + " " + verdict.source.description
  }

  private func entries(_ changes: [Change]) -> [String] {
    let width = changes.map { $0.title.count }.max() ?? 0
    return changes.flatMap { change in
      let facts = change.facts.filter { !$0.isEmpty }.joined(separator: "   ")
      let line =
        "  \(painted(change.action.symbol)) "
        + (facts.isEmpty ? change.title : Columns.padded(change.title, to: width) + "   " + facts)
      let code = change.code.map { "  [\($0)]" } ?? ""
      return [line + code]
        + Columns.lines(change.steps.map { [$0.verb, $0.object, $0.text, $0.note] })
        .enumerated().map { "      \(painted(change.steps[$0.offset].symbol)) \($0.element)" }
    }
  }

  private var unchanged: [String] {
    let plans = report.plans.filter { $0.state == .unchanged }
    func since(_ verdict: PlanVerdict) -> String {
      verdict.newestAgeSeconds.map { "\(HumanText.age(seconds: $0)) since the last point" }
        ?? verdict.notices.first ?? "nothing to do"
    }
    if options.showsUnchanged {
      return plans.map { "\(painted("=")) \($0.plan)  \(since($0))" }
    }
    // Without any change the last line says it all.
    guard !shown.isEmpty, let first = plans.first else { return [] }
    let detail = plans.count == 1 ? " (\(first.plan), \(since(first)))" : ""
    return ["\(HumanText.count(plans.count, "plan")) unchanged\(detail)"]
  }

  private var coverage: [String] {
    guard !report.coverage.isEmpty else { return [] }
    let gap = shown.isEmpty && !options.showsUnchanged ? [] : [""]
    let rows = report.coverage.map { entry in
      [
        entry.claim, HumanText.bytes(entry.bytes), entry.storageClass ?? "-",
        ((entry.ageSeconds.map { ["bound \(HumanText.age(seconds: $0))"] } ?? [])
          + (entry.mountedBy.isEmpty ? [] : ["mounted by \(HumanText.list(entry.mountedBy))"]))
          .joined(separator: ", "),
      ]
    }
    return gap + ["Not covered by any plan"]
      + Columns.lines(rows).map { "  \(painted("!")) \($0)" }
  }

  private func painted(_ symbol: String) -> String {
    guard options.isColored else { return symbol }
    let color =
      switch symbol {
      case "+": "32"
      case "-", "x": "31"
      case "~", "!": "33"
      case ">": "36"
      default: "2"
      }
    return "\u{1B}[\(color)m\(symbol)\u{1B}[0m"
  }

  /// Names and commands are other people's text: nothing in them moves the cursor.
  static func sanitized(_ line: String, keepsEscapes: Bool) -> String {
    guard line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      return line
    }
    return String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { scalar in
          let isControl = scalar.value < 0x20 || scalar.value == 0x7F
          return isControl && !(keepsEscapes && scalar.value == 0x1B) ? " " : scalar
        }))
  }
}

/// A plan's name and place: a ProtectionPlan and a RestorePlan may share a name.
private struct PlanID: Hashable {
  let plan: String
  let source: SourcePlace

  init(_ plan: some CustomStringConvertible, _ source: SourcePlace) {
    self.plan = plan.description
    self.source = source
  }
}

extension Change.Action {
  var symbol: String {
    switch self {
    case .create: "+"
    case .delete: "-"
    case .update: "~"
    case .run: ">"
    case .blocked: "x"
    }
  }
}

/// Rows of text whose columns line up.
enum Columns {
  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func lines(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = zip(row, widths).filter { $0.1 > 0 }.map { padded($0.0, to: $0.1) }
        .joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }
}
