import Documents
import Synchronization

/// The time of a test: it passes when somebody sleeps.
final class VirtualTime: Sendable {
  private let value = Mutex(Timestamp("2026-11-22T02:00:00Z")!)

  var now: Timestamp { value.withLock { $0 } }

  func pass(_ duration: Duration) { value.withLock { $0 = $0 + duration } }
}

/// A clock whose sleepers let the cluster live on for as long as they sleep.
struct VirtualClock: Clock {
  let time: VirtualTime
  let cluster: InMemoryCluster

  struct Instant: InstantProtocol {
    var timestamp: Timestamp

    func advanced(by duration: Duration) -> Instant { Instant(timestamp: timestamp + duration) }

    func duration(to other: Instant) -> Duration { other.timestamp - timestamp }

    static func < (left: Instant, right: Instant) -> Bool { left.timestamp < right.timestamp }
  }

  var now: Instant { Instant(timestamp: time.now) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    time.pass(max(now.duration(to: deadline), .zero))
    await cluster.settle()
  }
}
