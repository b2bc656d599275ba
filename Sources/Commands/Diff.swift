import ArgumentParser
import Documents
import Execution
import FoundationEssentials
import Kubernetes
import Planning

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what apply would do; changes nothing.",
    discussion: """
      Compares plans with the cluster and its repositories at one instant. RestorePlans are looked \
      at only where their file is named. Exits with 0 whether or not there are changes; with \
      --detailed-exitcode, 2 says that there are.
      """)

  enum Format: String, CaseIterable, Sendable { case text, json, markdown, mermaid, dot, ascii }

  @OptionGroup var plans: PlanOptions
  @OptionGroup var cluster: ClusterOptions

  @Option(help: ArgumentHelp("Save the plan in this file, for apply.", valueName: "file"))
  var out: String?

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "text, json, markdown, mermaid, dot or ascii (the last three draw the execution graph), each "
        + "with =FILE to write it there; repeatable.", valueName: "format"))
  var outputs: [Output<Format>] = []

  @Flag(help: "Exit with 2 where there are changes.") var detailedExitcode = false
  @Flag(help: "Show plans without changes, too.") var showUnchanged = false

  @Option(
    help: ArgumentHelp("Only plans whose address matches; repeatable.", valueName: "ns/plan"))
  var target: [String] = []

  @Option(help: ArgumentHelp("Evaluate at this instant (RFC 3339) instead of now.")) var at: String?
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let now = try at.map { try Self.instant($0) } ?? WallClock.now()
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    if let note = workspace.provenance.dirtyNote { console.talk(note) }
    let connection = try await cluster.connect()
    let evaluation = try await Evaluation.make(workspace, on: connection, targets: target, at: now)
    let findings = evaluation.findings(workspace, colour: console.isColoured)
    if !findings.isEmpty { console.talk(findings) }
    if let out { try Self.save(evaluation.file, to: out) }
    for output in outputs.isEmpty ? [Output(.text)] : outputs {
      try output.write(render(evaluation, workspace, output.format, console), console)
    }
    if evaluation.changes.hasErrors { throw CommandFailure(.preflightFailed) }
    if detailedExitcode, evaluation.report.hasChanges { throw CommandFailure(.changes) }
  }

  private func render(
    _ evaluation: Evaluation, _ workspace: Workspace, _ format: Format, _ console: Console
  ) -> String {
    let file = evaluation.file
    let saved = out.map {
      DiffHeader.Saved(path: $0, digest: file.digest, validUntil: file.validUntil.rounded)
    }
    let header = DiffHeader(
      version: Tool.version, commit: workspace.provenance.commit.map { String($0.prefix(7)) },
      isDirty: workspace.provenance.dirtyCount > 0,
      observedAt: WallClock.now().rounded, saved: saved)
    let graph = GraphText(evaluation.graph)
    return switch format {
    case .text:
      TextDiff(
        evaluation.report, header: header,
        options: TextDiff.Options(isColored: console.isColoured, showsUnchanged: showUnchanged)
      ).text
    case .json: CanonicalJSON.pretty(evaluation.report.json)
    case .markdown: MarkdownDiff(evaluation.report, header: header, graph: evaluation.graph).text
    case .mermaid: graph.mermaid
    case .dot: graph.dot
    case .ascii: graph.ascii
    }
  }

  private static func save(_ file: PlanFile, to path: String) throws(CommandFailure) {
    do {
      try Data(file.bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(.failed, "`\(path)` cannot be written")
    }
  }

  static func instant(_ text: String) throws(CommandFailure) -> Timestamp {
    guard let instant = Timestamp(text) else {
      throw CommandFailure(
        .usage, "`\(text)` is no date and time", hint: "write it like 2026-11-22T02:00:00Z")
    }
    return instant
  }
}
