import ArgumentParser
import Execution

/// How a run is carried out.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep plans and journals of runs here; default: .oadp-plan at the root of the repository.",
      valueName: "dir"))
  var state: String?

  @Option(help: "How many nodes may run at once.") var parallelism = 10
  @Option(help: "How many movers may run at once.") var movers = 4
  @Option(
    help: ArgumentHelp(
      "Wait so long for another run on the same application to end; default: as long as it takes "
        + "to see whether it is alive.",
      valueName: "duration"))
  var lockTimeout: DurationArgument?
  @Option(help: ArgumentHelp("The image that mover Jobs run.", valueName: "image"))
  var moverImage = "ghcr.io/oadp-plan/oadp-plan:\(Tool.version)"

  func validate() throws {
    guard parallelism >= 1, movers >= 1 else {
      throw ValidationError("--parallelism and --movers are at least 1")
    }
  }

  var limits: RunLimits { RunLimits(parallelism: parallelism, slots: ["mover": movers]) }
}
