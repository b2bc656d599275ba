import Documents
import Execution
import Planning
import Ports
import RunTesting
import Runner
import Synchronization
import Testing

@Suite("A journal that is mirrored") struct MirrorTests {
  static let run = RunID("20261122T020000Z-00000001")!
  static let repository = RepositoryAddress(
    name: "gold", location: "/srv/gold", passwordNamespace: "movers", passwordSecret: "gold",
    passwordKey: "password")

  /// One runner of the run, on a machine of its own.
  struct Runner: Sendable {
    let clock: SimulatedClock
    let mirror: MemoryMirror
    let local: MemoryJournal
    let token: String
    var stops = AsyncStream<Void> { _ in }

    init(
      _ token: String, clock: SimulatedClock, mirror: MemoryMirror, linesMax: Int = .max,
      local lines: [[UInt8]] = []
    ) {
      (self.token, self.clock, self.mirror) = (token, clock, mirror)
      local = MemoryJournal(lines, linesMax: linesMax)
    }

    /// Begins the run, or goes on from what the mirror and the local journal hold.
    func go(
      _ graph: ExecutionGraph, _ performer: some ActionPerformer, seed: UInt64 = 1
    ) async throws -> RunOutcome {
      let mirrored = try await segments()
      let bytes = try MirrorComparison.journal(of: mirrored, run: run.rawValue)
      let journal: RunJournal
      switch MirrorComparison(local: Array(local.all.joined()), mirrored: bytes) {
      case .mirrorGoesOn(let bytes):
        let contents = try #require(try JournalContents(parsing: bytes))
        journal = RunJournal(
          resuming: contents, writer: writer(pending: [], first: contents.records.count + 1))
      case .localGoesOn(let pending, let first):
        if let contents = try JournalContents(parsing: Array(local.all.joined())) {
          journal = RunJournal(
            resuming: contents, writer: writer(pending: pending, first: first))
        } else {
          let header = JournalHeader(
            run: run, planDigest: "sha256:91c0", nodeCount: graph.nodes.count,
            toolVersion: "1.0.0", at: clock.wall)
          journal = try await RunJournal(
            beginning: header, writer: writer(pending: [], first: 0))
        }
      }
      let runner = GraphRunner(clock: clock, now: { [clock] in clock.wall }, observer: Events())
      var random = SeededGenerator(seed: seed)
      return try await runner.run(
        graph, performer: performer, journal: journal, stops: stops, random: &random)
    }

    private func segments() async throws -> [JournalSegment] {
      guard
        case .open(_, let segments)? = try await mirror.mirroredRun(
          run.rawValue, in: repository)
      else { return [] }
      return segments
    }

    private func writer(pending: [[UInt8]], first: Int) -> MirroredJournal<SimulatedClock> {
      MirroredJournal(
        local: local, mirror: mirror,
        run: MirroredRunAddress(
          id: run.rawValue, repository: repository, plan: Array("{}".utf8), writer: token),
        pending: pending, first: first, clock: clock)
    }
  }

  static func play<Answer: Sendable>(
    seed: UInt64 = 1,
    _ body: @escaping @Sendable (SimulatedClock, MemoryMirror) async throws -> Answer
  ) -> Answer {
    Simulation.run(seed: seed) { clock in
      do { return try await body(clock, MemoryMirror(clock: clock)) } catch {
        preconditionFailure("the scene ended with \(error)")
      }
    }
  }

  /// The addresses whose `started` is in a journal.
  static func started(_ journal: [UInt8], of graph: ExecutionGraph) throws -> Set<String> {
    guard let contents = try JournalContents(parsing: journal) else { return [] }
    var addresses: Set<String> = []
    for case .started(let node, _) in contents.records.map(\.event) {
      addresses.insert(graph[node].address)
    }
    return addresses
  }

  @Test("every machine knows of a guarded node's start before it begins; the rest follows soon")
  func guardedFirst() {
    let (known, local, mirrored) = Self.play { clock, mirror in
      let known = Mutex<[String: Bool]>([:])
      let graph = RunnerTests.protection
      let performer = ScriptedPerformer(clock: clock) { call throws(ActionFailure) in
        let journal = mirror.journal(of: Self.run.rawValue)
        let started = (try? Self.started(journal, of: graph)) ?? []
        known.withLock { $0[call.address] = started.contains(call.address) }
        try await call.sleep(.seconds(3))
        return .null
      }
      let runner = Runner("a", clock: clock, mirror: mirror)
      _ = try await runner.go(graph, performer)
      return (
        known.withLock { $0 }, Array(runner.local.all.joined()),
        mirror.journal(of: Self.run.rawValue)
      )
    }
    #expect(known["pg:open"] == true)
    #expect(known["pg/data:cut"] == true)
    #expect(known["pg/data:copy"] == false)
    #expect(local == mirrored)
  }

