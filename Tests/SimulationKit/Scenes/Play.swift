import Backends
import ClusterModel
import Documents
import Execution
import Planning
import Ports
import ProtectionModel
import RunTesting
public import Runner

/// A scenario being played: runners come and go, the world goes on.
struct Play: Sendable {
  let scenario: Scenario
  let template: Template
  let world: World
  let clock: SimulatedClock
  let observer: any RunObserver
  let behaviour: OldBehaviour

  func process(
    _ number: Int, _ troubles: Troubles = Troubles(), beginsRun: Bool = true
  ) -> SimulatedProcess {
    SimulatedProcess(
      "runner-\(number)", in: world, clock: clock, troubles: troubles, beginsRun: beginsRun,
      seed: scenario.seed &+ UInt64(number))
  }

  /// Compares the plans with the world, through the eyes of an untroubled process.
  func evaluate() async throws -> (changes: ChangeSet, graph: ExecutionGraph) {
    let process = process(0)
    let cluster = try await ClusterObserver(cluster: SimulatedAccess(process: process))
      .observe(
        name: "simulated", at: process.wall, hasGroups: template.plans.hasGroups,
        forRestores: scenario.shape.task == .restore)
    var catalogs: [RepositoryCatalog] = []
    for repository in template.plans.repositories {
      guard
        let target = RepositoryTarget(
          named: repository.metadata.name, in: template.plans, baseDirectory: "/")
      else { continue }
      let store = SimulatedStore(process: process)
      catalogs.append(try await store.catalog(of: RepositoryAddress(target)))
    }
    let changes = ChangeSet(
      desired: template.plans, observed: Observation(cluster: cluster, catalogs: catalogs),
      at: process.wall,
      options: PlanningOptions(restores: .only([Scene.restore])))
    var graph = try ExecutionGraphBuilder(passes: .standard).build(changes)
    behaviour.rewrite(&graph)
    return (changes, graph)
  }

  /// How one runner's part of a run ended.
  enum End: Sendable {
    case died
    case ended(RunOutcome)
    /// Another runner has the application.
    case locked
    /// Another runner has ended the run.
    case doneElsewhere
  }

  /// One runner's part of a run.
  func run(
    _ graph: ExecutionGraph, by process: SimulatedProcess, on machine: SimulatedMachine, id: RunID
  ) async -> End {
    guard let repository = graph.repository, scenario.isShared else {
      guard let journal = await journal(of: graph, process, machine.disk, id) else { return .died }
      return await perform(graph, process, machine, journal, mirror: nil, fence: nil)
    }
    let keeper = LeaseKeeper(
      cluster: SimulatedAccess(process: process), clock: ProcessClock(process: process),
      now: { process.wall })
    let holder = LeaseHolder(who: process.name, pid: 1, run: id, token: machine.token)
    let held: HeldLeases<ProcessClock>
    do throws(LeaseError) {
      held = try await keeper.acquire(LeaseTarget.all(of: graph), as: holder)
    } catch {
      if process.isDead { return .died }
      return .locked
    }
    let end = await share(
      graph, process, machine, held, repository: RepositoryAddress(repository), id)
    await held.release()
    return process.isDead ? .died : end
  }

  /// Goes on with a run that other machines may have gone on with, under its leases.
  private func share(
    _ graph: ExecutionGraph, _ process: SimulatedProcess, _ machine: SimulatedMachine,
    _ held: HeldLeases<ProcessClock>, repository: RepositoryAddress, _ id: RunID
  ) async -> End {
    let mirror = SimulatedMirror(process: process)
    var mirrored: [UInt8] = []
    do {
      switch try await mirror.mirroredRun(id.rawValue, in: repository) {
      case .closed: return .doneElsewhere
      case .open(_, let segments)?:
        mirrored = try MirrorComparison.journal(of: segments, run: id.rawValue)
      case nil: break
      }
    } catch is StoreError {
      // A machine that does not know the run cannot begin it: somebody else may have.
      if machine.disk.bytes.isEmpty, !process.beginsRun { return .locked }
    } catch {
      breach(.nothingTwice, "the mirror is corrupt: \(error)")
      return .locked
    }
    if mirrored.isEmpty, machine.disk.bytes.isEmpty, !process.beginsRun { return .locked }
    let local = machine.disk.bytes
    let whole = local.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    var comparison = MirrorComparison(local: Array(local[..<whole]), mirrored: mirrored)
    if case .mirrorGoesOn(let journal) = comparison {
      machine.disk.replace(with: journal)
      comparison = MirrorComparison(local: journal, mirrored: journal)
    }
    guard let journal = await self.journal(of: graph, process, machine.disk, id) else {
      return .died
    }
    guard case .localGoesOn(var pending, let first) = comparison else { return .died }
    if whole == 0, mirrored.isEmpty { pending = [journal.contents.header.line] }
    let address = MirroredRunAddress(
      id: id.rawValue, repository: repository, plan: [], writer: machine.token)
    let clock = ProcessClock(process: process)
    let shared = journal.written { local in
      MirroredJournal(
        local: local, mirror: mirror, run: address, pending: pending, first: first, clock: clock)
    }
    let end = await perform(
      graph, process, machine, shared, mirror: repository.location, fence: held)
    if case .ended(let outcome) = end, !outcome.isResumable {
      for _ in 0..<20
      where (try? await mirror.close(id.rawValue, outcome: [], in: repository)) == nil {
        try? await clock.sleep(for: .seconds(1))
      }
    }
    return end
  }

