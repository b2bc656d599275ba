import ObjectStores
import Synchronization
import Testing

/// A clock whose sleepers wake at once, when their time has come.
final class SkippingClock: Clock {
  typealias Duration = Swift.Duration

  struct Instant: InstantProtocol {
    var offset = Swift.Duration.zero

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private let time = Mutex(Instant())

  var now: Instant { time.withLock { $0 } }
  let minimumResolution = Duration.nanoseconds(1)

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    time.withLock { $0 = max($0, deadline) }
  }

  func pass(_ duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}

@Suite("Bandwidth") struct ByteLimiterTests {
  @Test("bytes pass at the rate, after a first second's worth at once")
  func rate() async throws {
    let clock = SkippingClock()
    let limiter = ByteLimiter(bytesPerSecond: 1000, clock: clock)
    try await limiter.pass(1000)
    #expect(clock.now.offset == .zero)
    for _ in 0..<10 { try await limiter.pass(500) }
    #expect(clock.now.offset == .seconds(5))
  }

  @Test("an object larger than the bucket takes its time, and so does who comes after it")
  func large() async throws {
    let clock = SkippingClock()
    let limiter = ByteLimiter(bytesPerSecond: 1 << 20, clock: clock)
    try await limiter.pass(16 << 20)
    #expect(clock.now.offset == .seconds(15))
    try await limiter.pass(1 << 20)
    #expect(clock.now.offset == .seconds(16))
  }

  @Test("time without traffic is not saved up")
  func idle() async throws {
    let clock = SkippingClock()
    let limiter = ByteLimiter(bytesPerSecond: 1000, clock: clock)
    clock.pass(.seconds(3600))
    try await limiter.pass(3000)
    #expect(clock.now.offset == .seconds(3602))
  }

  @Test("a throttled store holds the same objects, each way at its own rate")
  func store() async throws {
    let clock = SkippingClock()
    let base = MemoryStore()
    let store = ThrottledStore(
      base, upload: ByteLimiter(bytesPerSecond: 100, clock: clock),
      download: ByteLimiter(bytesPerSecond: 1000, clock: clock))
    let name = ObjectName.config
    try await store.write(name, Array(repeating: 7, count: 1100)[...])
    #expect(clock.now.offset == .seconds(10))
    #expect(try await store.read(name, 0..<1100).count == 1100)
    let time = clock.now.offset - .seconds(10) - .milliseconds(100)
    #expect(abs(time / .milliseconds(1)) < 1)
    #expect(try await base.size(of: name) == 1100)
    #expect(try await store.delete(name))
  }

  @Test("who is cancelled while waiting is told so")
  func cancelled() async throws {
    let limiter = ByteLimiter(bytesPerSecond: 1, clock: SkippingClock())
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(throws: CancellationError.self) { try await limiter.pass(100) }
      }
      group.cancelAll()
    }
  }
}
