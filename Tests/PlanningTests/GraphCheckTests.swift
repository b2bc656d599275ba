import ClusterModel
import Planning
import Testing

@Suite("Graph check") struct GraphCheckTests {
  static func protection() throws -> ExecutionGraph {
    let entries = [
      "2026-11-19T23:00:00Z", "2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z",
      "2026-11-22T01:00:00Z",
    ]
    return try ChangeSet(
      desired: Shop.plans(),
      observed: Shop.observed(catalog: .present(entries.map { Shop.point($0) })), at: Shop.now
    ).graph()
  }

  static func faults(_ graph: ExecutionGraph) -> [String] {
    GraphCheck(graph).faults.map(\.description)
  }

  /// The graph without the edges between two addresses.
  static func cutting(
    _ graph: ExecutionGraph, _ from: String, _ to: String
  ) throws -> ExecutionGraph {
    var cut = graph
    cut.edges.removeAll { graph[$0.from].address == from && graph[$0.to].address == to }
    try #require(cut.edges.count < graph.edges.count)
    return cut
  }

  @Test("what the builder makes has no fault")
  func sound() throws {
    #expect(Self.faults(try Self.protection()) == [])
    #expect(Self.faults(try RestoreGraphTests.changes().graph()) == [])
  }

  @Test(
    "a missing edge that protection needs is found",
    arguments: [
      (
        "shop/pg:open", "shop/pg:close",
        "G2: No guard edge leads from a quiesce to its unquiesce (`shop/pg:open`)"
      ),
      (
        "shop/pg/wal:cut", "shop/pg:close",
        "G3: The unquiesce does not wait for this node (`shop/pg/wal:cut`)"
      ),
      (
        "shop/pg:close", "shop/pg/data:expose",
        "G3: Work on the cut does not wait for the unquiesce (`shop/pg/data:expose`)"
      ),
      (
        "shop/pg:begin", "shop/pg/data:cut",
        "G3: It does not wait for the quiesce it relies on (`shop/pg/data:cut`)"
      ),
      (
        "shop/pg/wal:copy", "shop/pg:seal",
        "G4: A point is sealed before everything in it has succeeded (`shop/pg:seal`)"
      ),
      (
        "shop/pg:seal", "shop/pg@20261119T230000Z:expire",
        "G6: A point expires before its successor is sealed (`shop/pg@20261119T230000Z:expire`)"
      ),
      (
        "shop/pg/data:expose", "shop/pg/data:retract",
        "G2: A guard guards nothing (`shop/pg/data:retract`)"
      ),
    ])
  func missingEdge(from: String, to: String, fault: String) throws {
    let faults = Self.faults(try Self.cutting(try Self.protection(), from, to))
    #expect(faults.contains(fault))
  }

  @Test(
    "a missing edge that a restore needs is found",
    arguments: [
      (
        "shop/pg-back/data:artifact.label", "shop/pg-back/data:bind",
        "G1: A claim is bound before its data is there (`shop/pg-back/data:bind`)"
      ),
      (
        "shop/pg-back/wal:bind", "shop/pg-back:objects",
        "G1: A workload is made before its volumes are bound (`shop/pg-back:objects`)"
      ),
      (
        "shop/pg-back:await.postgres", "shop/pg-back:check.rows",
        "G1: A hook runs before its workload is ready on its volumes (`shop/pg-back:check.rows`)"
      ),
    ])
  func missingRestoreEdge(from: String, to: String, fault: String) throws {
    let graph = try RestoreGraphTests.changes().graph()
    #expect(Self.faults(try Self.cutting(graph, from, to)).contains(fault))
  }

  @Test("an unquiesce that waits for a copy is found")
  func longQuiesce() throws {
    var graph = try Self.cutting(try Self.protection(), "shop/pg:close", "shop/pg/data:expose")
    let copy = try #require(graph.node("shop/pg/data:copy"))
    let close = try #require(graph.node("shop/pg:close"))
    graph.edges.append(Edge(from: copy.id, to: close.id, kind: .requires))
    #expect(
      Self.faults(graph).contains(
        "G3: The unquiesce `shop/pg:close` waits for it (`shop/pg/data:copy`)"))
  }

  @Test("a quiesce without a bracket is found")
  func noBracket() throws {
    var graph = try Self.protection()
    graph.brackets = []
    #expect(Self.faults(graph) == ["G2: A quiesce without a bracket (`shop/pg:open`)"])
  }

  @Test("nodes that wait for each other are named in their order")
  func circle() throws {
    var graph = try ChangeSet(
      desired: Shop.plans(hooks: []), observed: Shop.observed(), at: Shop.now
    ).graph()
    let seal = try #require(graph.node("shop/pg:seal"))
    let capture = try #require(graph.node("shop/pg:capture"))
    graph.edges.append(Edge(from: seal.id, to: capture.id, kind: .requires))
    #expect(
      Self.faults(graph) == [
        "form: Nodes wait for each other: `shop/pg:capture` → `shop/pg:seal`"
      ])
  }

  @Test("ids, edges and references that lead nowhere are found before anything follows them")
  func hostile() throws {
    var graph = try Self.protection()
    graph.edges.append(Edge(from: NodeID(-1), to: NodeID(9999), kind: .guard))
    graph.brackets.append(
      Bracket(opening: NodeID(1 << 40), members: [], closing: NodeID(0), outlivesRunner: false))
    graph.nodes[0].timeoutSeconds = 0
    graph.nodes[1].address = graph.nodes[0].address
    #expect(
      Self.faults(graph) == [
        "form: A timeout of 0 s (`repository/restic-gold:ensure`)",
        "form: Two nodes share an address (`repository/restic-gold:ensure`)",
        "form: An edge leads from n-1 to n9999", "form: A bracket names n\(1 << 40)",
      ])
  }
}
