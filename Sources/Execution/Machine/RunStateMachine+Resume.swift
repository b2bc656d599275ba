import Documents
import Planning

/// Taking a run over: what the runner before left half done is begun again, and what only made
/// sense together with it as well.
extension RunStateMachine {
  mutating func takeOver() {
    stopLevel = nil
    wake()
    let doomed = skipDoomed()
    endSessions(doomed)
    repeatNodes(Repetition(self, doomed: doomed))
    wakeVolatile()
    owingUndo = states.indices.filter { states[$0].phase == .undoing }.map(NodeID.init)
    refresh()
    for bracket in brackets.indices { advanceRestart(of: bracket) }
    newlySkipped = []
  }

  /// Only successes and failures of the action itself outlive a runner; the rest is decided anew.
  private mutating func wake() {
    for index in states.indices {
      traits[index].subtract([.isChecking, .isUndoing])
      switch states[index] {
      case .running, .ready, .skipped: states[index] = .blocked
      case .failed(let failure) where failure.kind == .cancelled: states[index] = .blocked
      case .stuck: states[index] = traits[index].contains(.owesUndo) ? .undoing : .blocked
      default: break
      }
    }
    for index in brackets.indices { brackets[index].isLost = false }
  }

  /// Skips what a failure has already ruled out. A bracket that was entered and has failed inside
  /// is not begun again.
  ///
  /// - Returns: For each bracket whether it is such a one.
  private mutating func skipDoomed() -> [Bool] {
    var doomed = brackets.map { _ in false }
    while true {
      skipAfterFailures()
      let fresh = brackets.indices.filter { !doomed[$0] && isEntered($0) && hasFailed($0) }
      guard !fresh.isEmpty else { return doomed }
      for bracket in fresh {
        doomed[bracket] = true
        brackets[bracket].isLost = true
        let span = graph.brackets[bracket]
        for node in [span.opening] + span.members
        where !states[node.rawValue].isSettled && states[node.rawValue] != .undoing {
          states[node.rawValue] = .skipped(.bracketLost(opening: span.opening))
        }
      }
    }
  }

  private mutating func skipAfterFailures() {
    for node in topology.order.lazy.map(Int.init) where states[node] == .blocked {
      let before = topology.predecessors(of: node)
      let reason = reasonToSkip(after: before)
      if traits[node].contains(.isGuard) {
        let isOver = before.allSatisfy { states[$0.index].isSettled }
        let isNeeded = before.contains { $0.isGuard && traits[$0.index].contains(.wasStarted) }
        if isOver, !isNeeded, let reason { states[node] = .skipped(reason) }
      } else if let reason = reason ?? (isRefusing ? .stalePlan : nil) {
        states[node] = .skipped(reason)
      }
    }
  }

  func isEntered(_ bracket: Int) -> Bool {
    brackets[bracket].isRestarting
      || traits[graph.brackets[bracket].opening.rawValue].contains(.wasStarted)
  }

  private func hasFailed(_ bracket: Int) -> Bool {
    let span = graph.brackets[bracket]
    return ([span.opening] + span.members).contains {
      let phase = states[$0.rawValue].phase
      return phase == .failed || phase == .skipped
    }
  }

  /// A session ended with its runner: where nothing inside is missing (or can be had any more),
  /// that was its closing.
  private mutating func endSessions(_ doomed: [Bool]) {
    for (index, span) in graph.brackets.enumerated()
    where !span.outlivesRunner && isEntered(index) && !brackets[index].isRestarting {
      let isComplete = ([span.opening] + span.members).allSatisfy { self[$0].isSuccess }
      if (isComplete || doomed[index]) && !self[span.closing].isSuccess {
        states[span.closing.rawValue] = .succeeded(result: ["endedWithRunner": true])
      }
    }
  }

  private mutating func repeatNodes(_ repetition: Repetition) {
    for bracket in repetition.brackets {
      let span = graph.brackets[bracket]
      brackets[bracket].isRestarting = true
      brackets[bracket].owesClosing = span.outlivesRunner && !self[span.closing].isSuccess
    }
    for node in repetition.invalid {
      let mustUndo = traits[node].isSuperset(of: [.hasUndo, .wasStarted])
      if mustUndo { traits[node].insert(.owesUndo) }
      if mustUndo || states[node] != .undone { states[node] = mustUndo ? .undoing : .blocked }
      if traits[node].contains(.isGuard) { traits[node].remove(.wasStarted) }
    }
    for node in repetition.lost where states[node].isSuccess {
      let bracket = bracketsOf[NodeID(node), default: []].first { brackets[$0].isLost }
      guard let bracket else { continue }
      states[node] = .skipped(.bracketLost(opening: graph.brackets[bracket].opening))
    }
    for bracket in repetition.brackets {
      let span = graph.brackets[bracket]
      for node in [span.opening] + span.members where self[node] != .undoing {
        traits[node.rawValue].remove(.wasStarted)
      }
    }
  }

  /// What was kept in the memory of the runner before is gone; it is made again for those that
  /// still need it. Guards do not: they clear away.
  private mutating func wakeVolatile() {
    for node in states.indices where traits[node].contains(.isVolatile) && states[node].isSuccess {
      let isNeeded = topology.successors(of: node).contains {
        !states[$0.index].isSettled && !traits[$0.index].contains(.isGuard)
      }
      if isNeeded {
        states[node] = .blocked
      }
    }
  }
}
