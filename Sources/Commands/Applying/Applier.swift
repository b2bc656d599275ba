import Backends
import ClusterModel
import Documents
import Execution
import Git
import Kubernetes
import Planning
import Ports
import Runner

/// Carries runs out, from taking over an interrupted one to the record in git.
struct Applier {
  let connection: ClusterConnection
  let state: StateFolder
  var provenance: Provenance
  let console: Console
  let limits: (WorkLimits) -> RunLimits
  let moverImage: String
  /// How long to wait for other runs; `nil`: until they are seen to be alive.
  let lockTimeout: Duration?
  let leases: LeaseSettings
  /// Whether nothing but guards of what was started may run.
  var runsGuardsOnly = false

  /// Applies a saved plan, once: a second time there is nothing left to do.
  func apply(_ file: PlanFile) async throws -> ExitCode {
    if let earlier = try await finishedRun(of: file) {
      console.talk("Run \(earlier) has applied this plan already: nothing is left to do\n")
      return .ok
    }
    guard file.cluster.uid == connection.uid else {
      throw CommandFailure(
        .refused,
        "The plan is for cluster \(file.cluster.name) (uid \(file.cluster.uid)), this is "
          + "another one (uid \(connection.uid))")
    }
    guard file.graph.nodes.isEmpty || WallClock.now() <= file.validUntil else {
      throw CommandFailure(
        .stalePlan, "The plan was valid until \(file.validUntil.rounded)",
        hint: "run diff again and have its result reviewed")
    }
    guard !file.graph.nodes.isEmpty else {
      console.talk("The plan holds no changes: nothing is left to do\n")
      return .ok
    }
    return try await run(file)
  }

  /// The run that has done this already, here or on another machine.
  private func finishedRun(of file: PlanFile) async throws -> RunID? {
    func hasDone(_ outcome: JSONValue?) -> Bool {
      outcome?["planDigest"]?.stringValue == file.digest && outcome?["result"]?.stringValue == "ok"
    }
    for run in try state.runs.runs().reversed() {
      if hasDone(try state.runs.outcome(of: run)) { return run }
    }
    return await mirrors.outcomes(of: file).first { hasDone($0.outcome) }?.run
  }

  func run(_ file: PlanFile) async throws -> ExitCode {
    var random = SystemRandomNumberGenerator()
    let now = WallClock.now()
    let run = RunID(at: now, using: &random)
    let header = JournalHeader(
      run: run, planDigest: file.digest, nodeCount: file.graph.nodes.count,
      toolVersion: Tool.version, at: now)
    let token = RunLocks.drawToken()
    let held = try await locks.take(for: file.graph, run: run, token: token)
    guard !held.succeedsAnother else {
      await held.release()
      throw CommandFailure(
        .stalePlan, "Another run has changed the application since this was planned",
        hint: "run it again: what is done already will not be done twice")
    }
    let journal: RunJournal
    do {
      journal = try await state.runs.begin(header, plan: file.bytes, token: token)
    } catch {
      await held.release()
      throw CommandFailure(error)
    }
    console.talk("Applying \(file.digest.prefix(19))  run \(run)\n")
    return try await carryOut(
      TakenRun(
        file: file, journal: mirrors.mirrored(journal, file, token: token), held: held,
        isResumed: false))
  }

  var locks: RunLocks {
    RunLocks(connection: connection, console: console, timeout: lockTimeout, settings: leases)
  }

  var mirrors: MirroredRuns {
    MirroredRuns(connection: connection, state: state, console: console)
  }

  /// A run that is this process's to carry out: its folder and its applications are locked.
  struct TakenRun {
    let file: PlanFile
    let journal: RunJournal
    let held: HeldLeases<ContinuousClock>
    let isResumed: Bool
  }

  func carryOut(_ run: TakenRun) async throws -> ExitCode {
    let results = RunResultLog(run.journal.contents)
    let outcome: RunOutcome
    do {
      outcome = try await runGraph(run, results)
    } catch {
      await run.held.release()
      throw CommandFailure(
        .failed, "Run \(run.journal.run) cannot go on: \(error)",
        hint: "its folder is \(state.runs.path)/\(run.journal.run)")
    }
    let summary = RunSummary(
      outcome, of: run.file, journal: run.journal, results: results.all, isResumed: run.isResumed,
      provenance, endedAt: WallClock.now())
    if !outcome.isResumable {
      let json = try JSONValue(encoding: summary)
      try state.runs.close(run.journal.run, outcome: json)
      await mirrors.close(run.journal.run, outcome: json, of: run.file.graph)
    }
    await run.held.release()
    record(summary, plan: run.file.bytes)
    console.talk(summary.closingWords(outcome))
    return outcome.exit
  }

  private func runGraph(
    _ run: TakenRun, _ results: RunResultLog
  ) async throws(RunRefusal) -> RunOutcome {
    let work = run.file.limits ?? WorkLimits()
    let limits = limits(work)
    let backend = NativeBackend(
      cluster: connection.cluster, store: connection.store,
      settings: NativeBackend.Settings(
        moverImage: moverImage, cluster: run.file.cluster, moversPerNodeMax: work.perNode,
        moverBytesPerSecond: limits.moverBytesPerSecond(work)),
      graph: run.file.graph, clock: ContinuousClock())
    let stops = StopRequests()
    let runner = GraphRunner(
      clock: ContinuousClock(), now: WallClock.now, limits: limits,
      observer: ProgressPrinter(console: console, results: results))
    var random = SystemRandomNumberGenerator()
    return try await runner.run(
      run.file.graph, performer: backend, journal: run.journal, fence: run.held,
      runsGuardsOnly: runsGuardsOnly, stops: stops.stream, random: &random)
  }

  /// Git remembers the run. Not being able to is said, but changes nothing of what was done.
  private func record(_ summary: RunSummary, plan: [UInt8]) {
    guard let root = provenance.repository else { return }
    do {
      let repository = try GitRepository.discover(from: root)
      _ = try repository.record(try summary.record(plan: plan, at: WallClock.now()))
    } catch {
      console.talk("warning: the run could not be recorded in git: \(error)\n")
    }
  }
}
