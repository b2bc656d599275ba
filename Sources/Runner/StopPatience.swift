import Execution

/// How long a run that was asked to stop takes over it. CI systems kill what has not ended some ten
/// seconds after their first signal.
public struct StopPatience: Hashable, Sendable {
  /// For all guards; then the run hurries as if it had been asked a second time.
  public var guards: Duration
  /// For closings, from the moment of that; then they are given up as unconfirmed.
  public var closings: Duration

  /// Half a second below what a run promises: 7 s after one request, 2.5 s after a second.
  public static let standard = StopPatience(guards: .seconds(4), closings: .seconds(2))

  public init(guards: Duration, closings: Duration) {
    self.guards = guards
    self.closings = closings
  }

  func time(at level: StopLevel) -> Duration { level == .guardsOnly ? guards : closings }
}
