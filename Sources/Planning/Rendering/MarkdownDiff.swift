import ClusterModel

/// A change report as a comment on a pull request: counts and every deletion first, details folded,
/// never longer than the host takes.
public struct MarkdownDiff: Sendable {
  let report: ChangeReport
  let header: DiffHeader?
  let graph: ExecutionGraph?
  /// GitHub's limit is 65 536.
  let bytesMax: Int

  public init(
    _ report: ChangeReport, header: DiffHeader? = nil, graph: ExecutionGraph? = nil,
    bytesMax: Int = 60_000
  ) {
    self.report = report
    self.header = header
    self.graph = graph
    self.bytesMax = bytesMax
  }

  /// Whole sections are left out, the least needed first, until the rest fits; what is left is
  /// always well-formed.
  public var text: String {
    let sections = [top, table, warnings, steps, drawing, footer].filter { !$0.isEmpty }
    let all = sections.joined(separator: "\n")
    guard all.utf8.count > bytesMax else { return all }
    let note = "_Details are left out: the whole diff has \(all.utf8.count) bytes._\n"
    for kept in [[top, table, warnings, steps], [top, table, warnings], [top, warnings], [top]] {
      let text = (kept + [note, footer]).filter { !$0.isEmpty }.joined(separator: "\n")
      if text.utf8.count <= bytesMax { return text }
    }
    return "### Backup plan\n\n" + note
  }

  private var top: String {
    """
    <!-- oadp-plan:diff key=\(Self.escaped(report.cluster.name)) -->
    ### Backup plan for `\(Self.code(report.cluster.name))`

    \(SummaryText(report).lines.map(Self.escaped).joined(separator: "\n"))

    """
  }

  private var table: String {
    guard !report.changes.isEmpty else { return "" }
    let rows = report.changes.map { change in
      let what = "\(change.action.symbol) \(change.title)"
      let shown = change.action == .delete ? "**\(Self.escaped(what))**" : Self.escaped(what)
      let facts = change.facts.map(Self.escaped).joined(separator: " · ")
      return
        "| \(change.action.mark) | `\(Self.code(change.plan.description))` | \(shown) | \(facts) |"
    }
    return "| | plan | what | |\n|---|---|---|---|\n" + rows.joined(separator: "\n") + "\n"
  }

  private var warnings: String {
    let notices = report.plans.filter { $0.state != .unchanged }.flatMap { verdict in
      verdict.notices.map { "`\(Self.code(verdict.plan.description))`: \(Self.escaped($0))" }
    }
    let uncovered = report.coverage.map { entry in
      "`\(Self.code(entry.claim))` (\(HumanText.bytes(entry.bytes))) is not covered by any plan"
    }
    let lines = (notices + uncovered).map { "> \($0)  \n" }.joined()
    return lines.isEmpty ? "" : "> [!WARNING]\n" + lines
  }

  private var steps: String {
    let lines = report.changes.flatMap { change in
      ["\(change.action.diffSymbol) \(change.address)"]
        + Columns.lines(change.steps.map { [$0.verb, $0.object, $0.text, $0.note] })
        .enumerated().map { row in
          (change.steps[row.offset].symbol == ">" ? "!" : change.steps[row.offset].symbol)
            + "   " + row.element
        }
    }
    return fold("Steps", fenced("diff", lines))
  }

  private var drawing: String {
    guard let graph, !graph.nodes.isEmpty else { return "" }
    return fold("Graph", fenced("mermaid", [GraphText(graph).mermaid]))
  }

  private var footer: String {
    var parts: [String] = []
    if let saved = header?.saved {
      parts += [
        "plan `\(Self.code(saved.digest))`", "valid until \(Self.escaped(saved.validUntil))",
      ]
    }
    if let commit = header?.commit {
      parts.append("commit `\(Self.code(commit))`\(header?.isDirty == true ? " (dirty)" : "")")
    }
    if let saved = header?.saved {
      parts.append(
        "apply: `oadp-plan apply \(Self.code(saved.path)) "
          + "--expect-digest \(Self.code(saved.digest))`"
      )
    }
    return parts.isEmpty ? "" : parts.joined(separator: " · ") + "\n"
  }

  private func fold(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "<details><summary>\(title)</summary>\n\n\(body)\n</details>\n"
  }

  /// The fence is longer than any run of backticks inside, so nothing inside can end it.
  private func fenced(_ language: String, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    let body = lines.map { line in line.hasSuffix("\n") ? String(line.dropLast()) : line }
      .joined(separator: "\n")
    var longest = 0
    var run = 0
    for byte in body.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(language)\n\(body)\n\(fence)\n"
  }

  /// Text in which nothing is markup.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "|", "*", "_", "`", "[", "]", "\\": escaped += "\\\(character)"
      case _ where character.isNewline: escaped += " "
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// Text inside of single backticks.
  static func code(_ text: String) -> String {
    String(text.map { $0 == "`" || $0 == "|" || $0.isNewline ? " " : $0 })
  }
}

extension Change.Action {
  fileprivate var mark: String {
    switch self {
    case .create: "🟢"
    case .delete: "🔴"
    case .update, .run: "🟡"
    case .blocked: "⛔"
    }
  }

  /// What a code host colours in a diff.
  fileprivate var diffSymbol: String {
    switch self {
    case .create: "+"
    case .delete: "-"
    default: "!"
    }
  }
}
