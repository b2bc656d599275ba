import Execution

/// Why an action was asked to give up before it was done.
enum GivingUp: Sendable {
  case deadline, stop
}

/// Runs `body` until it is done, its time is over, or `stop` opens; then it is cancelled, and what
/// it says to that is awaited.
///
/// - Parameter stop: `nil` for what goes on when a run is stopped.
/// - Returns: The body's answer, and what cut it short, if anything did.
func race<Answer: Sendable, C: Clock>(
  _ body: @escaping @Sendable () async -> Answer, for time: Duration, on clock: C, until stop: Gate?
) async -> (answer: Answer, cutShortBy: GivingUp?) where C.Duration == Duration {
  await withTaskGroup(of: RaceFinish<Answer>.self) { group in
    group.addTask { .answered(await body()) }
    group.addTask {
      do { try await clock.sleep(for: time) } catch { return .over(nil) }
      return .over(.deadline)
    }
    if let stop { group.addTask { .over(await stop.wait() ? .stop : nil) } }
    var answer: Answer?
    var cause: GivingUp?
    while let finish = await group.next() {
      switch finish {
      case .answered(let value): answer = value
      case .over(let reason):
        guard answer == nil, cause == nil, let reason else { continue }
        cause = reason
      }
      group.cancelAll()
    }
    guard let answer else { preconditionFailure("a race ended without its body") }
    return (answer, cause)
  }
}

private enum RaceFinish<Answer: Sendable>: Sendable {
  case answered(Answer)
  /// `nil`: a watcher that has nothing to say.
  case over(GivingUp?)
}
