import ArgumentParser
import Execution
import Planning

/// How a run is carried out.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep plans and journals of runs here; default: .oadp-plan at the root of the repository.",
      valueName: "dir"))
  var state: String?

  @Option(help: "How many nodes may run at once; default: \(RunLimits.parallelismDefault).")
  var parallelism: Int?
  @Option(
    help: ArgumentHelp(
      "How many movers may run at once, those of other runs included; default: what the project "
        + "says, or \(RunLimits.moversDefault)."))
  var movers: Int?
  @Option(help: ArgumentHelp("The image that mover Jobs run.", valueName: "image"))
  var moverImage = "ghcr.io/oadp-plan/oadp-plan:\(Tool.version)"

  func validate() throws {
    guard parallelism ?? 1 >= 1, movers ?? 1 >= 1 else {
      throw ValidationError("--parallelism and --movers are at least 1")
    }
  }

  /// The flags' limits where there are any, else the plan's.
  func limits(under plan: WorkLimits) -> RunLimits {
    RunLimits(plan, parallelism: parallelism, movers: movers)
  }
}