  @Test("lines that are in no hurry share segments")
  func gathering() {
    let (lines, segments) = Self.play { clock, mirror in
      var graph = TestGraph()
      for index in 0..<200 { graph.node("n\(index)") }
      let performer = ScriptedPerformer(clock: clock) { call throws(ActionFailure) in
        try await call.sleep(.milliseconds(100))
        return .null
      }
      let runner = Runner("a", clock: clock, mirror: mirror)
      _ = try await runner.go(graph.graph, performer)
      return (runner.local.all.count, mirror.segmentsMade)
    }
    #expect(lines == 402)
    #expect(segments < 10)
  }

  @Test("without a mirror nothing begins that a guard would have to release; the rest goes on")
  func away() {
    let (outcome, log, local) = Self.play { clock, mirror in
      var graph = TestGraph()
      let plain = graph.node("plain")
      let open = graph.node("open", after: [plain])
      graph.node("close", guarding: [open])
      let performer = ScriptedPerformer(clock: clock) { call throws(ActionFailure) in
        if call.address == "plain" { mirror.set(isAway: true) }
        return .null
      }
      let runner = Runner("a", clock: clock, mirror: mirror)
      let outcome = try await runner.go(graph.graph, performer)
      return (outcome, performer.log, Array(runner.local.all.joined()))
    }
    #expect(log == ["perform plain", "perform close"])
    #expect(outcome.exit == .failed && outcome.isResumable)
    #expect(outcome.journalFailure == "The journal cannot be mirrored: The disk is away")
    // The local journal went on, so the next run here knows that the guard is done.
    #expect(String(decoding: local, as: UTF8.self).contains(#""event":"succeeded","node":2"#))
  }

  @Test("until the run has made its repository, its lines wait for it")
  func missing() {
    let (outcome, local, mirrored) = Self.play { clock, mirror in
      mirror.set(exists: false)
      let performer = ScriptedPerformer(clock: clock) { call throws(ActionFailure) in
        if call.address == "pg/data:copy" { mirror.set(exists: true) }
        return .null
      }
      let runner = Runner("a", clock: clock, mirror: mirror)
      let outcome = try await runner.go(RunnerTests.protection, performer)
      return (
        outcome, Array(runner.local.all.joined()), mirror.journal(of: Self.run.rawValue)
      )
    }
    #expect(outcome.exit == .ok)
    #expect(local == mirrored)
  }

  @Test("a lost answer is no other runner", arguments: 1..<8)
  func lostAnswers(count: Int) {
    let (outcomes, local, mirrored) = Self.play { clock, mirror in
      let runner = Runner("a", clock: clock, mirror: mirror)
      let performer = ScriptedPerformer(clock: clock) { call throws(ActionFailure) in
        if call.address == "pg/data:copy" { mirror.loseAnswers(count) }
        try await call.sleep(.seconds(2))
        return .null
      }
      var outcomes = [try await runner.go(RunnerTests.protection, performer)]
      mirror.loseAnswers(0)
      if outcomes[0].isResumable {
        outcomes.append(try await runner.go(RunnerTests.protection, performer))
      }
      return (
        outcomes, Array(runner.local.all.joined()), mirror.journal(of: Self.run.rawValue)
      )
    }
    #expect(outcomes.last?.exit == .ok)
    #expect(local.starts(with: mirrored))
  }

  @Test("of two runners that go on with one run, the slower one is fenced off", arguments: 0..<30)
  func fencing(seed: UInt64) {
    let (first, second, logs) = Self.play(seed: seed) { clock, mirror in
      let script: ScriptedPerformer.Script = { call throws(ActionFailure) in
        try await call.sleep(.seconds(5))
        return .null
      }
      let slow = ScriptedPerformer(clock: clock, script: script)
      let fast = ScriptedPerformer(clock: clock, script: script)
      return try await withThrowingTaskGroup(of: (Int, RunOutcome).self) { group in
        group.addTask {
          let runner = Runner("a", clock: clock, mirror: mirror)
          return (1, try await runner.go(RunnerTests.protection, slow, seed: seed))
        }
        group.addTask {
          var random = SeededGenerator(seed: seed)
          try await clock.sleep(for: .milliseconds(Int64.random(in: 500...14_000, using: &random)))
          let runner = Runner("b", clock: clock, mirror: mirror)
          return (2, try await runner.go(RunnerTests.protection, fast, seed: seed))
        }
        var outcomes: [Int: RunOutcome] = [:]
        for try await (number, outcome) in group { outcomes[number] = outcome }
        return (outcomes[1]!, outcomes[2]!, [slow.log, fast.log])
      }
    }
    // Mostly the second one takes the run over; sometimes the first is in its way just then.
    let isTaken = second.exit == .ok
    let (winner, loser) = isTaken ? (second, first) : (first, second)
    let (winnerLog, loserLog) = isTaken ? (logs[1], logs[0]) : (logs[0], logs[1])
    #expect(winner.exit == .ok && winnerLog.contains("perform pg:seal"))
    #expect(loser.exit == .locked && loser.isResumable && !loserLog.contains("perform pg:seal"))
    #expect(loser.lockLost == "Another runner goes on with run 20261122T020000Z-00000001")
    if isTaken {
      #expect(logs[0].contains("perform pg:close"))
    } else {
      #expect(logs[1] == [])
    }
  }

