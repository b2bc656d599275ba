/// When a request that failed is sent again, and how long to wait before it: exponential, jittered,
/// bounded in number and in time.
public struct RetryPolicy: Hashable, Sendable {
  /// How often a request is sent in all.
  public var attemptsMax: Int
  /// The longest wait after the first failure; it doubles with each one.
  public var pauseFirst: Duration
  public var pauseMax: Duration
  /// No attempt starts later than this after the first one.
  public var deadline: Duration

  public init(
    attemptsMax: Int = 10, pauseFirst: Duration = .milliseconds(250),
    pauseMax: Duration = .seconds(15), deadline: Duration = .seconds(180)
  ) {
    self.attemptsMax = attemptsMax
    self.pauseFirst = pauseFirst
    self.pauseMax = pauseMax
    self.deadline = deadline
  }

  /// How long to wait before the next attempt; `nil` where there shall be none.
  ///
  /// - Parameters:
  ///   - failures: How many attempts have failed, at least 1.
  ///   - elapsed: Since the first attempt began.
  ///   - retryAfter: What the server asked for; waited for in full, or not at all.
  ///   - jitter: From 0 to 1. Half of a wait is left to chance, so that clients that failed
  ///     together do not come back together.
  public func pause(
    afterFailures failures: Int, elapsed: Duration, retryAfter: Duration? = nil, jitter: Double
  ) -> Duration? {
    guard failures < attemptsMax else { return nil }
    var longest = min(pauseFirst, pauseMax)
    for _ in 1..<max(1, failures) where longest < pauseMax { longest = min(longest * 2, pauseMax) }
    let pause = max(longest * (0.5 + jitter / 2), retryAfter ?? .zero)
    return elapsed + pause <= deadline ? pause : nil
  }

  /// Whether a server that answers so may answer otherwise later.
  public static func isTransient(status: Int) -> Bool {
    status == 429 || (status >= 500 && status != 501 && status != 505 && status != 507)
  }

  /// Seconds of a `Retry-After` header. A date is not understood: the wait is then our own.
  public static func retryAfter(_ text: String?) -> Duration? {
    guard let text, text.utf8.count <= 6, let seconds = Int(text), seconds >= 0 else { return nil }
    return .seconds(seconds)
  }
}
