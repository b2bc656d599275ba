import ArgumentParser
import Backends
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
  @Option(
    help: ArgumentHelp(
      "Wait so long for another run on the same application to end; default: as long as it takes "
        + "to see whether it is alive.",
      valueName: "duration"))
  var lockTimeout: DurationArgument?
  @Option(
    help: ArgumentHelp(
      "How long a run may be silent before others take its locks.", valueName: "duration"))
  var leaseDuration = DurationArgument(LeaseSettings.standard.duration)
  @Option(
    help: ArgumentHelp(
      "How often a run says that it lives, and looks whether it is asked to stop.",
      valueName: "duration"))
  var leaseHeartbeat = DurationArgument(LeaseSettings.standard.heartbeat)
  @Option(help: ArgumentHelp("The image that mover Jobs run.", valueName: "image"))
  var moverImage = imageDefault

  static let imageDefault = "ghcr.io/oadp-plan/oadp-plan:\(Tool.version)"

  func validate() throws {
    guard parallelism ?? 1 >= 1, movers ?? 1 >= 1 else {
      throw ValidationError("--parallelism and --movers are at least 1")
    }
    guard leaseHeartbeat.duration >= .seconds(1),
      leaseDuration.duration >= leaseHeartbeat.duration * 2
    else {
      throw ValidationError(
        "--lease-heartbeat is at least 1s, and --lease-duration at least twice as long")
    }
  }

  var leases: LeaseSettings {
    LeaseSettings(duration: leaseDuration.duration, heartbeat: leaseHeartbeat.duration)
  }

  /// The flags' limits where there are any, else the plan's.
  func limits(under plan: WorkLimits) -> RunLimits {
    RunLimits(plan, parallelism: parallelism, movers: movers)
  }
}
