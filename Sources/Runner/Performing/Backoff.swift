/// How long to wait before another attempt: twice as long each time, with chance in it, so that
/// many who failed together do not come back together.
public struct Backoff: Hashable, Sendable {
  public var firstMilliseconds: Int
  public var maxMilliseconds: Int

  public init(firstMilliseconds: Int, maxMilliseconds: Int) {
    precondition(firstMilliseconds > 0 && maxMilliseconds >= firstMilliseconds)
    self.firstMilliseconds = firstMilliseconds
    self.maxMilliseconds = maxMilliseconds
  }

  public static let standard = Backoff(firstMilliseconds: 1000, maxMilliseconds: 60_000)
  /// For guards: somebody may be waiting for a thaw.
  public static let guards = Backoff(firstMilliseconds: 200, maxMilliseconds: 2000)

  var first: Duration { .milliseconds(firstMilliseconds) }

  /// The pause before `attempt`, between half and the whole of its length.
  ///
  /// - Parameter attempt: At least 2: there is no pause before the first.
  public func delay(
    before attempt: Int, using random: inout some RandomNumberGenerator
  ) -> Duration {
    let doublings = min(max(attempt - 2, 0), 20)
    let whole = min(firstMilliseconds << doublings, maxMilliseconds)
    return .milliseconds(Int.random(in: (whole + 1) / 2...whole, using: &random))
  }
}