  private func perform(
    _ graph: ExecutionGraph, _ process: SimulatedProcess, _ machine: SimulatedMachine,
    _ journal: RunJournal, mirror: String?, fence: (any RunFence)?
  ) async -> End {
    let clock = ProcessClock(process: process)
    let backend = NativeBackend(
      cluster: SimulatedAccess(process: process), store: SimulatedStore(process: process),
      settings: NativeBackend.Settings(
        moverImage: "mover:1", cluster: Scene.identity(template.state)),
      graph: graph, clock: clock)
    let performer = IntentWatch(
      base: OldPerformer(base: backend, behaviour: behaviour), process: process,
      disk: machine.disk, run: journal.run.rawValue, mirror: mirror,
      guarded: Set(graph.edges.lazy.filter { $0.kind == .guard }.map(\.from)),
      guards: Set(graph.edges.lazy.filter { $0.kind == .guard }.map(\.to)), seals: graph.seals)
    var runner = GraphRunner(
      clock: clock, now: { process.wall }, limits: scenario.limits, observer: observer)
    runner.observer = Witness(
      world: world, process: process, graph: graph, placeWaitMax: runner.placeWaitMax,
      next: observer)
    let (stops, continuation) = AsyncStream.makeStream(of: Void.self)
    let outcome = await withTaskGroup(of: Void.self, returning: RunOutcome?.self) { group in
      group.addTask {
        var slept = Duration.zero
        for stop in process.troubles.stopsAfter {
          do { try await clock.sleep(for: stop - slept) } catch { return }
          slept = stop
          continuation.yield()
        }
      }
      var random = SeededGenerator(seed: scenario.seed)
      let outcome = try? await runner.run(
        graph, performer: performer, journal: journal, fence: fence, stops: stops,
        random: &random)
      group.cancelAll()
      return outcome
    }
    // A runner that leaves takes its connections with it.
    world.loseSessions(of: process.name, at: self.clock.wall)
    guard let outcome, !process.isDead else { return .died }
    return .ended(outcome)
  }

  private func journal(
    of graph: ExecutionGraph, _ process: SimulatedProcess, _ disk: SimulatedDisk, _ id: RunID
  ) async -> RunJournal? {
    let writer = SimulatedJournal(process, disk)
    do {
      guard let contents = try JournalContents(parsing: disk.bytes) else {
        disk.truncate(to: 0)
        return try await RunJournal(
          beginning: JournalHeader(
            run: id, planDigest: "sha256:simulated", nodeCount: graph.nodes.count,
            toolVersion: "simulated", at: process.wall), writer: writer)
      }
      disk.truncate(to: contents.byteCount)
      return RunJournal(resuming: contents, writer: writer)
    } catch let error as CorruptJournal {
      breach(.nothingTwice, "the journal is corrupt: \(error)")
      return nil
    } catch {
      return nil
    }
  }
}

extension ExecutionGraph {
  /// Where a run of the graph is mirrored: the first repository that it names.
  var repository: RepositoryTarget? { nodes.lazy.compactMap(\.action.repository).first }
}

/// Hears nothing.
public struct Silence: RunObserver {
  public init() {}
  public func observe(_ event: RunEvent) {}
}
