import Documents
import Execution
import Planning
import RunTesting
import Testing

@Suite("Places in limits") struct PlaceTests {
  static let oneMover = RunLimits(parallelism: 8, slots: ["mover": 1], countsOthers: true)

  static func copies(_ names: String...) -> ExecutionGraph {
    var graph = TestGraph()
    for name in names {
      graph.node(name, attempts: 2, slots: ["mover"], action: TestGraph.copy(name))
    }
    return graph.graph
  }

  static func mover(_ address: String? = nil) -> PlaceHolder {
    PlaceHolder(description: "Job movers/x", slots: ["mover"], address: address)
  }

  /// The addresses of what starts now.
  static func started(_ machine: inout RunStateMachine) -> [String] {
    machine.takeReady().compactMap { command in
      if case .start(let node, _) = command { machine.graph[node].address } else { nil }
    }
  }

  @Test("nothing that others could count starts before they are looked at")
  func lookFirst() throws {
    var machine = try RunStateMachine(Self.copies("a"), limits: Self.oneMover)
    #expect(Self.started(&machine) == [])
    #expect(machine.needsLook && machine.limitedSlots == ["mover"])
    machine.observe([])
    #expect(Self.started(&machine) == ["a"])
    #expect(!machine.needsLook)
  }

  @Test("a mover of another run takes a place, until it is seen no more")
  func others() throws {
    var machine = try RunStateMachine(Self.copies("a"), limits: Self.oneMover)
    _ = machine.takeReady()
    machine.observe([Self.mover()])
    #expect(Self.started(&machine) == [])
    #expect(
      machine.crowded == [
        CrowdedNode(node: NodeID(0), slot: "mover", places: 1, taken: 1, takenByOthers: 1)
      ])
    machine.observe([])
    #expect(Self.started(&machine) == ["a"])
  }

  @Test("the objects of running nodes are not counted twice")
  func once() throws {
    let limits = RunLimits(slots: ["mover": 2], countsOthers: true)
    var machine = try RunStateMachine(Self.copies("a", "b"), limits: limits)
    _ = machine.takeReady()
    machine.observe([])
    #expect(Self.started(&machine) == ["a", "b"])
    machine.observe([Self.mover("a"), Self.mover("b")])
    _ = machine.finish(NodeID(0), with: .failure(ActionFailure(.transient, "Lost")))
    _ = machine.takeReady()
    machine.observe([Self.mover("b")])
    #expect(Self.started(&machine) == ["a"])
  }

  @Test("a failed node gives its place back, and its next try adopts what it left")
  func failed() throws {
    var machine = try RunStateMachine(Self.copies("a", "b"), limits: Self.oneMover)
    _ = machine.takeReady()
    machine.observe([])
    #expect(Self.started(&machine) == ["a"])
    _ = machine.finish(NodeID(0), with: .failure(ActionFailure(.transient, "Timed out")))
    #expect(Self.started(&machine) == [])
    machine.observe([Self.mover("a")])
    #expect(Self.started(&machine) == ["a"], "its own Job is no reason to wait")
    _ = machine.finish(NodeID(0), with: .failure(ActionFailure(.permanent, "Lost")))
    _ = machine.takeReady()
    machine.observe([Self.mover("a")])
    #expect(Self.started(&machine) == [], "the Job of a node that was given up still runs")
    machine.observe([])
    #expect(Self.started(&machine) == ["b"])
  }

  @Test("a restarted runner counts what the one before left at work")
  func restarted() throws {
    var machine = try RunStateMachine(Self.copies("a", "b"), limits: Self.oneMover)
    try machine.replay(.started(NodeID(1), attempt: 1))
    _ = machine.resume()
    _ = machine.takeReady()
    machine.observe([Self.mover("b")])
    #expect(Self.started(&machine) == ["b"], "only the Job's own node may go on with it")
  }

  @Test("a bracket opens only when its cuts have places, and is never held for others")
  func brackets() throws {
    var graph = TestGraph()
    let open = graph.node("open")
    let cut = graph.node("cut", after: [open], slots: ["driver:rbd"], action: TestGraph.cut("cut"))
    let close = graph.node("close", after: [cut], guarding: [open])
    graph.bracket(open, [cut], close, outlivesRunner: true)
    let limits = RunLimits(slots: ["driver": 1], countsOthers: true)
    let busy = [PlaceHolder(description: "VolumeSnapshot shop/x", slots: ["driver:rbd"])]
    var machine = try RunStateMachine(graph.graph, limits: limits)
    _ = machine.takeReady()
    machine.observe(busy)
    #expect(Self.started(&machine) == [])
    machine.observe([])
    #expect(Self.started(&machine) == ["open"])
    machine.observe(busy)
    _ = machine.finish(open, with: .success(.null))
    #expect(Self.started(&machine) == ["cut"])
  }

  @Test("a plan holds its place from its first node to its last, the longest plan first")
  func plans() throws {
    var graph = TestGraph()
    func chain(_ plan: String, _ length: Int) -> [NodeID] {
      var nodes: [NodeID] = []
      for index in 0..<length {
        nodes.append(
          graph.node(
            "\(plan)\(index)", after: nodes.suffix(1).map { $0 },
            slots: ["application:shop/\(plan)"]))
      }
      return nodes
    }
    let short = chain("short", 1)
    let long = chain("long", 2)
    graph.node("shared")
    var machine = try RunStateMachine(
      graph.graph, limits: RunLimits(slots: ["application": 1]))
    #expect(Self.started(&machine) == ["long0", "shared"])
    _ = machine.finish(long[0], with: .success(.null))
    #expect(Self.started(&machine) == ["long1"])
    _ = machine.finish(long[1], with: .failure(ActionFailure(.permanent, "Lost")))
    #expect(Self.started(&machine) == ["short0"], "a failed plan gives its place back")
    _ = machine.finish(short[0], with: .success(.null))
  }

  @Test("a resumed run first goes on with the plans that it had begun")
  func resumedPlans() throws {
    var graph = TestGraph()
    graph.node("a0", slots: ["application:shop/a"])
    graph.node("b0", slots: ["application:shop/b"])
    graph.node("b1", after: [NodeID(1)], slots: ["application:shop/b"])
    graph.node("c0", slots: ["application:shop/c"])
    graph.node("c1", after: [NodeID(3)], slots: ["application:shop/c"])
    graph.node("c2", after: [NodeID(4)], slots: ["application:shop/c"])
    var machine = try RunStateMachine(graph.graph, limits: RunLimits(slots: ["application": 1]))
    try machine.replay(.started(NodeID(1), attempt: 1))
    try machine.replay(.succeeded(NodeID(1), result: .null))
    _ = machine.resume()
    #expect(Self.started(&machine) == ["b1"])
  }

  @Test("plans that wait for each other count as one")
  func entangled() throws {
    var graph = TestGraph()
    let first = graph.node("a0", slots: ["application:shop/a"])
    graph.node("b0", after: [first], slots: ["application:shop/b"])
    graph.node("a1", after: [NodeID(1)], slots: ["application:shop/a"])
    var machine = try RunStateMachine(graph.graph, limits: RunLimits(slots: ["application": 1]))
    #expect(Self.started(&machine) == ["a0"])
    _ = machine.finish(first, with: .success(.null))
    #expect(Self.started(&machine) == ["b0"])
  }

  @Test("plans at work in other runs count")
  func otherPlans() throws {
    var graph = TestGraph()
    graph.node("a0", slots: ["application:shop/a"])
    let limits = RunLimits(slots: ["application": 2], countsOthers: true)
    var machine = try RunStateMachine(graph.graph, limits: limits)
    func holder(_ plan: String) -> PlaceHolder {
      PlaceHolder(description: "Job movers/\(plan)", slots: ["mover", "application:shop/\(plan)"])
    }
    #expect(Self.started(&machine) == [] && machine.needsLook)
    machine.observe([holder("x"), holder("x"), holder("y")])
    #expect(Self.started(&machine) == [])
    #expect(machine.crowded.map(\.takenByOthers) == [2])
    machine.observe([holder("x"), holder("a")])
    #expect(Self.started(&machine) == [], "the same plan in another run is at work there")
    machine.observe([holder("x")])
    #expect(Self.started(&machine) == ["a0"])
  }

  @Test("the bandwidth of all movers is divided among those that may run at once")
  func bandwidth() {
    var work = WorkLimits()
    work.bytesPerSecond = 400 << 20
    work.movers = 8
    #expect(RunLimits(work).moverBytesPerSecond(work) == 50 << 20)
    #expect(RunLimits(work, movers: 2).moverBytesPerSecond(work) == 200 << 20, "a flag wins")
    #expect(RunLimits(work).parallelism == RunLimits.parallelismDefault)
  }
}
