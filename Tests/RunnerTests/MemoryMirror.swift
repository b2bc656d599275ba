import Ports
import RunTesting
import Synchronization

/// A mirror in memory that takes its time, that can be away, and that can lose answers.
final class MemoryMirror: RunMirror {
  private struct Run {
    var plan: [UInt8]?
    var segments: [Int: JournalSegment] = [:]
    var outcome: [UInt8]?
  }

  private struct State {
    var runs: [String: Run] = [:]
    var exists = true
    var isAway = false
    var answersToLose = 0
    var segmentsMade = 0
  }

  private let state = Mutex(State())
  private let clock: SimulatedClock
  private let delay: Duration

  init(clock: SimulatedClock, delay: Duration = .milliseconds(20)) {
    self.clock = clock
    self.delay = delay
  }

  func set(exists: Bool) { state.withLock { $0.exists = exists } }
  func set(isAway: Bool) { state.withLock { $0.isAway = isAway } }
  func loseAnswers(_ count: Int) { state.withLock { $0.answersToLose = count } }

  var segmentsMade: Int { state.withLock { $0.segmentsMade } }

  /// The journal as any other machine would read it now.
  func journal(of run: String) -> [UInt8] {
    state.withLock { state in
      (state.runs[run]?.segments ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value.bytes)
    }
  }

  private func call<Answer>(_ body: (inout [String: Run]) -> Answer) async throws(StoreError)
    -> Answer
  {
    do { try await clock.sleep(for: delay) } catch { throw StoreError(.cancelled, "Cancelled") }
    let result = state.withLock { state -> Result<Answer, StoreError> in
      guard !state.isAway else { return .failure(StoreError(.unreachable, "The disk is away")) }
      guard state.exists else { return .failure(StoreError(.missing, "There is none yet")) }
      let answer = body(&state.runs)
      guard state.answersToLose == 0 else {
        state.answersToLose -= 1
        return .failure(StoreError(.unreachable, "The answer was lost"))
      }
      return .success(answer)
    }
    return try result.get()
  }

  func openRuns(in repository: RepositoryAddress) async throws(StoreError) -> [String] {
    guard state.withLock({ $0.exists }) else { return [] }
    return try await call { runs in
      runs.filter { $0.value.segments[0] != nil && $0.value.outcome == nil }.map(\.key).sorted()
    }
  }

  func mirroredRun(
    _ run: String, in repository: RepositoryAddress
  ) async throws(StoreError) -> MirroredRun? {
    guard state.withLock({ $0.exists }) else { return nil }
    return try await call { runs in
      guard let run = runs[run] else { return nil }
      if let outcome = run.outcome { return .closed(outcome: outcome) }
      guard let plan = run.plan, run.segments[0] != nil else { return nil }
      return .open(
        plan: plan, segments: run.segments.sorted { $0.key < $1.key }.map(\.value))
    }
  }

  func begin(
    _ run: String, plan: [UInt8], in repository: RepositoryAddress
  ) async throws(StoreError) {
    try await call { runs in runs[run, default: Run()].plan = plan }
  }

  func append(
    _ segment: JournalSegment, to run: String, in repository: RepositoryAddress
  ) async throws(StoreError) -> SegmentFate {
    let fate: SegmentFate = try await call { runs in
      if runs[run, default: Run()].outcome != nil { return .closed }
      if let other = runs[run]?.segments[segment.first] { return .taken(other) }
      runs[run]?.segments[segment.first] = segment
      return .stored
    }
    if fate == .stored { state.withLock { $0.segmentsMade += 1 } }
    return fate
  }

  func close(
    _ run: String, outcome: [UInt8], in repository: RepositoryAddress
  ) async throws(StoreError) {
    try await call { runs in
      runs[run, default: Run()].outcome = outcome
      runs[run]?.segments = [:]
    }
  }
}
