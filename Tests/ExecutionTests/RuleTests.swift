import Documents
import Execution
import Planning
import RunTesting
import Testing

@Suite("Run state machine") struct RuleTests {
  let broken = ActionFailure(.permanent, "Broken")

  @Test("a failure skips everything that requires it, and names where it began")
  func skip() throws {
    var graph = TestGraph()
    let first = graph.node("first")
    let second = graph.node("second", after: [first])
    let third = graph.node("third", after: [second])
    var machine = try RunStateMachine(graph.graph)
    _ = machine.takeReady()
    _ = machine.finish(first, with: .failure(broken))
    #expect(machine[third] == .skipped(.failure(of: first)))
    #expect(machine.takeSkipped() == [second, third])
    #expect(machine.isFinished && machine.outcome.exit == .failed)
  }

  @Test("a guard waits until everything before it is settled, then runs in spite of failures")
  func guardWaits() throws {
    var graph = TestGraph()
    let freeze = graph.node("freeze")
    let cut = graph.node("cut", after: [freeze])
    let thaw = graph.node("thaw", after: [cut], guarding: [freeze])
    var machine = try RunStateMachine(graph.graph)
    _ = machine.takeReady()
    _ = machine.finish(freeze, with: .success(.null))
    #expect(machine.takeReady() == [.start(cut, attempt: 1)])
    _ = machine.finish(cut, with: .failure(broken))
    #expect(machine.takeReady() == [.start(thaw, attempt: 1)])
  }

  @Test("a guard of something that was never started is skipped")
  func guardOfNothing() throws {
    var graph = TestGraph()
    let first = graph.node("first")
    let freeze = graph.node("freeze", after: [first])
    let thaw = graph.node("thaw", guarding: [freeze])
    var machine = try RunStateMachine(graph.graph)
    _ = machine.takeReady()
    _ = machine.finish(first, with: .failure(broken))
    #expect(machine[thaw] == .skipped(.failure(of: first)))
  }

  @Test("goals reached beside failures make a run partial")
  func partial() throws {
    var graph = TestGraph()
    let shop = graph.node("shop")
    let media = graph.node("media")
    var machine = try RunStateMachine(graph.graph)
    _ = machine.takeReady()
    _ = machine.finish(shop, with: .failure(broken))
    _ = machine.finish(media, with: .success(.null))
    #expect(machine.outcome.exit == .partial)
    #expect(machine.close() == .finished(.partial))
  }

  @Test("what does not verify outweighs what failed otherwise")
  func verification() throws {
    var graph = TestGraph()
    let shop = graph.node("shop")
    let media = graph.node("media")
    var machine = try RunStateMachine(graph.graph)
    _ = machine.takeReady()
    _ = machine.finish(shop, with: .failure(broken))
    _ = machine.finish(media, with: .failure(ActionFailure(.verification, "Empty")))
    #expect(machine.outcome.exit == .verificationFailed)
  }

  @Test("nodes start in the order of the longest way to the end, then by id")
  func order() throws {
    var graph = TestGraph()
    let short = graph.node("short")
    let long = graph.node("long")
    let other = graph.node("other")
    graph.node("after long", after: [long])
    var machine = try RunStateMachine(graph.graph)
    #expect(
      machine.takeReady() == [
        .start(long, attempt: 1), .start(short, attempt: 1), .start(other, attempt: 1),
      ])
  }

  @Test("a full slot keeps only those waiting that need it")
  func slots() throws {
    var graph = TestGraph()
    let copies = (0..<3).map { graph.node("copy\($0)", slots: ["mover", "repository:gold"]) }
    let other = graph.node("other")
    let limits = RunLimits(parallelism: 8, slots: ["mover": 2, "repository": 1])
    var machine = try RunStateMachine(graph.graph, limits: limits)
    #expect(machine.takeReady() == [.start(copies[0], attempt: 1), .start(other, attempt: 1)])
    _ = machine.finish(copies[0], with: .success(.null))
    #expect(machine.takeReady() == [.start(copies[1], attempt: 1)])
  }

  @Test("inside a bracket nobody waits for the overall limit")
  func urgent() throws {
    var graph = TestGraph()
    let open = graph.node("open")
    let copy = graph.node("copy")
    let cut = graph.node("cut", after: [open])
    let close = graph.node("close", after: [cut], guarding: [open], slots: ["mover"])
    graph.bracket(open, [cut], close, outlivesRunner: true)
    var machine = try RunStateMachine(graph.graph, limits: RunLimits(parallelism: 1))
    #expect(machine.takeReady() == [.start(open, attempt: 1)])
    _ = machine.finish(open, with: .success(.null))
    #expect(machine.takeReady() == [.start(cut, attempt: 1), .start(copy, attempt: 1)])
    _ = machine.finish(cut, with: .success(.null))
    #expect(machine.takeReady() == [.start(close, attempt: 1)])
  }

  @Test("a graph that cannot be run is refused, with its reason")
  func invalid() {
    var cycle = TestGraph()
    cycle.node("first", after: [NodeID(1)])
    cycle.node("second", after: [NodeID(0)])
    var twins = TestGraph()
    twins.node("same")
    twins.node("same")
    var nowhere = TestGraph()
    nowhere.node("first", after: [NodeID(9)])
    var unguarded = TestGraph()
    let open = unguarded.node("open")
    let close = unguarded.node("close", after: [open])
    unguarded.bracket(open, [], close, outlivesRunner: false)
    for (graph, message) in [
      (cycle, "The graph has a cycle at or before `first`, `second`"),
      (twins, "Two nodes have the address `same`"),
      (nowhere, "An edge leads from n9 to n0, of 1 nodes"),
      (unguarded, "`close` closes a bracket without being its guard"),
    ] {
      let error = #expect(throws: InvalidGraph.self) { try RunStateMachine(graph.graph) }
      #expect(error?.message == message)
    }
  }
}
