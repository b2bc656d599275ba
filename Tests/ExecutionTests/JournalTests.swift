import Documents
import Execution
import Planning
import Testing

@Suite("Journal") struct JournalTests {
  static let at = Timestamp(secondsSinceEpoch: 1_795_312_800)
  static let header = JournalHeader(
    run: RunID("20261122T020000Z-5f3a09c1")!, planDigest: "sha256:91c0", nodeCount: 3,
    toolVersion: "1.0.0", at: at)
  static let busy = ActionFailure(
    .transient, "Busy", waitedFor: "PersistentVolumeClaim shop/data", evidence: ["Warning", "\n"])
  static let events: [JournalEvent] = [
    .started(NodeID(0), attempt: 1), .retried(NodeID(0), busy), .started(NodeID(0), attempt: 2),
    .succeeded(NodeID(0), result: ["handle": "ä\n", "bytes": 7]), .refused(NodeID(1), busy),
    .failed(NodeID(2), ActionFailure(.verification, "")), .undone(NodeID(1)),
    .undoFailed(NodeID(1), busy), .stopped(.guardsOnly), .stopped(.closingsOnly), .resumed,
    .finished(.unquiesceUnconfirmed),
  ]
  static let records = events.enumerated().map {
    JournalRecord(sequence: $0 + 1, at: at, event: $1)
  }
  static let lines = [header.line] + records.map(\.line)

  func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

  @Test("a line is JSON with its checksum last")
  func format() {
    #expect(
      text(Self.lines[0]) == """
        {"at":"2026-11-22T02:00:00Z","by":"1.0.0","format":"oadp-plan.dev/journal/v1","nodes":3,\
        "plan":"sha256:91c0","run":"20261122T020000Z-5f3a09c1","seq":0,"sum":"24525572"}\n
        """)
    #expect(
      text(Self.lines[1]) == """
        {"at":"2026-11-22T02:00:00Z","attempt":1,"event":"started","node":0,"seq":1,\
        "sum":"7f313fde"}\n
        """)
  }

  @Test("what is written is read back")
  func roundTrip() throws {
    let bytes = Array(Self.lines.joined())
    let contents = try #require(try JournalContents(parsing: bytes))
    #expect(contents.header == Self.header)
    #expect(contents.records == Self.records)
    #expect(contents.byteCount == bytes.count)
  }

  @Test("a journal cut off at any byte holds the lines that are whole")
  func torn() throws {
    let bytes = Array(Self.lines.prefix(4).joined())
    let ends = (1...4).map { Self.lines.prefix($0).joined().count }
    for count in 0...bytes.count {
      let contents = try JournalContents(parsing: Array(bytes.prefix(count)))
      let whole = ends.count { $0 <= count }
      #expect(contents?.records.count == (whole == 0 ? nil : whole - 1))
      #expect(contents?.byteCount == ends.last { $0 <= count })
    }
  }

  @Test("any changed byte within the whole lines is found, in its line")
  func damaged() {
    let bytes = Array(Self.lines.prefix(3).joined())
    var line = 1
    for index in bytes.indices.dropLast() {
      var damaged = bytes
      damaged[index] ^= 0x01
      let error = #expect(throws: CorruptJournal.self) { try JournalContents(parsing: damaged) }
      // A damaged line feed joins two lines; a new one splits one.
      #expect(error.map { abs($0.line - line) <= 1 } == true)
      if bytes[index] == 0x0A { line += 1 }
    }
  }

  @Test(
    "lines that are missing, doubled, swapped or foreign are found",
    arguments: [
      ([0, 2], 2), ([0, 1, 1], 3), ([0, 2, 1], 2), ([1, 2], 1), ([0, 1, 0], 3),
    ])
  func reordered(order: [Int], line: Int) {
    let bytes = order.flatMap { Self.lines[$0] }
    let error = #expect(throws: CorruptJournal.self) { try JournalContents(parsing: bytes) }
    #expect(error?.line == line)
  }

  @Test("a run's name sorts by its time and is read back, other texts are not")
  func runID() {
    var random = SystemRandomNumberGenerator()
    let early = RunID(at: Self.at, using: &random)
    let late = RunID(at: Self.at + .seconds(1), using: &random)
    #expect(early < late)
    #expect(RunID(early.rawValue) == early)
    #expect(early.rawValue.hasPrefix("20261122T020000Z-"))
    for text in ["", "..", "20261122T020000Z-5F3A09C1", "20261122T020000Z-5f3a09c", "a/b"] {
      #expect(RunID(text) == nil)
    }
  }

  @Test("of several exit codes the most severe stands for all")
  func exitCodes() {
    let all: [ExitCode] = [.interrupted, .partial, .failed, .verificationFailed]
    #expect(ExitCode.mostSevere(of: all + [.unquiesceUnconfirmed]) == .unquiesceUnconfirmed)
    #expect(ExitCode.mostSevere(of: all) == .verificationFailed)
    #expect(ExitCode.mostSevere(of: all.dropLast()) == .failed)
    #expect(ExitCode.mostSevere(of: [.ok, .stalePlan]) == .stalePlan)
    #expect(ExitCode.mostSevere(of: []) == .ok)
  }
}
