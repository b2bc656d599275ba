import Documents
import Planning

extension RunStateMachine {
  /// Applies an event, or says why it cannot have happened.
  mutating func apply(_ event: JournalEvent) throws(IllegalTransition) {
    guard !isClosed else { throw IllegalTransition("`\(event.kind)` follows the end of the run") }
    if let node = event.node { try check(event, of: node) }
    switch event {
    case .started(let node, let attempt):
      guard states[node.rawValue] == .ready(attempt: attempt) else {
        throw IllegalTransition("\(node) starts attempt \(attempt) while \(states[node.rawValue])")
      }
      traits[node.rawValue].formUnion([.wasStarted, .wasAttempted])
      states[node.rawValue] = .running(attempt: attempt)
    case .succeeded(let node, let result): succeed(node, result)
    case .retried(let node, _):
      guard case .running(let attempt) = states[node.rawValue] else { return }
      makeReady(node.rawValue, attempt: attempt + 1)
    case .failed(let node, let failure): fail(node, failure)
    case .refused(let node, let failure):
      settle(node.rawValue, as: .failed(failure))
      if failure.kind == .stale { refuse() }
    case .undone(let node): undone(node)
    case .undoFailed(let node, let failure): undoFailed(node, failure)
    case .stopped(let level):
      guard stopLevel.map({ $0 < level }) ?? true else {
        throw IllegalTransition("The run is stopped a second time in the same way")
      }
      stopLevel = level
      skipWaiting { $0.isStopped($1, at: level) ? .stopped : nil }
      if level == .closingsOnly { hurryClosings() }
    case .resumed: takeOver()
    case .finished:
      guard isFinished else { throw IllegalTransition("The run ends with nodes unsettled") }
      isClosed = true
    }
  }

  private func check(_ event: JournalEvent, of node: NodeID) throws(IllegalTransition) {
    guard states.indices.contains(node.rawValue) else {
      throw IllegalTransition("`\(event.kind)` names \(node), of \(states.count) nodes")
    }
    let phase = states[node.rawValue].phase
    guard phase == event.kind.finds else {
      throw IllegalTransition(
        "`\(event.kind)` finds `\(graph[node].address)` \(phase) instead of \(event.kind.finds!)")
    }
  }

  private mutating func succeed(_ node: NodeID, _ result: JSONValue) {
    guard let bracket = restartingBracket(closedBy: node) else {
      return settle(node.rawValue, as: .succeeded(result: result))
    }
    // Closed only what the runner before had left open: the bracket itself is still to come.
    brackets[bracket].owesClosing = false
    traits[node.rawValue].remove(.wasStarted)
    states[node.rawValue] = .blocked
    advanceRestart(of: bracket)
  }

  private mutating func fail(_ node: NodeID, _ failure: ActionFailure) {
    guard isGuard(node) else {
      settle(node.rawValue, as: .failed(failure))
      if failure.kind == .stale { refuse() }
      return
    }
    settle(node.rawValue, as: .stuck(failure))
    if let bracket = restartingBracket(closedBy: node) {
      brackets[bracket].isLost = true
      advanceRestart(of: bracket)
    }
  }

  private mutating func refuse() {
    isRefusing = true
    skipWaiting { $0.isGuard($1) ? nil : .stalePlan }
  }

  /// Skips every node that has not begun and for which `reason` has one.
  private mutating func skipWaiting(_ reason: (RunStateMachine, NodeID) -> SkipReason?) {
    for index in states.indices {
      switch states[index] {
      case .blocked, .ready:
        if let reason = reason(self, NodeID(index)) { settle(index, as: .skipped(reason)) }
      default: break
      }
    }
  }

  /// Lets closings run as soon as their opening has ended, without waiting for what was inside.
  private mutating func hurryClosings() {
    for bracket in graph.brackets { evaluate(bracket.closing.rawValue) }
  }
}
