/// Tells whether the holder of a lease is alive, by our own clock alone: two machines' wall clocks
/// need not agree.
///
/// A holder that was silent for the whole duration of its lease, while we watched, is dead.
struct LeaseWatch<Instant: InstantProtocol & Sendable>: Sendable
where Instant.Duration == Duration {
  enum Verdict: Hashable, Sendable {
    /// It is not known yet.
    case silent
    case alive, dead
  }

  private var last: (pulse: Lease.Pulse, since: Instant)?

  /// - Parameters:
  ///   - asked: When the server was asked: what it answers is no older.
  ///   - answered: When the answer was there: what it says is no younger.
  mutating func see(_ lease: Lease, asked: Instant, answered: Instant) -> Verdict {
    guard let last, last.pulse == lease.pulse else {
      let isFirst = last == nil
      last = (lease.pulse, answered)
      return isFirst ? .silent : .alive
    }
    return last.since.duration(to: asked) >= lease.duration ? .dead : .silent
  }
}
