public import Documents
import Synchronization

/// Runs asynchronous work on the calling thread: jobs in an order drawn from a seed, and time that
/// moves, at once, only when there is no job left.
public final class Simulation: TaskExecutor {
  private struct Sleeper {
    var deadline: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var jobs: [UnownedJob] = []
    var sleepers: [Int: Sleeper] = [:]
    /// Sleeps that were cancelled before they began.
    var cancelled: Set<Int> = []
    var now = Duration.zero
    var nextID = 0
    var random: SeededGenerator
  }

  private let state: Mutex<State>

  private init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

  /// Runs `body` to its end and returns what it returns.
  ///
  /// - Precondition: `body` waits for nothing but its own children and the clock it is given.
  public static func run<Answer: Sendable>(
    seed: UInt64 = 1, _ body: @escaping @Sendable (SimulatedClock) async -> Answer
  ) -> Answer {
    let simulation = Simulation(seed: seed)
    let answer = Answers<Answer>()
    Task(executorPreference: simulation) {
      let value = await body(SimulatedClock(simulation: simulation))
      answer.value.withLock { $0 = value }
    }
    while true {
      if let value = answer.value.withLock({ $0 }) { return value }
      if let job = simulation.nextJob() {
        // Safety: the job was handed to this executor once, and is run here once.
        unsafe job.runSynchronously(on: simulation.asUnownedTaskExecutor())
      } else {
        simulation.wakeNext()
      }
    }
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  var now: Duration { state.withLock { $0.now } }

  func sleep(until deadline: Duration) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          guard state.cancelled.remove(id) == nil else { return true }
          state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: id)
        if sleeper == nil { state.cancelled.insert(id) }
        return sleeper
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  private func nextJob() -> UnownedJob? {
    state.withLock { state in
      guard !state.jobs.isEmpty else { return nil }
      let index = Int.random(in: state.jobs.indices, using: &state.random)
      return state.jobs.remove(at: index)
    }
  }

  private func wakeNext() {
    let sleeper = state.withLock { state in
      let next = state.sleepers.min { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
      guard let (id, sleeper) = next else { preconditionFailure("nothing runs and nobody sleeps") }
      state.sleepers[id] = nil
      state.now = max(state.now, sleeper.deadline)
      return sleeper
    }
    sleeper.continuation.resume()
  }
}

private final class Answers<Answer: Sendable>: Sendable {
  let value = Mutex<Answer?>(nil)
}

/// The time of a ``Simulation``: begins at 2026-11-22T02:00:00Z.
public struct SimulatedClock: Clock {
  public struct Instant: InstantProtocol {
    /// When the simulation began.
    public static let start = Instant(offset: .zero)

    var offset: Duration

    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    public func duration(to other: Instant) -> Duration { other.offset - offset }
    public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  let simulation: Simulation

  public var now: Instant { Instant(offset: simulation.now) }
  public var minimumResolution: Duration { .nanoseconds(1) }
  public var wall: Timestamp { Timestamp(secondsSinceEpoch: 1_795_312_800) + simulation.now }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try await simulation.sleep(until: deadline.offset)
  }
}
