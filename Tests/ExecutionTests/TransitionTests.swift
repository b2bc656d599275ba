import Documents
import Execution
import Planning
import RunTesting
import Testing

@Suite("Journal events") struct TransitionTests {
  static let failure = ActionFailure(.permanent, "Broken")

  /// Every event of a node, for a node that is in the state `phase`.
  static func events(of node: NodeID) -> [JournalEvent] {
    [
      .started(node, attempt: 1), .succeeded(node, result: .null), .retried(node, failure),
      .failed(node, failure), .refused(node, failure), .undone(node), .undoFailed(node, failure),
    ]
  }

  /// Machines of a graph with its second node in each state that it can be brought to.
  static func machines() throws -> [(machine: RunStateMachine, node: NodeID)] {
    var graph = TestGraph()
    let first = graph.node("first")
    let cut = graph.node("cut", after: [first], attempts: 2, action: TestGraph.cut("data"))
    let last = graph.node("last", after: [first])
    let close = graph.node("close", after: [cut, last], guarding: [first])
    graph.bracket(first, [cut, last], close, outlivesRunner: false)
    let done: [JournalEvent] = [.started(first, attempt: 1), .succeeded(first, result: .null)]
    let started = done + [.started(cut, attempt: 1)]
    let histories: [[JournalEvent]] = [
      [], done, started, started + [.succeeded(cut, result: .null)],
      started + [.failed(cut, failure)], [.stopped(.guardsOnly)],
      started + [.succeeded(cut, result: .null), .resumed],
    ]
    return try histories.map { history in
      var machine = try RunStateMachine(graph.graph)
      for event in history { try machine.replay(event) }
      return (machine, cut)
    }
  }

  @Test("an event is legal in exactly one state of its node")
  func table() throws {
    var seen: Set<NodeState.Phase> = []
    for (machine, node) in try Self.machines() {
      seen.insert(machine[node].phase)
      for event in Self.events(of: node) {
        var copy = machine
        let isLegal = (try? copy.replay(event)) != nil
        #expect(
          isLegal == (event.kind.finds == machine[node].phase), "\(event) in \(machine[node])")
      }
    }
    #expect(seen == [.blocked, .ready, .running, .succeeded, .failed, .skipped, .undoing])
  }

  @Test("a start with the wrong number of attempts is illegal")
  func attempts() throws {
    var graph = TestGraph()
    let node = graph.node("only", attempts: 2)
    var machine = try RunStateMachine(graph.graph)
    #expect(throws: IllegalTransition.self) { try machine.replay(.started(node, attempt: 2)) }
    try machine.replay(.started(node, attempt: 1))
    try machine.replay(.retried(node, Self.failure))
    try machine.replay(.started(node, attempt: 2))
    #expect(machine[node] == .running(attempt: 2))
  }

  @Test("nothing follows the end of a run, and no run ends with nodes unsettled")
  func end() throws {
    var graph = TestGraph()
    let node = graph.node("only")
    var machine = try RunStateMachine(graph.graph)
    #expect(throws: IllegalTransition.self) { try machine.replay(.finished(.ok)) }
    try machine.replay(.started(node, attempt: 1))
    try machine.replay(.succeeded(node, result: .null))
    try machine.replay(.finished(.ok))
    #expect(machine.isClosed)
    #expect(throws: IllegalTransition.self) { try machine.replay(.resumed) }
  }

  @Test("an event of a node that is not in the graph is illegal")
  func unknownNode() throws {
    var machine = try RunStateMachine(TestGraph().graph)
    #expect(throws: IllegalTransition.self) { try machine.replay(.started(NodeID(7), attempt: 1)) }
  }

  @Test("live, an illegal event is a mistake of ours and ends the program")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      var graph = TestGraph()
      let node = graph.node("only")
      var machine = try RunStateMachine(graph.graph)
      _ = machine.finish(node, with: .success(.null))
    }
  }
}
