import Synchronization

/// Counts who is inside, up to a limit.
final class Gate: Sendable {
  private let limit: Int
  private let inside = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Whether there was room.
  func enter() -> Bool {
    inside.withLock { inside in
      guard inside < limit else { return false }
      inside += 1
      return true
    }
  }

  func leave() { inside.withLock { $0 -= 1 } }
}
