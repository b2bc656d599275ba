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

  /// What has come of the scenario so far.
  struct Progress {
    var runs = 0
    var exits: [ExitCode] = []
    var graph = ExecutionGraph()
    var calls = 0
    var writes = 0
  }

  func process(_ number: Int, _ troubles: Troubles = Troubles()) -> SimulatedProcess {
    SimulatedProcess(
      "runner-\(number)", in: world, clock: clock, troubles: troubles,
      seed: scenario.seed &+ UInt64(number))
  }

  /// Compares the plans with the world, through the eyes of an untroubled process.
  func evaluate() async throws -> (changes: ChangeSet, graph: ExecutionGraph) {
    let process = process(0)
    let cluster = try await ClusterObserver(cluster: SimulatedAccess(process: process))
      .observe(name: "simulated", at: process.wall)
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

  /// One runner's part of a run.
  ///
  /// - Returns: `nil` where the runner died.
  func run(
    _ graph: ExecutionGraph, by process: SimulatedProcess, on disk: SimulatedDisk, id: RunID
  ) async -> RunOutcome? {
    guard let journal = await journal(of: graph, process, disk, id) else { return nil }
    let clock = ProcessClock(process: process)
    let backend = NativeBackend(
      cluster: SimulatedAccess(process: process), store: SimulatedStore(process: process),
      settings: NativeBackend.Settings(
        moverImage: "mover:1",
        cluster: Scene.identity(template.state)),
      graph: graph, clock: clock)
    let runner = GraphRunner(
      clock: clock, now: { process.wall }, limits: scenario.limits, observer: observer)
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
      let outcome =
        behaviour.trustsExitCodes || behaviour.triesEverythingAgain
        ? try? await runner.run(
          graph, performer: OldPerformer(base: backend, behaviour: behaviour), journal: journal,
          stops: stops, random: &random)
        : try? await runner.run(
          graph, performer: backend, journal: journal, stops: stops, random: &random)
      group.cancelAll()
      return outcome
    }
    // A runner that leaves takes its connections with it.
    world.loseSessions(of: process.name, at: self.clock.wall)
    return process.isDead ? nil : outcome
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
      world.at(clock.wall) { $0.breach(.nothingTwice, "the journal is corrupt: \(error)") }
      return nil
    } catch {
      return nil
    }
  }
}

/// Hears nothing.
public struct Silence: RunObserver {
  public init() {}
  public func observe(_ event: RunEvent) {}
}
