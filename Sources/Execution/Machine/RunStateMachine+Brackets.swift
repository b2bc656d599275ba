import Planning

/// Beginning a bracket again: first what may still be quiesced is closed, then the members are
/// undone, then everything inside is as if it had never been started.
extension RunStateMachine {
  /// The bracket whose restart waits for this closing.
  func restartingBracket(closedBy node: NodeID) -> Int? {
    guard traits[node.rawValue].contains(.isClosing) else { return nil }
    return brackets.indices.first {
      graph.brackets[$0].closing == node && brackets[$0].isRestarting && brackets[$0].owesClosing
    }
  }

  /// Whether a node is inside a bracket that is not yet ready to begin again.
  func isHeldBack(_ node: NodeID) -> Bool {
    bracketsOf[node]?.contains { brackets[$0].isRestarting } ?? false
  }

  /// Whether a stop in a hurry has closed a bracket while the node was still running inside.
  func isClosedAround(_ node: NodeID) -> Bool {
    stopLevel ?? .guardsOnly >= .closingsOnly
      && bracketsOf[node, default: []].contains {
        states[graph.brackets[$0].closing.rawValue].phase != .blocked
      }
  }

  mutating func undone(_ node: NodeID) {
    traits[node.rawValue].subtract([.owesUndo, .wasStarted, .isUndoing])
    states[node.rawValue] = .undone
    owingUndo.removeAll { $0 == node }
    let around = bracketsOf[node, default: []].filter { brackets[$0].isRestarting }
    for bracket in around { advanceRestart(of: bracket) }
    if around.isEmpty { begin(node) }
  }

  mutating func undoFailed(_ node: NodeID, _ failure: ActionFailure) {
    traits[node.rawValue].remove(.isUndoing)
    owingUndo.removeAll { $0 == node }
    settle(node.rawValue, as: .stuck(failure))
    for bracket in bracketsOf[node, default: []] where brackets[bracket].isRestarting {
      brackets[bracket].isLost = true
      advanceRestart(of: bracket)
    }
  }

  /// Goes on with a restart as far as possible now.
  mutating func advanceRestart(of bracket: Int) {
    guard brackets[bracket].isRestarting else { return }
    let span = graph.brackets[bracket]
    let isClosed = !brackets[bracket].owesClosing || states[span.closing.rawValue].isSettled
    guard isClosed, span.members.allSatisfy({ states[$0.rawValue].phase != .undoing }) else {
      return
    }
    if brackets[bracket].isLost {
      for node in [span.opening] + span.members where !states[node.rawValue].isSettled {
        settle(node.rawValue, as: .skipped(.bracketLost(opening: span.opening)))
      }
      return
    }
    brackets[bracket].isRestarting = false
    for node in [span.opening] + span.members + [span.closing] { begin(node) }
  }

  /// Whether every bracket around the node is closed, as far as it can be.
  func mayUndo(_ node: NodeID) -> Bool {
    bracketsOf[node, default: []].allSatisfy { bracket in
      !brackets[bracket].owesClosing
        || states[graph.brackets[bracket].closing.rawValue].isSettled
    }
  }

  /// Makes an undone node an ordinary one again, unless another bracket around it is not ready.
  private mutating func begin(_ node: NodeID) {
    guard !isHeldBack(node) else { return }
    if states[node.rawValue] == .undone { states[node.rawValue] = .blocked }
    evaluate(node.rawValue)
  }
}
