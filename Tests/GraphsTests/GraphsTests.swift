import Graphs
import Testing

@Suite("Order of a graph") struct OrderTests {
  @Test("the smallest free node comes next")
  func smallestFirst() throws {
    #expect(try graph(5, [(4, 0), (3, 1), (0, 1)]).topologicalOrder() == [2, 3, 4, 0, 1])
  }

  @Test("an empty graph has an empty order")
  func empty() throws {
    #expect(try graph(0, []).topologicalOrder() == [])
    #expect(graph(0, []).cycle() == nil)
  }

  @Test("edges between the same two nodes count each")
  func parallelEdges() throws {
    let doubled = graph(2, [(0, 1), (0, 1)])
    #expect(try doubled.topologicalOrder() == [0, 1])
    #expect(Array(doubled.incomingEdges(of: 1)) == [0, 1])
  }

  @Test("a cycle is told in the direction of its edges, from its smallest node")
  func cycle() {
    let knot = graph(6, [(0, 5), (5, 3), (3, 2), (2, 5), (2, 4)])
    #expect(knot.cycle() == [2, 5, 3])
    #expect(throws: CycleError.self) { try knot.topologicalOrder() }
    #expect(throws: CycleError.self) { try knot.transitiveReduction() }
    #expect { try knot.topologicalOrder() } throws: {
      "\($0)" == "The graph has a cycle: 2 → 5 → 3 → 2"
    }
  }

  @Test("a node that follows itself is a cycle of one")
  func selfLoop() {
    #expect(graph(2, [(1, 1)]).cycle() == [1])
  }

  @Test("a builder hands out nodes and edges in order")
  func builder() {
    var builder = DirectedGraph.Builder(nodeCount: 1)
    #expect(builder.addNode() == 1)
    #expect(builder.connect(0, to: 1) == 0)
    #expect(builder.connect(0, to: 1) == 1)
    let built = DirectedGraph(builder)
    #expect(built.nodeCount == 2)
    #expect(built.edgeCount == 2)
    #expect(built[edge: 1] == DirectedGraph.Edge(source: 0, target: 1))
    #expect(Array(built.successors(of: 0)) == [1, 1])
    #expect(Array(built.predecessors(of: 1)) == [0, 0])
    #expect(built.keeping(edges: [1]) == graph(2, [(0, 1)]))
  }

  @Test("a long chain takes no recursion")
  func longChain() throws {
    let count = 100_000
    var builder = DirectedGraph.Builder(nodeCount: count)
    for node in 1..<count { builder.connect(node, to: node - 1) }
    let chain = DirectedGraph(builder)
    #expect(try chain.topologicalOrder().first == count - 1)
    #expect(chain.cycle() == nil)
    #expect(try chain.criticalPath { _ in 1 }.length == count)
    #expect(try chain.transitiveReduction().count == count - 1)
    #expect(chain.ancestors(of: [0]).count == count - 1)
  }
}

@Suite("Reach in a graph") struct ReachTests {
  let diamond = graph(5, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)])

  @Test("descendants and ancestors leave out where they start")
  func reach() {
    #expect(diamond.descendants(of: [0]) == [1, 2, 3])
    #expect(diamond.descendants(of: [1, 2]) == [3])
    #expect(diamond.ancestors(of: [3]) == [0, 1, 2])
    #expect(diamond.ancestors(of: [4]) == [])
    #expect(graph(2, [(0, 1), (1, 0)]).descendants(of: [0]) == [0, 1])
  }

  @Test("the reduction drops an edge that a longer way says already")
  func reduction() throws {
    #expect(try diamond.transitiveReduction() == [0, 1, 2, 3])
    #expect(try graph(2, [(0, 1), (0, 1)]).transitiveReduction() == [0])
  }

  @Test("an edge that is not plain is kept and implies nothing")
  func reductionOfPlainEdges() throws {
    // 0 → 1 ⇢ 2 and 0 → 2: only the dotted edge could say that 2 comes after 0.
    let mixed = graph(3, [(0, 1), (1, 2), (0, 2)])
    #expect(try mixed.transitiveReduction { $0 != 1 } == [0, 1, 2])
    #expect(try mixed.transitiveReduction { $0 != 2 } == [0, 1, 2])
    #expect(try mixed.transitiveReduction() == [0, 1])
  }

  @Test("the critical path is the heaviest, and of equals the one over smaller nodes")
  func criticalPath() throws {
    let path = try diamond.criticalPath { [1, 2, 5, 1, 3][$0] }
    #expect(path.nodes == [0, 2, 3])
    #expect(path.length == 7)
    #expect(try diamond.criticalPath { _ in Duration.seconds(1) }.nodes == [0, 1, 3])
    #expect(try graph(0, []).criticalPath { _ in 1 }.nodes == [])
  }
}

@Suite("Random graphs") struct RandomGraphTests {
  @Test("hold the laws of order, reach and length", arguments: UInt64(1)...200)
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let graph = generator.acyclicGraph()
    #expect(graph.cycle() == nil)

    let order = try graph.topologicalOrder()
    #expect(order.sorted() == Array(graph.nodes))
    let rank = Dictionary(uniqueKeysWithValues: zip(order, 0...))
    for edge in graph.edges.map({ graph[edge: $0] }) {
      #expect(try #require(rank[edge.source]) < #require(rank[edge.target]))
    }

    let kept = try graph.transitiveReduction()
    let reduced = graph.keeping(edges: kept)
    for node in graph.nodes {
      #expect(reduced.descendants(of: [node]) == graph.descendants(of: [node]))
    }
    for dropped in reduced.edges {
      let fewer = reduced.keeping(edges: reduced.edges.filter { $0 != dropped })
      let source = reduced[edge: dropped].source
      #expect(fewer.descendants(of: [source]) != reduced.descendants(of: [source]))
    }

    let path = try graph.criticalPath { $0 % 7 }
    #expect(path.nodes.map { $0 % 7 }.reduce(0, +) == path.length)
    for (source, target) in zip(path.nodes, path.nodes.dropFirst()) {
      #expect(graph.successors(of: source).contains(target))
    }
    #expect(path.length == longestWay(of: graph))
  }

  @Test("an edge back from a descendant closes a cycle", arguments: UInt64(1)...100)
  func cycles(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let graph = generator.acyclicGraph()
    guard let start = graph.nodes.first(where: { !graph.descendants(of: [$0]).isEmpty }),
      let end = graph.descendants(of: [start]).last
    else { return }
    let edges = graph.edges.map { graph[edge: $0] } + [.init(source: end, target: start)]
    let knot = DirectedGraph(nodeCount: graph.nodeCount, edges: edges)
    let cycle = try #require(knot.cycle())
    for (source, target) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) {
      #expect(knot.successors(of: source).contains(target))
    }
    #expect(Set(cycle).count == cycle.count)
  }

  /// By trying every way, remembering results: slow, plain, and written differently.
  private func longestWay(of graph: DirectedGraph) -> Int {
    var known: [Int: Int] = [:]
    func longest(from node: Int) -> Int {
      if let length = known[node] { return length }
      let length = node % 7 + (graph.successors(of: node).map { longest(from: $0) }.max() ?? 0)
      known[node] = length
      return length
    }
    return graph.nodes.map { longest(from: $0) }.max() ?? 0
  }
}
