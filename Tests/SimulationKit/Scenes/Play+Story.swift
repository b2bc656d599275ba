import ClusterModel
import Diagnostics
import Documents
public import Execution
public import Planning
import Ports
import RunTesting
public import Runner

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
    for name in state.applications.keys {
      state.applications[name]!.thawsToFail = hazards.thawsToFail
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
      writes: progress.writes)
    return (verdict, end)
  }
}

extension Play {
  /// The most runners that one run may need: each trouble can end one, and one more must do.
  private static let runnersMax = 8

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
        if progress.exits.last == .ok || !scenario.hasTrouble {
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
      lookAround(since: template)
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
      for name in state.applications.keys { state.applications[name]!.thawsToFail = 0 }
    }
  }

  /// Carries a graph out, with as many runners as it takes.
  private func carryOut(_ graph: ExecutionGraph, _ progress: inout Progress) async {
    guard !graph.nodes.isEmpty else { return }
    let disk = SimulatedDisk()
    var random = SeededGenerator(seed: scenario.seed &+ UInt64(progress.runs))
    let id = RunID(at: clock.wall, using: &random)
    let isFirst = progress.runs == 0
    for number in 0..<Self.runnersMax {
      if isFirst, number == scenario.mendedBefore { mend() }
      let troubles =
        isFirst && number < scenario.troubles.count
        ? scenario.troubles[number] : Troubles()
      let process = process(progress.runs + 1, troubles)
      progress.runs += 1
      let begin = clock.wall
      let outcome = await run(graph, by: process, on: disk, id: id)
      if progress.runs == 1 {
        (progress.calls, progress.writes) = (process.callsMade, process.writesMade)
      }
      judge(outcome, of: graph, took: clock.wall - begin, disk)
      if let outcome { progress.exits.append(outcome.exit) }
      if let outcome, !outcome.isResumable { return }
      if behaviour.forgetsRuns { return }
      try? await clock.sleep(for: .seconds(scenario.pauseSeconds))
    }
    breach(.everyWaitEnds, "\(Self.runnersMax) runners did not end the run")
  }

  /// What a single runner's end must look like.
  private func judge(
    _ outcome: RunOutcome?, of graph: ExecutionGraph, took: Duration, _ disk: SimulatedDisk
  ) {
    if contains(disk.bytes, Array(Scene.canary.utf8)) {
      breach(.secretsStay, "the journal holds a secret value")
    }
    guard let outcome else { return }
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
    // Without a word to the contrary, nothing is held when a runner has ended.
    if outcome.exit != .unquiesceUnconfirmed {
      world.at(clock.wall) { state in
        for (name, application) in state.applications where application.isQuiesced {
          state.breach(.nothingStaysFrozen, "\(name) is held after exit \(outcome.exit)")
        }
      }
    }
  }

  private func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    var from = bytes.startIndex
    while let start = bytes[from...].firstIndex(of: needle[0]) {
      if bytes[start...].starts(with: needle) { return true }
      from = start + 1
    }
    return false
  }
}
