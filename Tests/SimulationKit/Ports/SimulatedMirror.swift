import Ports

/// The copies of runs in simulated repositories, as one process reaches them.
struct SimulatedMirror: RunMirror {
  let process: SimulatedProcess

  func openRuns(in repository: RepositoryAddress) async throws(StoreError) -> [String] {
    try await call("mirror: list runs") { state throws(StoreError) in
      let runs = state.repositories[repository.location]?.runs ?? [:]
      return runs.filter { $0.value.outcome == nil }.keys.sorted()
    }
  }

  func mirroredRun(
    _ run: String, in repository: RepositoryAddress
  ) async throws(StoreError) -> MirroredRun? {
    try await call("mirror: read run") { state throws(StoreError) in
      guard let held = state.repositories[repository.location]?.runs[run] else { return nil }
      if let outcome = held.outcome { return .closed(outcome: outcome) }
      let segments = held.segments.sorted { $0.key < $1.key }.map(\.value)
      return segments.isEmpty ? nil : .open(plan: held.plan, segments: segments)
    }
  }

  func begin(
    _ run: String, plan: [UInt8], in repository: RepositoryAddress
  ) async throws(StoreError) {
    try await call("mirror: begin run") { state throws(StoreError) in
      guard state.repositories[repository.location] != nil else {
        throw StoreError(.missing, "There is no repository yet")
      }
      state.repositories[repository.location]!.runs[run, default: .init()].plan = plan
    }
  }

  func append(
    _ segment: JournalSegment, to run: String, in repository: RepositoryAddress
  ) async throws(StoreError) -> SegmentFate {
    try await call("mirror: append to run") { state throws(StoreError) in
      guard var held = state.repositories[repository.location]?.runs[run] else {
        throw StoreError(.missing, "There is no run \(run)")
      }
      if held.outcome != nil { return .closed }
      if let other = held.segments[segment.first] { return .taken(other) }
      held.segments[segment.first] = segment
      state.repositories[repository.location]!.runs[run] = held
      return .stored
    }
  }

  func close(
    _ run: String, outcome: [UInt8], in repository: RepositoryAddress
  ) async throws(StoreError) {
    try await call("mirror: close run") { state throws(StoreError) in
      state.repositories[repository.location]?.runs[run, default: .init()].outcome = outcome
    }
  }

  private func call<Value: Sendable>(
    _ what: String, _ body: (inout WorldState) throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    try await process.call(
      what, failing: StoreError.init, cancelled: StoreError(.cancelled, "Given up"), body)
  }
}
