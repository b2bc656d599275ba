import Synchronization

/// A few workers that take jobs from one list until it is empty or somebody fails.
enum Crew {
  /// The results of all jobs, in the jobs' order. The first failure ends everybody's work.
  static func map<Job: Sendable, Value: Sendable>(
    _ jobs: [Job], workers: Int,
    _ work: @escaping @Sendable (Job) async throws(RepositoryError) -> Value
  ) async throws(RepositoryError) -> [Value] {
    try await map(
      jobs, workers: workers, tool: { () },
      { (job, _) async throws(RepositoryError) in
        try await work(job)
      })
  }

  /// As above; each worker has a tool of its own, which need not be shared, and puts it away in
  /// the end.
  static func map<Job: Sendable, Tool, Value: Sendable>(
    _ jobs: [Job], workers: Int, tool makeTool: @escaping @Sendable () -> Tool,
    putAway: @escaping @Sendable (Tool) -> Void = { _ in },
    _ work: @escaping @Sendable (Job, Tool) async throws(RepositoryError) -> Value
  ) async throws(RepositoryError) -> [Value] {
    let list = JobList<Value>(count: jobs.count)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(workers, jobs.count)) {
        group.addTask {
          let tool = makeTool()
          while let number = list.next() {
            do throws(RepositoryError) {
              guard !Task.isCancelled else { throw .cancelled }
              list.finish(number, try await work(jobs[number], tool))
            } catch {
              list.fail(error)
            }
          }
          putAway(tool)
        }
      }
    }
    return try list.values()
  }
}

/// How far the workers are.
private final class JobList<Value: Sendable>: Sendable {
  private struct State {
    var next = 0
    var values: [Value?]
    var failure: RepositoryError?
  }

  private let state: Mutex<State>

  init(count: Int) { state = Mutex(State(values: Array(repeating: nil, count: count))) }

  func next() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next < state.values.count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  func finish(_ number: Int, _ value: Value) { state.withLock { $0.values[number] = value } }

  func fail(_ error: RepositoryError) { state.withLock { $0.failure = $0.failure ?? error } }

  func values() throws(RepositoryError) -> [Value] {
    let (values, failure) = state.withLock { ($0.values, $0.failure) }
    if let failure { throw failure }
    return values.compactMap(\.self)
  }
}
