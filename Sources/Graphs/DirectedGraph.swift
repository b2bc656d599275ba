/// A directed graph on the nodes `0..<nodeCount`, fixed once built.
///
/// Nodes and edges are dense indices, so that callers keep what they know of them in arrays of
/// their own. Edges are numbered in the order in which they were connected; two nodes may be
/// connected more than once.
///
/// - Complexity: memory is linear in nodes and edges: 8 bytes a node and 16 bytes an edge.
public struct DirectedGraph: Hashable, Sendable {
  public struct Edge: Hashable, Sendable {
    public let source: Int
    public let target: Int

    public init(source: Int, target: Int) {
      self.source = source
      self.target = target
    }
  }

  /// Collects edges; ``DirectedGraph/init(_:)`` then sorts them once.
  public struct Builder: Sendable {
    public private(set) var nodeCount: Int
    fileprivate var sources: [Int32] = []
    fileprivate var targets: [Int32] = []

    /// - Parameter nodeCount: how many nodes there are before the first ``addNode()``.
    public init(nodeCount: Int = 0) {
      self.nodeCount = nodeCount
    }

    /// - Returns: the new node's index.
    public mutating func addNode() -> Int {
      nodeCount += 1
      return nodeCount - 1
    }

    /// Adds an edge from `source` to `target`: `target` comes after `source`.
    ///
    /// - Returns: the new edge's index.
    @discardableResult
    public mutating func connect(_ source: Int, to target: Int) -> Int {
      precondition(
        source >= 0 && source < nodeCount && target >= 0 && target < nodeCount,
        "edge \(source) → \(target) leaves the \(nodeCount) nodes")
      sources.append(Int32(source))
      targets.append(Int32(target))
      return sources.count - 1
    }
  }

  private let sources: [Int32]
  private let targets: [Int32]
  private let outgoing: Adjacency
  private let incoming: Adjacency

  /// - Complexity: O(nodes + edges)
  public init(_ builder: Builder) {
    sources = builder.sources
    targets = builder.targets
    outgoing = Adjacency(edgesBy: builder.sources, nodeCount: builder.nodeCount)
    incoming = Adjacency(edgesBy: builder.targets, nodeCount: builder.nodeCount)
  }

  public init(nodeCount: Int, edges: [Edge]) {
    var builder = Builder(nodeCount: nodeCount)
    for edge in edges { builder.connect(edge.source, to: edge.target) }
    self.init(builder)
  }
}

extension DirectedGraph {
  public var nodeCount: Int { outgoing.nodeCount }
  public var edgeCount: Int { sources.count }
  public var nodes: Range<Int> { 0..<nodeCount }
  public var edges: Range<Int> { 0..<edgeCount }

  public subscript(edge edge: Int) -> Edge {
    Edge(source: Int(sources[edge]), target: Int(targets[edge]))
  }

  /// The edges that leave `node`, in ascending order of their indices.
  public func outgoingEdges(of node: Int) -> EdgeList { outgoing[node] }

  /// The edges that arrive at `node`, in ascending order of their indices.
  public func incomingEdges(of node: Int) -> EdgeList { incoming[node] }

  /// The nodes that come right after `node`, once for each edge.
  public func successors(of node: Int) -> some Sequence<Int> {
    outgoing[node].lazy.map { Int(targets[$0]) }
  }

  /// The nodes that come right before `node`, once for each edge.
  public func predecessors(of node: Int) -> some Sequence<Int> {
    incoming[node].lazy.map { Int(sources[$0]) }
  }

  /// The same nodes with the chosen edges only, renumbered in the given order.
  public func keeping(edges chosen: some Sequence<Int>) -> DirectedGraph {
    var builder = Builder(nodeCount: nodeCount)
    for edge in chosen { builder.connect(self[edge: edge].source, to: self[edge: edge].target) }
    return DirectedGraph(builder)
  }
}

/// The edges at one side of one node.
public struct EdgeList: RandomAccessCollection, Hashable, Sendable {
  fileprivate let slice: ArraySlice<Int32>

  public var startIndex: Int { slice.startIndex }
  public var endIndex: Int { slice.endIndex }
  public subscript(position: Int) -> Int { Int(slice[position]) }
}

/// Compressed rows: the edges of node `n` are `edges[starts[n]..<starts[n + 1]]`.
private struct Adjacency: Hashable, Sendable {
  let starts: [Int32]
  let edges: [Int32]

  init(edgesBy nodeOfEdge: [Int32], nodeCount: Int) {
    var starts = [Int32](repeating: 0, count: nodeCount + 1)
    for node in nodeOfEdge { starts[Int(node) + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    var next = starts
    var edges = [Int32](repeating: 0, count: nodeOfEdge.count)
    for (edge, node) in nodeOfEdge.enumerated() {
      edges[Int(next[Int(node)])] = Int32(edge)
      next[Int(node)] += 1
    }
    self.starts = starts
    self.edges = edges
  }

  var nodeCount: Int { starts.count - 1 }

  subscript(node: Int) -> EdgeList {
    EdgeList(slice: edges[Int(starts[node])..<Int(starts[node + 1])])
  }
}
