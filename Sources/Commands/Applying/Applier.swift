import Backends
import ClusterModel
import Documents
import Execution
import Git
import Planning
import Ports
import Runner

/// Carries runs out, from taking over an interrupted one to the record in git.
struct Applier {
  let connection: ClusterConnection
  let state: StateFolder
  let provenance: Provenance
  let console: Console
  let limits: (WorkLimits) -> RunLimits
  let moverImage: String

  /// Goes on with runs on this cluster whose runner died or was stopped: what they hold quiesced or
  /// half-made comes first.
  func finishOpenRuns() async throws -> [ExitCode] {
    var codes: [ExitCode] = []
    for run in try state.runs.openRuns() {
      guard let (journal, bytes) = try resume(run) else { continue }
      let file = try PlanFile(reading: bytes)
      guard file.cluster.uid == connection.uid else {
        console.talk("note: run \(run) was interrupted on cluster \(file.cluster.name)\n")
        continue
      }
      console.talk("Resuming run \(run) of plan \(file.digest.prefix(19))\n")
      codes.append(try await carryOut(file, bytes: bytes, journal, isResumed: true, provenance))
    }
    return codes
  }

  private func resume(_ run: RunID) throws -> (journal: RunJournal, plan: [UInt8])? {
    do throws(JournalError) {
      return try state.runs.resume(run)
    } catch {
      let code: ExitCode = error.reason == .locked ? .locked : .failed
      throw CommandFailure(code, error.message, hint: error.hint)
    }
  }

  /// Applies a saved plan, once: a second time there is nothing left to do.
  func apply(_ file: PlanFile) async throws -> ExitCode {
    if let earlier = try finishedRun(of: file) {
      console.talk("Run \(earlier) has applied this plan already: nothing is left to do\n")
      return .ok
    }
    guard file.cluster.uid == connection.uid else {
      throw CommandFailure(
        .refused,
        "The plan is for cluster \(file.cluster.name) (uid \(file.cluster.uid)), this is "
          + "another one (uid \(connection.uid))")
    }
    guard file.graph.nodes.isEmpty || WallTime.now() <= file.validUntil else {
      throw CommandFailure(
        .stalePlan, "The plan was valid until \(file.validUntil.rounded)",
        hint: "run diff again and have its result reviewed")
    }
    guard !file.graph.nodes.isEmpty else {
      console.talk("The plan holds no changes: nothing is left to do\n")
      return .ok
    }
    return try await run(file, provenance: provenance)
  }

  private func finishedRun(of file: PlanFile) throws -> RunID? {
    for run in try state.runs.runs().reversed() {
      if try state.runs.outcome(of: run)?["planDigest"]?.stringValue == file.digest,
        try state.runs.outcome(of: run)?["result"]?.stringValue == "ok"
      {
        return run
      }
    }
    return nil
  }

  func run(_ file: PlanFile, provenance: Provenance) async throws -> ExitCode {
    var random = SystemRandomNumberGenerator()
    let now = WallTime.now()
    let run = RunID(at: now, using: &random)
    let header = JournalHeader(
      run: run, planDigest: file.digest, nodeCount: file.graph.nodes.count,
      toolVersion: Tool.version, at: now)
    do {
      let journal = try await state.runs.begin(header, plan: file.bytes)
      console.talk("Applying \(file.digest.prefix(19))  run \(run)\n")
      return try await carryOut(
        file, bytes: file.bytes, journal, isResumed: false, provenance)
    } catch let error as JournalError {
      throw CommandFailure(.failed, error.message, hint: error.hint)
    }
  }

  private func carryOut(
    _ file: PlanFile, bytes: [UInt8], _ journal: RunJournal, isResumed: Bool,
    _ provenance: Provenance
  ) async throws -> ExitCode {
    let results = RunResultLog(journal.contents)
    let work = file.limits ?? WorkLimits()
    let limits = limits(work)
    let backend = NativeBackend(
      cluster: connection.cluster, store: connection.store,
      settings: NativeBackend.Settings(
        moverImage: moverImage, cluster: file.cluster, moversPerNodeMax: work.perNode,
        moverBytesPerSecond: limits.moverBytesPerSecond(work)),
      graph: file.graph, clock: ContinuousClock())
    let stops = StopRequests()
    let runner = GraphRunner(
      clock: ContinuousClock(), now: WallTime.now, limits: limits,
      observer: ProgressPrinter(console: console, results: results))
    var random = SystemRandomNumberGenerator()
    let outcome: RunOutcome
    do {
      outcome = try await runner.run(
        file.graph, performer: backend, journal: journal, stops: stops.stream, random: &random)
    } catch {
      throw CommandFailure(
        .failed, "Run \(journal.run) cannot go on: \(error)",
        hint: "its folder is \(state.runs.path)/\(journal.run)")
    }
    let summary = RunSummary(
      outcome, of: file, journal: journal, results: results.all, isResumed: isResumed, provenance,
      endedAt: WallTime.now())
    if !outcome.isResumable {
      try state.runs.close(journal.run, outcome: try JSONValue(encoding: summary))
    }
    record(summary, plan: bytes)
    console.talk(summary.closingWords(outcome))
    return outcome.exit
  }

  /// Git remembers the run. Not being able to is said, but changes nothing of what was done.
  private func record(_ summary: RunSummary, plan: [UInt8]) {
    guard let root = provenance.repository else { return }
    do {
      let repository = try GitRepository.discover(from: root)
      _ = try repository.record(try summary.record(plan: plan, at: WallTime.now()))
    } catch {
      console.talk("warning: the run could not be recorded in git: \(error)\n")
    }
  }
}
