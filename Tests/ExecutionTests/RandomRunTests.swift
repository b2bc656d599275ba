import Execution
import Planning
import RunTesting
import Testing

@Suite("Random runs") struct RandomRunTests {
  static let seeds = 0..<100 as Range<UInt64>

  /// The promises that hold for every run which has ended, whatever happened in it.
  func expectSound(_ play: Play, _ comment: Comment) {
    #expect(play.world.breaches == [], comment)
    #expect(play.machine.isFinished, comment)
    for (index, quiesce) in play.world.quiesces where quiesce.isOn {
      let closing = play.machine.graph.brackets[index].closing
      #expect(play.machine[closing].phase == .stuck, comment)
    }
  }

  func finish(_ play: inout Play) {
    let hasEnded = play.run()
    #expect(hasEnded)
  }

  func expectNothingLeft(_ play: Play, _ comment: Comment) {
    #expect(play.world.cuts == [:], comment)
  }

  @Test("a run without faults succeeds in everything, within its limits", arguments: seeds)
  func clean(seed: UInt64) throws {
    var play = try Play(RandomGraph(seed: seed), seed: seed)
    finish(&play)
    expectSound(play, "seed \(seed)")
    expectNothingLeft(play, "seed \(seed)")
    #expect(play.machine.outcome.exit == .ok)
    #expect(play.machine.outcome.succeeded == play.machine.graph.nodes.count)
  }

  @Test("whatever fails, guards of started nodes run and nothing stays quiesced", arguments: seeds)
  func failures(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed &+ 1)
    let random = RandomGraph(seed: seed)
    let failing = random.graph.nodes.map(\.id).filter { _ in chance.oneIn(6) }
    var play = try Play(
      random, seed: seed, faults: Play.Faults(failing: Set(failing), transientOneIn: 5))
    finish(&play)
    expectSound(play, "seed \(seed)")
    for edge in random.graph.edges where edge.kind == .guard {
      let wasStarted = play.journal.contains {
        if case .started(edge.from, _) = $0 { true } else { false }
      }
      let hasRun = play.journal.contains {
        if case .started(edge.to, _) = $0 { true } else { false }
      }
      #expect(wasStarted == hasRun, "seed \(seed): guard \(edge.to) of \(edge.from)")
    }
  }

  @Test(
    "a crash at any event and a resume end like a clean run", arguments: 0..<8 as Range<UInt64>)
  func crashes(seed: UInt64) throws {
    let random = RandomGraph(seed: seed)
    var whole = try Play(random, seed: seed)
    _ = whole.run()
    for count in 1..<whole.journal.count {
      var play = try Play(random, seed: seed)
      let hasEnded = play.run(untilJournalHolds: count)
      #expect(!hasEnded)
      try play.resume()
      finish(&play)
      expectSound(play, "seed \(seed), crash after event \(count)")
      expectNothingLeft(play, "seed \(seed), crash after event \(count)")
      #expect(play.machine.outcome.exit == .ok, "seed \(seed), crash after event \(count)")
    }
  }

  @Test("crashes, failures and stops in any order leave a sound run", arguments: seeds)
  func chaos(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed &+ 2)
    let random = RandomGraph(seed: seed)
    var play = try Play(random, seed: seed)
    if chance.oneIn(2) {
      play.faults.failing = Set(random.graph.nodes.map(\.id).filter { _ in chance.oneIn(12) })
    }
    play.faults.transientOneIn = 6
    for _ in 0..<Int.random(in: 1...5, using: &chance) {
      if chance.oneIn(3) {
        play.faults.stopAt = play.journal.count + Int.random(in: 0...20, using: &chance)
        play.faults.isSecondStop = chance.oneIn(3)
      }
      let count = play.journal.count + Int.random(in: 1...30, using: &chance)
      if play.run(untilJournalHolds: count) {
        expectSound(play, "seed \(seed)")
        play.world.loseRunner()
      }
      try play.resume()
    }
    finish(&play)
    expectSound(play, "seed \(seed)")
  }

  @Test(
    "a stop at any event, then a resume, ends like a clean run", arguments: 0..<8 as Range<UInt64>)
  func stops(seed: UInt64) throws {
    let random = RandomGraph(seed: seed)
    var whole = try Play(random, seed: seed)
    _ = whole.run()
    for count in 0..<whole.journal.count {
      for isSecondStop in [false, true] {
        let comment: Comment = "seed \(seed), stop at \(count), second \(isSecondStop)"
        var play = try Play(random, seed: seed)
        play.faults.stopAt = count
        play.faults.isSecondStop = isSecondStop
        finish(&play)
        expectSound(play, comment)
        #expect([.ok, .interrupted].contains(play.machine.outcome.exit), comment)
        if !isSecondStop { expectNothingLeft(play, comment) }
        play.world.loseRunner()
        try play.resume()
        finish(&play)
        expectSound(play, comment)
        expectNothingLeft(play, comment)
        #expect(play.machine.outcome.exit == .ok, comment)
      }
    }
  }
}
