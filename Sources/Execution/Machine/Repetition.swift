import Planning

/// Which finished nodes have to run again when a run is taken over.
///
/// Three things carry repetition from node to node: a guard that ran early has taken back what it
/// guards, and whoever is still to come needs it; the nodes of a bracket stand or fall together;
/// and what was made from something that is made anew is out of date.
struct Repetition {
  /// Nodes whose success counts no more, in no particular order.
  private(set) var invalid: [Int] = []
  /// Nodes whose success counts no more and that cannot run again: their bracket has failed.
  private(set) var lost: [Int] = []
  /// Brackets to begin again, which were not being begun again already.
  private(set) var brackets: [Int] = []

  private var isInvalid: [Bool]
  /// Nodes inside brackets that are not begun again.
  private let doomedNodes: Set<NodeID>
  private var work: [Int] = []

  /// - Complexity: O(nodes + edges + members of brackets).
  init(_ machine: borrowing RunStateMachine, doomed: [Bool]) {
    isInvalid = Array(repeating: false, count: machine.states.count)
    doomedNodes = Set(machine.bracketsOf.filter { $0.value.contains { doomed[$0] } }.keys)
    work = machine.states.indices.filter {
      !machine.states[$0].isSettled && !machine.traits[$0].contains(.isVolatile)
    }
    while let node = work.popLast() {
      followEdges(from: node, in: machine)
      for bracket in machine.bracketsOf[NodeID(node), default: []]
      where !doomed[bracket] && machine.isEntered(bracket)
        && !machine.brackets[bracket].isRestarting && !brackets.contains(bracket)
      {
        brackets.append(bracket)
        let span = machine.graph.brackets[bracket]
        for node in [span.opening] + span.members + [span.closing] { invalidate(node.rawValue) }
      }
    }
  }

  private mutating func followEdges(from node: Int, in machine: borrowing RunStateMachine) {
    // A clean-up that could not be confirmed is tried again, and needs nothing of what others have
    // cleared away meanwhile: the application is not quiesced again for that.
    if machine.traits[node].contains(.isGuard), !isInvalid[node] { return }
    for link in machine.topology.successors(of: node) {
      let next = link.index
      guard machine.traits[next].contains(.wasStarted), !Self.hasEnded(next, in: machine) else {
        continue
      }
      if machine.traits[next].contains(.isGuard) {
        invalidate(next)
        for guarded in machine.topology.predecessors(of: next)
        where guarded.isGuard && machine.states[guarded.index].isSuccess {
          invalidate(guarded.index)
        }
      } else if isInvalid[node], !machine.graph.nodes[node].action.isPrecaution {
        invalidate(next)
      }
    }
  }

  /// A failure stays one.
  private static func hasEnded(_ node: Int, in machine: borrowing RunStateMachine) -> Bool {
    machine.states[node].isSettled && !machine.states[node].isSuccess
  }

  private mutating func invalidate(_ node: Int) {
    guard !isInvalid[node] else { return }
    isInvalid[node] = true
    if doomedNodes.contains(NodeID(node)) {
      lost.append(node)
    } else {
      invalid.append(node)
      work.append(node)
    }
  }
}
