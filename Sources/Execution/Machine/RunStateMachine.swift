public import Documents
public import Planning

/// Decides what a run does next. Events go in, commands come out; somebody else does them.
///
/// A run in one line: ``takeReady()``, do what it says, ``finish(_:with:)`` each, until
/// ``isFinished``. Every mutating method that changes what a journal must know returns the event;
/// replaying those events rebuilds the machine.
public struct RunStateMachine: Sendable {
  /// What the runner is asked to do.
  public enum Command: Hashable, Sendable {
    /// Check the node's preconditions, then call ``finishCheck(_:failure:)``.
    case check(NodeID)
    /// Perform the action; ``JournalEvent/started(_:attempt:)`` must be durable first.
    case start(NodeID, attempt: Int)
    /// Take back what the node made, then call ``finishUndo(_:failure:)``.
    case undo(NodeID)

    /// What the journal must hold before the command is carried out.
    public var event: JournalEvent? {
      if case .start(let node, let attempt) = self { .started(node, attempt: attempt) } else { nil }
    }
  }

  public let graph: ExecutionGraph
  public internal(set) var stopLevel: StopLevel?
  /// Whether the journal says that the run is over.
  public internal(set) var isClosed = false

  let topology: Topology
  var states: [NodeState]
  var traits: [NodeTraits]
  /// How many predecessors, counted by edges, are not settled.
  var pending: [Int32]
  var brackets: [BracketProgress]
  let bracketsOf: [NodeID: [Int]]
  var schedule: Schedule
  var unsettled: Int
  /// A node found the plan stale: nothing but guards starts any more.
  var isRefusing = false
  /// Nodes in the state `undoing`.
  var owingUndo: [NodeID] = []
  var newlySkipped: [NodeID] = []

  /// - Throws: Where the graph is none: edges that lead nowhere, cycles, ids out of place.
  /// - Complexity: O(*n* log *n*) in nodes, O(*m*) in edges.
  public init(_ graph: ExecutionGraph, limits: RunLimits = RunLimits()) throws(InvalidGraph) {
    try graph.validate()
    self.graph = graph
    topology = try Topology(graph)
    states = Array(repeating: .blocked, count: graph.nodes.count)
    traits = graph.nodes.map(NodeTraits.init)
    for edge in graph.edges where edge.kind == .guard {
      traits[edge.to.rawValue].insert(.isGuard)
    }
    var bracketsOf: [NodeID: [Int]] = [:]
    for (index, bracket) in graph.brackets.enumerated() {
      for node in [bracket.opening] + bracket.members {
        bracketsOf[node, default: []].append(index)
      }
      for node in bracket.members { traits[node.rawValue].insert(.isUrgent) }
      traits[bracket.closing.rawValue].formUnion([.isUrgent, .isClosing])
    }
    self.bracketsOf = bracketsOf
    brackets = graph.brackets.map { _ in BracketProgress() }
    pending = []
    unsettled = 0
    let traits = traits
    schedule = Schedule(
      graph, pathLengths: topology.pathLengths(), limits: limits,
      isUrgent: traits.map { $0.contains(.isUrgent) },
      isUnlimited: { traits[$0].contains(.isClosing) })
    refresh()
  }

  public subscript(node: NodeID) -> NodeState { states[node.rawValue] }

  /// Whether nothing is left to do for this runner.
  public var isFinished: Bool { unsettled == 0 }

  /// Whether the node undoes others: it runs whatever became of them.
  public func isGuard(_ node: NodeID) -> Bool { traits[node.rawValue].contains(.isGuard) }

  /// Whether the node is the unquiesce of a bracket.
  public func isClosing(_ node: NodeID) -> Bool { traits[node.rawValue].contains(.isClosing) }

  /// Everything that may begin now, in the order in which it should. The nodes hold their places
  /// in the limits until they are finished.
  public mutating func takeReady() -> [Command] {
    var commands: [Command] = []
    for node in owingUndo where mayUndo(node) && !traits[node.rawValue].contains(.isUndoing) {
      traits[node.rawValue].insert(.isUndoing)
      commands.append(.undo(node))
    }
    while let index = schedule.take(where: { states[$0].phase == .ready }) {
      let node = NodeID(index)
      if needsCheck(node) {
        traits[index].insert(.isChecking)
        commands.append(.check(node))
      } else if case .ready(let attempt) = states[index] {
        record(.started(node, attempt: attempt))
        commands.append(.start(node, attempt: attempt))
      }
    }
    return commands
  }