  @Test("whenever a runner dies, another machine finishes from the mirror alone", arguments: 1..<18)
  func takeOver(linesMax: Int) {
    let (first, second, secondLog) = Self.play { clock, mirror in
      let frozen = Mutex(false)
      let script: ScriptedPerformer.Script = { call throws(ActionFailure) in
        frozen.withLock { frozen in
          if call.address == "pg:open" { frozen = true }
          if call.address == "pg:close" { frozen = false }
        }
        try await call.sleep(.seconds(2))
        return .null
      }
      // A journal that is full stands for a death: nothing that follows is known to anybody.
      let dying = ScriptedPerformer(clock: clock, script: script)
      let first = Runner("a", clock: clock, mirror: mirror, linesMax: linesMax)
      let outcome = try? await first.go(RunnerTests.protection, dying)
      let performer = ScriptedPerformer(clock: clock, script: script)
      let second = Runner("b", clock: clock, mirror: mirror)
      return (outcome, try await second.go(RunnerTests.protection, performer), performer.log)
    }
    #expect(second.exit == .ok)
    if first?.exit != .ok { #expect(secondLog.contains("perform pg:seal")) }
  }

  @Test("a run that was ended elsewhere fences off whoever comes back to it")
  func endedElsewhere() {
    let (outcome, log) = Self.play { clock, mirror in
      let performer = ScriptedPerformer(clock: clock) { call throws(ActionFailure) in
        guard call.address == "pg/data:cut" else { return .null }
        try? await mirror.close(Self.run.rawValue, outcome: [], in: Self.repository)
        return .null
      }
      let runner = Runner("a", clock: clock, mirror: mirror)
      return (try await runner.go(RunnerTests.protection, performer), performer.log)
    }
    #expect(outcome.exit == .locked && outcome.isResumable)
    #expect(outcome.lockLost == "Run 20261122T020000Z-00000001 was ended by another runner")
    #expect(log.contains("perform pg:close"))
  }

  @Test("the local journal goes on where it begins with the mirror's, else the mirror does")
  func comparison() {
    func lines(_ text: String) -> [UInt8] { Array(text.utf8) }
    func compare(_ local: String, _ mirrored: String) -> MirrorComparison {
      MirrorComparison(local: lines(local), mirrored: lines(mirrored))
    }
    #expect(compare("", "") == .localGoesOn(pending: [], first: 0))
    #expect(compare("a\nb\n", "") == .localGoesOn(pending: [lines("a\n"), lines("b\n")], first: 0))
    #expect(compare("a\nb\n", "a\n") == .localGoesOn(pending: [lines("b\n")], first: 1))
    #expect(compare("a\nb\n", "a\nb\n") == .localGoesOn(pending: [], first: 2))
    #expect(compare("a\n", "a\nb\n") == .mirrorGoesOn(journal: lines("a\nb\n")))
    #expect(compare("a\nb\nc\n", "a\nx\n") == .mirrorGoesOn(journal: lines("a\nx\n")))
    // A torn tail was never durable.
    #expect(compare("a\n", "a\nb") == .localGoesOn(pending: [], first: 1))
  }

  @Test("a missing segment is a corrupt journal, and says so")
  func gap() {
    let segments = [
      JournalSegment(first: 0, writer: "a", bytes: Array("h\n".utf8)),
      JournalSegment(first: 2, writer: "a", bytes: Array("c\n".utf8)),
    ]
    #expect {
      try MirrorComparison.journal(of: segments, run: "20261122T020000Z-00000001")
    } throws: { error in
      (error as? JournalError)?.message
        == "Corrupt journal of run 20261122T020000Z-00000001 in the repository: line 2 is missing, "
        + "and line 3 is there"
    }
  }
}
