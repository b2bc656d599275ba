import Documents
import Execution
import Planning
import Ports
import RunTesting
import Runner
import Synchronization

/// Performs nodes by a script of the test, and remembers what it was asked.
final class ScriptedPerformer: ActionPerformer {
  struct State {
    var log: [String] = []
    var calls: [String: Int] = [:]
    var running = 0
    var runningMax = 0
  }

  typealias Script = @Sendable (Call) async throws(ActionFailure) -> JSONValue

  /// One call of the performer.
  struct Call: Sendable {
    var address: String
    /// How often this node was performed before, in this process.
    var callsBefore: Int
    var context: RunContext
    var clock: SimulatedClock

    /// Takes so much time; gives up when cancelled, as a performer must.
    func sleep(_ time: Duration) async throws(ActionFailure) {
      do { try await clock.sleep(for: time) } catch {
        throw ActionFailure(.cancelled, "Gave up `\(address)`")
      }
    }
  }

  private let state = Mutex(State())
  private let clock: SimulatedClock
  private let script: Script
  private let staleUIDs: Set<String>

  init(clock: SimulatedClock, staleUIDs: Set<String> = [], script: @escaping Script) {
    self.clock = clock
    self.staleUIDs = staleUIDs
    self.script = script
  }

  var log: [String] { state.withLock { $0.log } }
  var runningMax: Int { state.withLock { $0.runningMax } }

  func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure) {
    state.withLock { $0.log.append("check \(node.address)") }
    for precondition in preconditions where staleUIDs.contains(precondition.uid ?? "") {
      throw ActionFailure(.stale, "`\(precondition.object)` is not the one that was planned for")
    }
  }

  func perform(_ node: Node, in context: RunContext) async throws(ActionFailure) -> JSONValue {
    let before = state.withLock { state in
      state.log.append("perform \(node.address)")
      state.running += 1
      state.runningMax = max(state.runningMax, state.running)
      defer { state.calls[node.address, default: 0] += 1 }
      return state.calls[node.address, default: 0]
    }
    defer { state.withLock { $0.running -= 1 } }
    return try await script(
      Call(address: node.address, callsBefore: before, context: context, clock: clock))
  }

  func undo(_ node: Node, in context: RunContext) async throws(ActionFailure) {
    state.withLock { $0.log.append("undo \(node.address)") }
  }
}

/// A journal in memory that can be read back, and that can fail.
final class MemoryJournal: JournalWriter {
  private let lines: Mutex<[[UInt8]]>
  private let linesMax: Int

  init(_ lines: [[UInt8]] = [], linesMax: Int = .max) {
    self.lines = Mutex(lines)
    self.linesMax = linesMax
  }

  var all: [[UInt8]] { lines.withLock { $0 } }

  func append(_ new: [[UInt8]]) async throws(JournalError) {
    let isFull = lines.withLock { lines in
      guard lines.count + new.count <= linesMax else { return true }
      lines += new
      return false
    }
    if isFull { throw JournalError(.unwritable, "No space left on device") }
  }
}

final class Events: RunObserver {
  private let events = Mutex<[RunEvent]>([])

  var all: [RunEvent] { events.withLock { $0 } }

  func observe(_ event: RunEvent) { events.withLock { $0.append(event) } }
}

/// A run of a graph in simulated time, and everything that can be said of it afterwards.
struct RunReport: Sendable {
  var outcome: RunOutcome
  var log: [String]
  var events: [RunEvent]
  var journal: [[UInt8]]
  var took: Duration
  var runningMax: Int

  /// - Parameter stops: When the run is asked to stop.
  static func of(
    _ graph: ExecutionGraph, seed: UInt64 = 1, limits: RunLimits = RunLimits(),
    resuming lines: [[UInt8]] = [], journalLinesMax: Int = .max, staleUIDs: Set<String> = [],
    stops: [Duration] = [],
    fence: FenceScript? = nil,
    script: @escaping ScriptedPerformer.Script = { _ in .null }
  ) -> RunReport {
    Simulation.run(seed: seed) { clock in
      let performer = ScriptedPerformer(clock: clock, staleUIDs: staleUIDs, script: script)
      let writer = MemoryJournal(lines, linesMax: journalLinesMax)
      let events = Events()
      let runner = GraphRunner(
        clock: clock, now: { clock.wall }, limits: limits, observer: events)
      let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
      return await withTaskGroup(of: Void.self) { group in
        group.addTask {
          var last = Duration.zero
          for stop in stops {
            do { try await clock.sleep(for: stop - last) } catch { return }
            last = stop
            continuation.yield()
          }
        }
        var random = SeededGenerator(seed: seed)
        let outcome: RunOutcome
        do {
          let journal = try await Self.journal(lines, graph, writer, at: clock.wall)
          outcome = try await runner.run(
            graph, performer: performer, journal: journal,
            fence: fence.map { ScriptedFence($0, clock: clock) }, stops: stream,
            random: &random)
        } catch {
          preconditionFailure("the run was refused: \(error)")
        }
        group.cancelAll()
        return RunReport(
          outcome: outcome, log: performer.log, events: events.all, journal: writer.all,
          took: SimulatedClock.Instant.start.duration(to: clock.now),
          runningMax: performer.runningMax)
      }
    }
  }

  private static func journal(
    _ lines: [[UInt8]], _ graph: ExecutionGraph, _ writer: MemoryJournal, at instant: Timestamp
  ) async throws -> RunJournal {
    if let contents = try JournalContents(parsing: Array(lines.joined())) {
      return RunJournal(resuming: contents, writer: writer)
    }
    let header = JournalHeader(
      run: RunID("20261122T020000Z-00000001")!, planDigest: "sha256:91c0",
      nodeCount: graph.nodes.count, toolVersion: "1.0.0", at: instant)
    return try await RunJournal(beginning: header, writer: writer)
  }

  func failure(of address: String) -> ActionFailure? {
    outcome.failures.first { $0.address == address }?.failure
  }
}
