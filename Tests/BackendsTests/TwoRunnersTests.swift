import Documents
import Execution
import Planning
import Ports
import RunTesting
import Runner
import Synchronization
import Testing

@testable import Backends

/// What two runs do to one application, in the order in which they do it.
private final class SharedLog: Sendable {
  struct Entry: Sendable {
    var runner: Int
    var address: String
    var at: Duration
  }

  private let entries = Mutex<[Entry]>([])

  var all: [Entry] { entries.withLock { $0 } }

  func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
}

private struct SlowPerformer: ActionPerformer {
  let runner: Int
  let scene: LeaseScene
  let log: SharedLog

  func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure) {}

  func perform(_ node: Node, in context: RunContext) async throws(ActionFailure) -> JSONValue {
    log.add(SharedLog.Entry(runner: runner, address: node.address, at: scene.now))
    do { try await scene.clock.sleep(for: .seconds(7)) } catch {
      throw ActionFailure(.cancelled, "Gave up")
    }
    return .null
  }

  func undo(_ node: Node, in context: RunContext) async throws(ActionFailure) {}
}

private final class Silence: RunObserver {
  func observe(_ event: RunEvent) {}
}

private final class ForgottenJournal: JournalWriter {
  func append(_ lines: [[UInt8]]) async throws(JournalError) {}
}

@Suite("Two runs never do the same work (G9)") struct TwoRunnersTests {
  /// Ten nodes after each other, with a guard of the first.
  private static var graph: ExecutionGraph {
    var graph = TestGraph()
    let first = graph.node("n0", action: TestGraph.cut("data"))
    var last = first
    for index in 1..<10 { last = graph.node("n\(index)", after: [last]) }
    graph.node("guard", after: [last], guarding: [first])
    return graph.graph
  }

  private static func run(
    _ number: Int, on machine: Machine, _ scene: LeaseScene, _ log: SharedLog, seed: UInt64
  ) async -> RunOutcome? {
    let holder = LeaseScene.holder(number)
    guard
      let held = try? await scene.keeper(machine).acquire(
        LeaseScene.targets, as: holder, patience: .seconds(600))
    else { return nil }
    let clock = scene.clock
    let runner = GraphRunner(clock: clock, now: { clock.wall }, observer: Silence())
    let header = JournalHeader(
      run: holder.run, planDigest: "sha256:91c0", nodeCount: Self.graph.nodes.count,
      toolVersion: "1.0.0", at: clock.wall)
    var random = SeededGenerator(seed: seed)
    guard
      let journal = try? await RunJournal(beginning: header, writer: ForgottenJournal()),
      let outcome = try? await runner.run(
        Self.graph, performer: SlowPerformer(runner: number, scene: scene, log: log),
        journal: journal, fence: held, stops: AsyncStream { _ in }, random: &random)
    else { return nil }
    await held.release()
    return outcome
  }

  @Test(
    "with its network cut at any moment, a run begins no node once the next one does",
    arguments: 0..<40)
  func partition(seed: UInt64) {
    let (entries, outcomes) = LeaseScene.play(seed: seed) { scene in
      var random = SeededGenerator(seed: seed)
      let cut = Duration.milliseconds(Int64.random(in: 0...60_000, using: &random))
      let heal = Duration.milliseconds(Int64.random(in: 0...90_000, using: &random))
      let log = SharedLog()
      return await withTaskGroup(of: (Int, RunOutcome?).self) { group in
        for (number, machine) in [(1, scene.first), (2, scene.second)] {
          group.addTask {
            // The first has begun when the second comes.
            if number == 2 { try? await scene.clock.sleep(for: .seconds(1)) }
            return (number, await Self.run(number, on: machine, scene, log, seed: seed))
          }
        }
        group.addTask {
          try? await scene.clock.sleep(for: cut)
          scene.first.setReachable(false)
          try? await scene.clock.sleep(for: heal)
          scene.first.setReachable(true)
          return (0, nil)
        }
        var outcomes: [Int: RunOutcome] = [:]
        for await (number, outcome) in group { outcomes[number] = outcome }
        return (log.all, outcomes)
      }
    }
    let seconds = entries.filter { $0.runner == 2 }
    let firsts = entries.filter { $0.runner == 1 && $0.address != "guard" }
    #expect(outcomes[2]?.exit == .ok)
    #expect(seconds.count == 11)
    if let begin = seconds.first?.at, let last = firsts.last?.at { #expect(last < begin) }
    // Whatever happened, the first has released what it held.
    #expect(entries.contains { $0.runner == 1 && $0.address == "guard" } || firsts.isEmpty)
    if outcomes[1]?.exit != .ok { #expect(outcomes[1]?.exit == .locked) }
  }
}
