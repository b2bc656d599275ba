import Documents
import Execution
import Planning
import RunTesting

/// Drives a machine over a ``World`` by chance, with crashes and stops where a test wants them.
struct Play {
  struct Faults {
    /// Nodes whose action always fails.
    var failing: Set<NodeID> = []
    /// One in so many attempts fails and may be repeated; 0 for none.
    var transientOneIn = 0
    /// The run is stopped before the journal's event of this number.
    var stopAt: Int?
    var isSecondStop = false
  }

  let limits = RunLimits(parallelism: 3, slots: ["driver": 2, "mover": 1])
  var faults: Faults
  var world: World
  var journal: [JournalEvent] = []
  var machine: RunStateMachine
  private var chance: SeededGenerator
  private var running: [RunStateMachine.Command] = []

  init(_ random: RandomGraph, seed: UInt64, faults: Faults = Faults()) throws {
    world = World(random)
    machine = try RunStateMachine(random.graph, limits: limits)
    chance = SeededGenerator(seed: seed)
    self.faults = faults
  }

  /// Runs to the end, or until the journal holds `count` events; then the runner dies.
  ///
  /// - Returns: Whether the run came to its end.
  mutating func run(untilJournalHolds count: Int = .max) -> Bool {
    while true {
      while journal.count < count { if !step() { return true } }
      // Some of what was under way has happened, and nobody wrote it down.
      for command in running where chance.oneIn(2) { act(command) }
      world.loseRunner()
      return false
    }
  }

  /// Another runner takes over.
  mutating func resume() throws {
    machine = try RunStateMachine(world.random.graph, limits: limits)
    for event in journal { try machine.replay(event) }
    running = []
    faults.stopAt = nil
    journal.append(machine.resume())
  }

  /// - Returns: Whether there was something to do.
  private mutating func step() -> Bool {
    if let stopAt = faults.stopAt, journal.count >= stopAt {
      if let event = machine.stop(.guardsOnly) { journal.append(event) }
      if faults.isSecondStop, let event = machine.stop(.closingsOnly) {
        journal.append(event)
        world.isHurried = true
      }
    }
    for command in machine.takeReady() {
      if let event = command.event { journal.append(event) }
      checkOrder(command)
      running.append(command)
    }
    checkLimits()
    guard !running.isEmpty else { return false }
    let index = Int.random(in: running.indices, using: &chance)
    finish(running.remove(at: index))
    return true
  }

  private mutating func act(_ command: RunStateMachine.Command) {
    switch command {
    case .start(let node, _): world.perform(node)
    case .undo(let node): world.undo(node)
    case .check: break
    }
  }

  private mutating func finish(_ command: RunStateMachine.Command) {
    switch command {
    case .start(let node, _):
      if let failure = failure(of: node) {
        journal.append(machine.finish(node, with: .failure(failure)))
      } else {
        act(command)
        journal.append(machine.finish(node, with: .success(.null)))
      }
    case .undo(let node):
      act(command)
      journal.append(machine.finishUndo(node, failure: nil))
    case .check(let node):
      if let event = machine.finishCheck(node, failure: nil) { journal.append(event) }
    }
  }

  private mutating func failure(of node: NodeID) -> ActionFailure? {
    if machine.isStopped(node, at: machine.stopLevel), chance.oneIn(2) {
      return ActionFailure(.cancelled, "Stopped")
    }
    if faults.failing.contains(node) { return ActionFailure(.permanent, "Broken") }
    guard faults.transientOneIn > 0, chance.oneIn(faults.transientOneIn) else { return nil }
    return ActionFailure(.transient, "Busy")
  }

  private mutating func checkOrder(_ command: RunStateMachine.Command) {
    guard case .start(let node, _) = command, !machine.isGuard(node) else { return }
    for edge in machine.graph.edges where edge.to == node && machine[edge.from].phase != .succeeded
    {
      world.breaches.append("\(node) starts before \(edge.from) has succeeded")
    }
  }

  private mutating func checkLimits() {
    var used: [String: Int] = [:]
    for case .start(let node, _) in running where !machine.isClosing(node) {
      for slot in machine.graph[node].slots { used[slot, default: 0] += 1 }
    }
    if used["driver:rbd", default: 0] > 2 || used["mover", default: 0] > 1 {
      world.breaches.append("slots are overdrawn: \(used)")
    }
  }
}
