import Planning

extension RunStateMachine {
  /// What the run has come to so far. Complete once ``isFinished``.
  ///
  /// - Complexity: O(nodes + edges).
  public var outcome: RunOutcome {
    var outcome = RunOutcome()
    var kinds: Set<ActionFailure.Kind> = []
    var isUnconfirmed = false
    var wasStopped = false
    for (index, state) in states.enumerated() {
      let traits = traits[index]
      switch state {
      case .succeeded: outcome.succeeded += 1
      case .failed(let failure) where failure.kind == .cancelled,
        .stuck(let failure) where failure.kind == .cancelled && !traits.contains(.isClosing):
        wasStopped = true
      case .failed(let failure), .stuck(let failure):
        let node = graph.nodes[index]
        outcome.failures.append(.init(node: node.id, address: node.address, failure: failure))
        if traits.contains(.isClosing), state.phase == .stuck { isUnconfirmed = true }
        kinds.insert(failure.kind)
      case .skipped(let reason):
        outcome.skipped += 1
        wasStopped = wasStopped || reason == .stopped
        if reason == .stopped, traits.contains(.isClosing), isHeld(by: index) {
          isUnconfirmed = true
        }
      case .blocked, .ready, .running, .undoing, .undone: break
      }
      if traits.contains(.isGuard), traits.contains(.wasStarted) || state.isSuccess {
        outcome.guardsArmed += 1
        if state.isSuccess { outcome.guardsConfirmed += 1 }
      }
      if state.phase == .stuck { outcome.isResumable = true }
    }
    outcome.isResumable = outcome.isResumable || wasStopped
    outcome.exit = exit(kinds: kinds, isUnconfirmed: isUnconfirmed, wasStopped: wasStopped)
    return outcome
  }

  /// Whether something that a closing guards was started.
  private func isHeld(by closing: Int) -> Bool {
    topology.predecessors(of: closing).contains {
      $0.isGuard && traits[$0.index].contains(.wasStarted)
    }
  }

  /// How many guards have something to guard and are not settled.
  public var guardsArmed: Int {
    states.indices.count { node in
      traits[node].contains(.isGuard) && !states[node].isSettled
        && topology.predecessors(of: node).contains {
          $0.isGuard && traits[$0.index].contains(.wasStarted)
        }
    }
  }

  private func exit(
    kinds: Set<ActionFailure.Kind>, isUnconfirmed: Bool, wasStopped: Bool
  ) -> ExitCode {
    var codes: [ExitCode] = []
    if isUnconfirmed { codes.append(.unquiesceUnconfirmed) }
    if wasStopped { codes.append(.interrupted) }
    if kinds.contains(.verification) { codes.append(.verificationFailed) }
    if kinds == [.stale], !hasChanged {
      codes.append(.stalePlan)
    } else if !kinds.isEmpty, !hasChanged, isRefusedBeforehand {
      codes.append(.preflightFailed)
    } else if !kinds.isEmpty {
      codes.append(hasReachedGoal ? .partial : .failed)
    }
    return .mostSevere(of: codes)
  }

  private var hasChanged: Bool {
    traits.indices.contains { node in
      traits[node].contains(.wasAttempted) && !traits[node].contains(.isGuard)
        && !graph.nodes[node].action.changesNothing
    }
  }

  /// Whether all that failed was asked beforehand.
  private var isRefusedBeforehand: Bool {
    states.indices.allSatisfy { node in
      guard case .failed = states[node] else { return true }
      return graph.nodes[node].action.changesNothing
    }
  }

  /// Whether something that the run is for was reached: a node that nothing but guards follows.
  private var hasReachedGoal: Bool {
    states.indices.contains { node in
      states[node].isSuccess && !traits[node].contains(.isGuard)
        && topology.successors(of: node).allSatisfy { traits[$0.index].contains(.isGuard) }
    }
  }
}
