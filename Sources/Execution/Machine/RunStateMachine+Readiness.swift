import Planning

extension RunStateMachine {
  /// Gives a node its last state, and tells those that waited for it.
  ///
  /// - Complexity: O(edges that leave the nodes settled by this).
  mutating func settle(_ node: Int, as state: NodeState) {
    close(node, as: state)
    var settled = [node]
    while let node = settled.popLast() {
      for link in topology.successors(of: node) {
        pending[link.index] -= 1
        guard case .blocked = states[link.index], isAffected(link.index, by: node) else { continue }
        switch verdict(on: link.index) {
        case .wait: break
        case .start: makeReady(link.index, attempt: 1)
        case .skip(let reason):
          close(link.index, as: .skipped(reason))
          settled.append(link.index)
        }
      }
    }
  }

  private mutating func close(_ node: Int, as state: NodeState) {
    states[node] = state
    unsettled -= 1
    schedule.settle(node)
    if case .skipped = state { newlySkipped.append(NodeID(node)) }
  }

  /// Whether the end of a predecessor may decide about a node: the last one does, a failed one
  /// skips ordinary nodes, and closings may be in a hurry.
  private func isAffected(_ node: Int, by predecessor: Int) -> Bool {
    pending[node] == 0 || traits[node].contains(.isClosing)
      || (!traits[node].contains(.isGuard) && !states[predecessor].isSuccess)
  }

  /// Looks at a node afresh, whatever may have changed.
  mutating func evaluate(_ node: Int) {
    guard case .blocked = states[node] else { return }
    switch verdict(on: node) {
    case .wait: break
    case .start: makeReady(node, attempt: 1)
    case .skip(let reason): settle(node, as: .skipped(reason))
    }
  }

  mutating func makeReady(_ node: Int, attempt: Int) {
    states[node] = .ready(attempt: attempt)
    schedule.add(node)
  }

  /// Counts everything anew from the states alone, as after a resume.
  mutating func refresh() {
    pending = Array(repeating: 0, count: states.count)
    unsettled = 0
    schedule.clear(
      isSettled: { [states] in states[$0].isSettled },
      wasStarted: { [traits] in traits[$0].contains(.wasAttempted) })
    for node in states.indices where !states[node].isSettled {
      unsettled += 1
      for link in topology.successors(of: node) { pending[link.index] += 1 }
    }
    for node in topology.order { evaluate(Int(node)) }
  }

  private enum Verdict {
    case wait, start
    case skip(SkipReason)
  }

  private func verdict(on node: Int) -> Verdict {
    traits[node].contains(.isGuard) ? verdict(onGuard: node) : verdict(onOrdinary: node)
  }

  private func verdict(onOrdinary node: Int) -> Verdict {
    if let reason = reasonToSkip(after: topology.predecessors(of: node)) { return .skip(reason) }
    if isRefusing { return .skip(.stalePlan) }
    if stopLevel != nil { return .skip(.stopped) }
    guard pending[node] == 0 else { return .wait }
    return isHeldBack(NodeID(node)) ? .wait : .start
  }

  /// A guard waits for everything before it, and runs where something that it guards was started.
  private func verdict(onGuard node: Int) -> Verdict {
    let closing = traits[node].contains(.isClosing)
    if closing, restartingBracket(closedBy: NodeID(node)) != nil { return .start }
    let guarded = topology.predecessors(of: node).filter(\.isGuard)
    let isNeeded = guarded.contains { traits[$0.index].contains(.wasStarted) }
    if stopLevel == .nothing { return .skip(.stopped) }
    if stopLevel == .closingsOnly {
      guard closing else { return .skip(.stopped) }
      if isNeeded, guarded.allSatisfy({ states[$0.index].isSettled }) { return .start }
    }
    guard pending[node] == 0 else { return .wait }
    if isNeeded { return .start }
    return .skip(reasonToSkip(after: guarded[...]) ?? .stopped)
  }

  /// The first reason that predecessors give for never starting.
  func reasonToSkip(after predecessors: ArraySlice<Topology.Link>) -> SkipReason? {
    for link in predecessors {
      if let reason = reasonToSkip(because: link.index) { return reason }
    }
    return nil
  }

  private func reasonToSkip(because predecessor: Int) -> SkipReason? {
    switch states[predecessor] {
    case .failed(let failure):
      failure.kind == .cancelled ? .stopped : .failure(of: NodeID(predecessor))
    case .skipped(let reason): reason
    case .stuck: .unconfirmed(NodeID(predecessor))
    default: nil
    }
  }
}
