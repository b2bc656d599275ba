/// How the program ends, as pipelines see it. A code never changes its meaning.
public enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
  case ok = 0
  /// Something went wrong that has no code of its own.
  case failed = 1
  /// There is something to do; only told on request (`--detailed-exitcode`).
  case changes = 2
  /// Some of what was asked for was reached.
  case partial = 3
  /// Stopped before the end; running the same thing again goes on from there.
  case interrupted = 4
  /// An application may still be quiesced: a human must look.
  case unquiesceUnconfirmed = 5
  case invalidPlan = 10
  case stalePlan = 11
  case locked = 12
  case refused = 13
  case preflightFailed = 14
  case objectiveBreached = 15
  case verificationFailed = 16
  case usage = 64

  /// The one code that stands for several, where more than one of the severe kinds applies:
  /// 5 before 16 before 1 before 3 before 4, then the first of the others.
  ///
  /// - Returns: `.ok` where `codes` is empty.
  public static func mostSevere(of codes: some Sequence<ExitCode>) -> ExitCode {
    let codes = codes.filter { $0 != .ok }
    return severity.first { codes.contains($0) } ?? codes.first ?? .ok
  }

  private static let severity: [ExitCode] = [
    .unquiesceUnconfirmed, .verificationFailed, .failed, .partial, .interrupted,
  ]
}
