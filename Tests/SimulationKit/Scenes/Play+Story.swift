import ClusterModel
import Diagnostics
import Documents
public import Execution
public import Planning
import Ports
import RunTesting
public import Runner
import Synchronization

/// What came of a scenario.
public struct Verdict: Sendable {
  public var scenario: Scenario
  public var breaches: [Breach]
  /// Runners that took part.
  public var runs: Int
  public var exits: [ExitCode]
  /// What each point that was sealed calls its consistency, in the order of sealing.
  public var consistencies: [String]
  public var graph: ExecutionGraph
  /// Calls and journal writes that the first runner made.
  public var calls: Int
  public var writes: Int
  /// What runners and planning asked for, as permissions name it: `get pods in app0`.
  public var asked: Set<String>

  public var isSound: Bool { breaches.isEmpty }
}

extension Scenario {
  /// Plays the scenario on the calling thread.
  ///
  /// - Parameters:
  ///   - behaviour: How the work is done.
  ///   - observer: Hears what every runner does.
  public func play(
    as behaviour: OldBehaviour = .ours, observer: any RunObserver = Silence()
  ) -> Verdict {
    let template = Template.of(shape)
    return Simulation.run(seed: seed) { clock in
      await self.play(template, on: clock, behaviour, observer).verdict
    }
  }

  /// The world after a scenario in which nothing goes wrong.
  func world(after template: Template) -> WorldState {
    Simulation.run(seed: seed) { clock in
      await self.play(template, on: clock, .ours, Silence()).state
    }
  }

  private func play(
    _ template: Template, on clock: SimulatedClock, _ behaviour: OldBehaviour,
    _ observer: any RunObserver
  ) async -> (verdict: Verdict, state: WorldState) {
    var state = template.state
    if state.now > clock.wall { try? await clock.sleep(for: state.now - clock.wall) }
    state.random = SeededGenerator(seed: seed &+ 7)
    state.hazards = hazards
    state.keepsEarlier = troubles.contains { $0.staleOneIn > 0 }
    state.moversMax = Self.moversMax
    state.allowsTwins = troubles.contains(where: \.standsStill)
    for name in state.applications.keys {
      state.applications[name]!.thawsToFail = hazards.thawsToFail
      state.applications[name]!.commandsToHang = hazards.commandsToHang
    }
    let world = World(state)
    let play = Play(
      scenario: self, template: template, world: world, clock: clock, observer: observer,
      behaviour: behaviour)
    let progress = await play.tell()
    let end = world.at(clock.wall) { $0 }
    let verdict = Verdict(
      scenario: self, breaches: end.breaches, runs: progress.runs, exits: progress.exits,
      consistencies: end.sealedConsistencies, graph: progress.graph, calls: progress.calls,
      writes: progress.writes, asked: world.asked.withLock { $0 })
    return (verdict, end)
  }
}

/// What has come of a scenario so far.
struct Progress: Sendable {
  var runs = 0
  var exits: [ExitCode] = []
  var graph = ExecutionGraph()
  var calls = 0
  var writes = 0

  mutating func add(_ other: Progress) {
    runs += other.runs
    exits += other.exits
  }
}

extension Play {
  /// The most runners that one run may need: each trouble can end one, and one more must do.
  private static let runnersMax = 8
  /// How often one looks whether a lock is free: for longer than any run takes.
  private static let visitsMax = 2000

  /// Tells the story to its end, and looks at what is left.
  func tell() async -> Progress {
    var progress = Progress()
    do {
      var evaluation = try await evaluate()
      progress.graph = evaluation.graph
      if evaluation.graph.nodes.isEmpty {
        breach(
          .everyWaitEnds,
          "there is nothing to do: \(evaluation.changes.report.plans) "
            + "\(evaluation.changes.diagnostics.map(\.message))")
      }
      var template = template
      let twin = scenario.twin.flatMap { makeTwin(number: $0, of: evaluation.graph) }
      if scenario.isReplaced { template = try await replaceApplication() }
      await carryOut(evaluation.graph, &progress)
      if scenario.isReplaced, progress.exits.contains(.ok) {
        breach(.nothingTwice, "the plan of another application was carried out")
      }
      if let twin { removeTwin(twin) }
      mend()
      // Whatever failed for good is planned anew, in a world where nothing goes wrong.
      for _ in 0..<3 {
        try await clock.sleep(for: .seconds(120))
        evaluation = try await evaluate()
        guard evaluation.changes.report.hasChanges else { break }
        if progress.exits.contains(.ok) || !scenario.hasTrouble {
          breach(.secondApplyChangesNothing, "changes remain: \(addresses(evaluation.changes))")
        }
        await carryOut(evaluation.graph, &progress)
        if progress.exits.last != .ok {
          breach(.everyWaitEnds, "a sound world gives \(progress.exits)")
        }
      }
      if evaluation.changes.report.hasChanges || evaluation.changes.hasErrors {
        breach(.secondApplyChangesNothing, "never done: \(addresses(evaluation.changes))")
      }
      lookAround(
        since: template,
        isClean: progress.exits.allSatisfy { [.ok, .interrupted, .locked].contains($0) })
    } catch {
      breach(.everyWaitEnds, "planning failed in a sound world: \(error)")
    }
    return progress
  }