  /// Ends a check. A node that was skipped meanwhile stays so.
  ///
  /// - Returns: `started` where the action is to be performed now, `refused` where it is not;
  ///   `nil` where there is nothing to say.
  public mutating func finishCheck(_ node: NodeID, failure: ActionFailure?) -> JournalEvent? {
    let index = node.rawValue
    precondition(
      traits[index].contains(.isChecking), "\(node) was not being checked: \(states[index])")
    traits[index].remove(.isChecking)
    guard case .ready(let attempt) = states[index] else {
      schedule.release(index)
      return nil
    }
    guard let failure else { return record(.started(node, attempt: attempt)) }
    schedule.release(index)
    return record(.refused(node, failure))
  }

  /// Ends an attempt: it succeeded, is to be tried again, or failed for good.
  ///
  /// Transient failures are tried again as often as the node allows; guards after any failure.
  public mutating func finish(
    _ node: NodeID, with answer: Result<JSONValue, ActionFailure>
  ) -> JournalEvent {
    schedule.release(node.rawValue)
    switch answer {
    case .success where isClosedAround(node):
      let failure = ActionFailure(.cancelled, "The quiesce ended before this was done")
      return record(.failed(node, failure))
    case .success(let result): return record(.succeeded(node, result: result))
    case .failure(let failure): return record(verdict(on: failure, of: node))
    }
  }

  public mutating func finishUndo(_ node: NodeID, failure: ActionFailure?) -> JournalEvent {
    record(failure.map { .undoFailed(node, $0) } ?? .undone(node))
  }

  /// Stops the run. Running nodes go on until they are finished; the caller asks them to give up.
  ///
  /// - Returns: `nil` where the run is stopped at least as urgently already.
  public mutating func stop(_ level: StopLevel) -> JournalEvent? {
    guard !isClosed, stopLevel.map({ $0 < level }) ?? true else { return nil }
    return record(.stopped(level))
  }

  /// Takes a replayed run over from the runner that had it before.
  public mutating func resume() -> JournalEvent { record(.resumed) }

  /// Closes the run for good.
  ///
  /// - Returns: `nil` where another runner may still go on with it.
  public mutating func close() -> JournalEvent? {
    let outcome = outcome
    return outcome.isResumable || isClosed ? nil : record(.finished(outcome.exit))
  }

  /// Repeats an event from a journal.
  ///
  /// - Throws: Where the event cannot have happened.
  public mutating func replay(_ event: JournalEvent) throws(IllegalTransition) {
    try apply(event)
    newlySkipped = []
  }

  /// Nodes that were skipped since this was last asked.
  public mutating func takeSkipped() -> [NodeID] {
    defer { newlySkipped = [] }
    return newlySkipped
  }

  /// Whether a stop gives the node up: guards go on, and closings always do.
  public func isStopped(_ node: NodeID, at level: StopLevel?) -> Bool {
    switch level {
    case nil: false
    case .guardsOnly: !isGuard(node)
    case .closingsOnly: !isClosing(node)
    case .nothing: true
    }
  }

  private func needsCheck(_ node: NodeID) -> Bool {
    !traits[node.rawValue].contains(.wasAttempted) && !graph[node].preconditions.isEmpty
  }

  private func verdict(on failure: ActionFailure, of node: NodeID) -> JournalEvent {
    guard case .running(let attempt) = self[node] else {
      preconditionFailure("\(node) failed while \(self[node])")
    }
    let isStopped = isStopped(node, at: stopLevel)
    var failure = failure
    if isStopped, failure.kind == .transient { failure.kind = .cancelled }
    if !isStopped, failure.kind == .cancelled { failure.kind = .permanent }
    let isWorthTrying = isGuard(node) || (failure.kind == .transient && !isRefusing)
    return isWorthTrying && !isStopped && attempt < graph[node].attemptsMax
      ? .retried(node, failure) : .failed(node, failure)
  }

  /// Applies an event of our own making.
  @discardableResult
  mutating func record(_ event: JournalEvent) -> JournalEvent {
    do throws(IllegalTransition) { try apply(event) } catch { preconditionFailure(error.message) }
    return event
  }
}
