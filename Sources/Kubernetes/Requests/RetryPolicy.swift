import Ports

/// How often and after what pause a failed call is tried again, where a repeat is safe.
public struct RetryPolicy: Sendable {
  public var attemptsMax: Int
  /// Before the second attempt; doubles each time.
  public var firstPause: Duration
  public var pauseMax: Duration
  /// A server that asks for more patience than this gets none: the error goes to the caller.
  public var serverPauseMax: Duration
  /// A number in `0..<1`, so that clients refused together do not come back together.
  public var jitter: @Sendable () -> Double

  public init(
    attemptsMax: Int = 5, firstPause: Duration = .milliseconds(250),
    pauseMax: Duration = .seconds(8), serverPauseMax: Duration = .seconds(30),
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.attemptsMax = attemptsMax
    self.firstPause = firstPause
    self.pauseMax = pauseMax
    self.serverPauseMax = serverPauseMax
    self.jitter = jitter
  }

  /// The pause before the next attempt; `nil` where there shall be none.
  ///
  /// - Parameters:
  ///   - attempt: The one that failed, from 1.
  ///   - isRepeatable: Asking twice is the same as asking once.
  ///   - mayHaveArrived: The server may have acted on the failed attempt.
  func pause(
    after error: ClusterError, attempt: Int, isRepeatable: Bool, mayHaveArrived: Bool
  ) -> Duration? {
    guard attempt < attemptsMax, error.isTransient else { return nil }
    let serverAsks = error.reason == .overloaded && error.retryAfterSeconds != nil
    guard isRepeatable || serverAsks || !mayHaveArrived else { return nil }
    // A garbled or too large answer will not improve.
    guard error.reason != .malformedResponse else { return nil }
    let step = min(pauseMax, firstPause * (1 << min(attempt - 1, 16)))
    let jittered = step * (0.5 + jitter() / 2)
    guard let seconds = error.retryAfterSeconds else { return jittered }
    guard Duration.seconds(seconds) <= serverPauseMax else { return nil }
    return .seconds(max(0, seconds)) + jittered
  }
}