  private func addresses(_ changes: ChangeSet) -> String {
    (changes.report.changes.map(\.address) + changes.diagnostics.map(\.message))
      .joined(separator: ", ")
  }

  func breach(_ promise: Promise, _ what: String) {
    world.at(clock.wall) { $0.breach(promise, what) }
  }

  private func mend() {
    world.at(clock.wall) { state in
      state.hazards = Hazards()
      for name in state.applications.keys {
        state.applications[name]!.thawsToFail = 0
        state.applications[name]!.commandsToHang = 0
      }
    }
  }

  /// Carries a graph out, with as many runners as it takes.
  private func carryOut(_ graph: ExecutionGraph, _ progress: inout Progress) async {
    guard !graph.nodes.isEmpty else { return }
    var random = SeededGenerator(seed: scenario.seed &+ UInt64(progress.runs))
    let id = RunID(at: clock.wall, using: &random)
    let isFirst = progress.runs == 0
    let base = progress.runs
    async let rival = isFirst ? takePart(asRivalIn: graph, id, base: base) : Progress()
    var own = Progress()
    let machine = SimulatedMachine(name: "home")
    for number in 0..<Self.runnersMax {
      if isFirst, number == scenario.mendedBefore { mend() }
      let troubles =
        isFirst && number < scenario.troubles.count ? scenario.troubles[number] : Troubles()
      let isElsewhere = scenario.movesOn && number > 0
      let process = process(base + number + 1, troubles)
      let isOver = await take(
        part: process, on: isElsewhere ? SimulatedMachine(name: "away-\(number)") : machine,
        graph, id, &own)
      if isFirst, number == 0 {
        (progress.calls, progress.writes) = (process.callsMade, process.writesMade)
      }
      if isOver || behaviour.forgetsRuns { break }
      if number == Self.runnersMax - 1 {
        breach(.everyWaitEnds, "\(Self.runnersMax) runners did not end the run")
      }
      try? await clock.sleep(for: .seconds(scenario.pauseSeconds))
    }
    progress.add(own)
    progress.add(await rival)
  }

  /// The second machine tries for as long as anything is to be done.
  private func takePart(
    asRivalIn graph: ExecutionGraph, _ id: RunID, base: Int
  ) async -> Progress {
    var progress = Progress()
    guard scenario.isShared, let after = scenario.rivalAfter else { return progress }
    let machine = SimulatedMachine(name: "rival")
    try? await clock.sleep(for: after)
    for number in 0..<Self.runnersMax {
      let process = process(base + 100 + number, beginsRun: false)
      if await take(part: process, on: machine, graph, id, &progress) { break }
    }
    return progress
  }

  /// - Returns: Whether the run is over.
  private func take(
    part process: SimulatedProcess, on machine: SimulatedMachine, _ graph: ExecutionGraph,
    _ id: RunID, _ progress: inout Progress
  ) async -> Bool {
    progress.runs += 1
    var begin = clock.wall
    var end = await run(graph, by: process, on: machine, id: id)
    // Whoever finds it locked comes back.
    for _ in 0..<Self.visitsMax {
      guard case .locked = end else { break }
      try? await clock.sleep(for: .seconds(45))
      begin = clock.wall
      end = await run(graph, by: process, on: machine, id: id)
    }
    judge(end, of: graph, process, took: clock.wall - begin, machine.disk)
    switch end {
    case .died: return false
    case .locked:
      progress.exits.append(.locked)
      return false
    case .doneElsewhere: return true
    case .ended(let outcome):
      progress.exits.append(outcome.exit)
      return !outcome.isResumable
    }
  }

  /// What a single runner's end must look like.
  private func judge(
    _ end: End, of graph: ExecutionGraph, _ process: SimulatedProcess, took: Duration,
    _ disk: SimulatedDisk
  ) {
    if disk.bytes.holds(Scene.canary) {
      breach(.secretsStay, "the journal holds a secret value")
    }
    guard case .ended(let outcome) = end else { return }
    let patience = graph.nodes.reduce(Duration.seconds(600)) {
      $0 + .seconds(($1.timeoutSeconds + 60) * min($1.attemptsMax, 5))
    }
    if took > patience { breach(.everyWaitEnds, "a runner took \(took)") }
    for failure in outcome.failures {
      let text = "\(failure.failure)"
      if text.isEmpty || (text.hasPrefix("Timed out") && failure.failure.waitedFor == nil) {
        breach(.everyWaitEnds, "\(failure.address) does not say what it waited for: \(text)")
      }
      if text.contains(Scene.canary) { breach(.secretsStay, "\(failure.address) tells a secret") }
    }
    if outcome.exit == .unquiesceUnconfirmed, !process.troubles.reachesGuards,
      !scenario.hazards.reachesGuards
    {
      breach(.nothingStaysFrozen, "an unquiesce was given up with nothing in its way")
    }
    // Without a word to the contrary, nothing is held when a runner has ended; a machine may sleep
    // just before, and another runner be at work when it wakes.
    if outcome.exit != .unquiesceUnconfirmed, outcome.lockLost == nil {
      world.at(clock.wall) { state in
        for (name, application) in state.applications
        where application.isHeld(by: process.name)
          && !state.isTaken(name, byOthersThan: process.name)
        {
          state.breach(.nothingStaysFrozen, "\(name) is held after exit \(outcome.exit)")
        }
      }
    }
  }
}
