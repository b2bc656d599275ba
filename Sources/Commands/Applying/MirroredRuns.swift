import Backends
import Documents
import Execution
import Planning
import Ports
import Runner

/// Brings a run's copies together: the one on this machine and the one in its repository.
struct MirroredRuns {
  let connection: ClusterConnection
  let state: StateFolder
  let console: Console

  /// Where a plan's run is mirrored: in the first repository that it names.
  static func repository(of graph: ExecutionGraph) -> RepositoryAddress? {
    graph.nodes.lazy.compactMap(\.action.repository).first.map(RepositoryAddress.init)
  }

  /// The repositories that a plan uses.
  static func repositories(of graph: ExecutionGraph) -> [RepositoryAddress] {
    var seen: Set<RepositoryAddress> = []
    return graph.nodes.compactMap(\.action.repository).map(RepositoryAddress.init)
      .filter { seen.insert($0).inserted }
  }

  /// The journal of a new run, mirrored from its first line on.
  func mirrored(_ journal: RunJournal, _ file: PlanFile, token: String) -> RunJournal {
    mirrored(journal, file, token: token, pending: [journal.contents.header.line], first: 0)
  }

  /// What a run that is open on this machine has become elsewhere.
  enum Reconciled {
    case goesOn(RunJournal)
    /// Another machine has ended it.
    case closed(outcome: JSONValue)
  }

  /// Compares a run of this machine with its mirror. The run's leases are held.
  func reconcile(
    _ run: OpenRun, _ file: PlanFile, token: String
  ) async throws(CommandFailure) -> Reconciled {
    let id = run.journal.run
    let bytes = try journaling { () throws(JournalError) in try run.bytes() }
    var mirrored: [UInt8] = []
    switch try await read(id, of: file.graph) {
    case .closed(let outcome)?:
      return .closed(outcome: (try? JSONValue(parsing: outcome)) ?? ["result": "unknown"])
    case .open(_, let segments)?:
      mirrored = try journaling { () throws(JournalError) in
        try MirrorComparison.journal(of: segments, run: id.rawValue)
      }
    case nil: break
    }
    switch MirrorComparison(local: bytes, mirrored: mirrored) {
    case .localGoesOn(let pending, let first):
      return .goesOn(
        self.mirrored(run.journal, file, token: token, pending: pending, first: first))
    case .mirrorGoesOn(let journal):
      let replaced = try journaling { () throws(JournalError) in
        try state.runs.replace(run, with: journal)
      }
      guard let replaced else { return .goesOn(run.journal) }
      console.talk("Run \(id) was taken further elsewhere: going on from there\n")
      return .goesOn(adopted(replaced, file, token: token))
    }
  }

  private func read(
    _ run: RunID, of graph: ExecutionGraph
  ) async throws(CommandFailure) -> MirroredRun? {
    guard let repository = Self.repository(of: graph) else { return nil }
    do {
      return try await connection.store.mirroredRun(run.rawValue, in: repository)
    } catch {
      guard error.reason != .damaged else {
        throw CommandFailure(.failed, "The mirror of run \(run) is corrupt: \(error)")
      }
      // The lock is ours, and whatever a guard must release is known here.
      console.talk("warning: the mirror of run \(run) cannot be read: \(error)\n")
      return nil
    }
  }

  /// The journal of a run whose lines are all in the mirror.
  func adopted(_ run: OpenRun, _ file: PlanFile, token: String) -> RunJournal {
    mirrored(
      run.journal, file, token: token, pending: [], first: run.journal.contents.records.count + 1)
  }

  private func mirrored(
    _ journal: RunJournal, _ file: PlanFile, token: String, pending: [[UInt8]], first: Int
  ) -> RunJournal {
    guard let repository = Self.repository(of: file.graph) else { return journal }
    let address = MirroredRunAddress(
      id: journal.run.rawValue, repository: repository, plan: file.bytes, writer: token)
    return journal.written { local in
      MirroredJournal(
        local: local, mirror: connection.store, run: address, pending: pending, first: first,
        clock: ContinuousClock())
    }
  }

  /// Tells the repository that a run is over. Not being able to is said: the next apply does it.
  func close(_ run: RunID, outcome: JSONValue, of graph: ExecutionGraph) async {
    guard let repository = Self.repository(of: graph) else { return }
    do {
      try await connection.store.close(
        run.rawValue, outcome: CanonicalJSON.bytes(outcome), in: repository)
    } catch {
      console.talk("warning: the mirror of run \(run) could not be closed: \(error)\n")
    }
  }

  /// Runs that have ended since a plan was made, as its repository knows them.
  func outcomes(of file: PlanFile) async -> [(run: RunID, outcome: JSONValue)] {
    guard let repository = Self.repository(of: file.graph) else { return [] }
    do {
      return try await connection.store.outcomes(since: file.createdAt, in: repository)
        .compactMap { run, bytes in
          (try? JSONValue(parsing: bytes)).map { (run, $0) }
        }
    } catch {
      console.talk("warning: runs of other machines cannot be looked for: \(error)\n")
      return []
    }
  }

  func journaling<Answer>(
    _ body: () throws(JournalError) -> Answer
  ) throws(CommandFailure) -> Answer {
    do { return try body() } catch { throw CommandFailure(error) }
  }
}

extension CommandFailure {
  init(_ error: JournalError) {
    let code: ExitCode = error.reason == .locked || error.reason == .fenced ? .locked : .failed
    self.init(code, error.message, hint: error.hint)
  }
}
