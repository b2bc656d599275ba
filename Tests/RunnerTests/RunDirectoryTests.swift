import Documents
import Execution
import Foundation
import Planning
import Ports
import RunTesting
import Runner
import Testing

@Suite("Run directory") final class RunDirectoryTests {
  let state = NSTemporaryDirectory() + "runs-\(UUID().uuidString)"
  let run = RunID("20261122T020000Z-00000001")!

  deinit { try? FileManager.default.removeItem(atPath: state) }

  func header(_ run: RunID? = nil) -> JournalHeader {
    JournalHeader(
      run: run ?? self.run, planDigest: "sha256:91c0", nodeCount: 6, toolVersion: "1.0.0",
      at: Timestamp(secondsSinceEpoch: 1_795_312_800))
  }

  func journalPath() -> String { "\(state)/runs/\(run)/journal.ndjson" }

  /// Makes the run and leaves it, as a runner that dies.
  func begin(appending text: String = "") async throws {
    let directory = try RunDirectory(state: state)
    _ = try await directory.begin(header(), plan: Array("{}".utf8), token: "t1")
    let file = try #require(FileHandle(forWritingAtPath: journalPath()))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  @Test("a run is open until it has an outcome")
  func openRuns() async throws {
    try await begin()
    let directory = try RunDirectory(state: state)
    let later = RunID("20261122T030000Z-00000000")!
    _ = try await directory.begin(header(later), plan: [], token: "t2")
    #expect(try directory.openRuns() == [run, later])
    try directory.close(run, outcome: ["exit": 0])
    #expect(try directory.openRuns() == [later])
    #expect(try directory.runs() == [run, later])
    #expect(try directory.outcome(of: run) == ["exit": 0])
    #expect(try directory.outcome(of: later) == nil)
  }

  @Test("an open run comes back with its plan and what its journal holds")
  func resume() async throws {
    try await begin()
    let resumed = try #require(try RunDirectory(state: state).resume(run))
    #expect(resumed.plan == Array("{}".utf8))
    #expect(resumed.journal.contents.header == header())
  }

  @Test("a journal is held by one process at a time")
  func locked() async throws {
    let directory = try RunDirectory(state: state)
    let held = try await directory.begin(header(), plan: [], token: "t2")
    let error = #expect(throws: JournalError.self) { try directory.resume(self.run) }
    #expect(error?.reason == .locked)
    #expect(held.run == run)
  }

  @Test("a torn last line is cut off, and the next line stands in its place")
  func tornTail() async throws {
    try await begin(appending: #"{"at":"2026-11-22T02:00:00Z","ev"#)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: journalPath()))
    #expect(bytes.last != 0x0A)
    let resumed = try #require(try RunDirectory(state: state).resume(run))
    #expect(resumed.journal.contents.records == [])
    let cut = try Data(contentsOf: URL(fileURLWithPath: journalPath()))
    #expect(cut.count == resumed.journal.contents.byteCount)
  }

  @Test("any other damage is a corrupt journal, with its line and what to do")
  func corrupt() async throws {
    try await begin(appending: "{}\n")
    let error = #expect(throws: JournalError.self) {
      try RunDirectory(state: self.state).resume(self.run)
    }
    #expect(error?.reason == .corrupt)
    #expect(error?.message.hasPrefix("Corrupt journal at line 2: It is too short") == true)
    #expect(error?.hint?.contains("apply again") == true)
  }

  @Test("a run of a real journal on disk can be read back event by event")
  func file() async throws {
    let directory = try RunDirectory(state: state)
    var graph = TestGraph()
    graph.node("only")
    var header = header()
    header.nodeCount = 1
    let journal = try await directory.begin(header, plan: [], token: "t2")
    let runner = GraphRunner(
      clock: ContinuousClock(), now: { Timestamp(secondsSinceEpoch: 1_795_312_800) },
      observer: Events())
    var random = SeededGenerator(seed: 1)
    let outcome = try await runner.run(
      graph.graph, performer: Nothing(), journal: journal, stops: AsyncStream { _ in },
      random: &random)
    #expect(outcome.exit == .ok)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: journalPath()))
    let contents = try #require(try JournalContents(parsing: Array(bytes)))
    #expect(
      contents.records.map(\.event) == [
        .started(NodeID(0), attempt: 1), .succeeded(NodeID(0), result: .null), .finished(.ok),
      ])
  }
}

/// Does nothing, well.
struct Nothing: ActionPerformer {
  func check(_: [Precondition], of _: Node, in _: RunContext) async throws(ActionFailure) {}
  func perform(_: Node, in _: RunContext) async throws(ActionFailure) -> JSONValue { .null }
  func undo(_: Node, in _: RunContext) async throws(ActionFailure) {}
}
