import ArgumentParser
import Execution
import Kubernetes
import Planning

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what the cluster and the stores can and cannot do for these plans.",
    discussion: """
      Looks at APIs, drivers and classes, the snapshot-controller, quotas, Pod Security, \
      permissions, clocks, Secrets and stores, and tells all that it finds, each with its \
      evidence and what to do. What is fine is told, too, and so is what cannot be told: an \
      account that may not read something gets a note. `oadp-plan explain CODE` says more. Exits \
      with 14 where an error was found.

      Changes nothing in the cluster. In each store a small file below oadp-plan/, where restic \
      does not look, is created, read and removed; --no-writes leaves that out.
      """)

  enum Format: String, CaseIterable, Sendable { case text, json }

  @OptionGroup var plans: PlanOptions
  @OptionGroup var cluster: ClusterOptions

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "text or json, each with =FILE to write it there; repeatable.", valueName: "format"))
  var outputs: [Output<Format>] = []

  @Flag(help: "Write nothing into any store, and so learn less about it.") var noWrites = false
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    let examination = Examination(
      client: try cluster.client(), workspace: workspace, writes: !noWrites, now: WallClock.now)
    let report = FindingsReport(try await examination.findings())
    for output in outputs.isEmpty ? [Output(.text)] : outputs {
      switch output.format {
      case .text: try output.write(report.text(colour: console.isColoured), console)
      case .json: try output.write(report.json, console)
      }
    }
    if report.hasErrors { throw CommandFailure(.preflightFailed) }
  }
}
