import Planning

/// The edges of a graph by node, both ways, as dense arrays.
struct Topology: Sendable {
  /// One end of an edge, seen from the other.
  struct Link: Sendable {
    var node: Int32
    var isGuard: Bool

    var index: Int { Int(node) }
  }

  /// Every node after all of its predecessors.
  let order: [Int32]
  private let outgoing: Adjacency
  private let incoming: Adjacency

  /// - Throws: Where an edge leads nowhere or edges form a cycle.
  /// - Complexity: O(nodes + edges).
  init(_ graph: ExecutionGraph) throws(InvalidGraph) {
    let count = graph.nodes.count
    for edge in graph.edges {
      guard (0..<count).contains(edge.from.rawValue), (0..<count).contains(edge.to.rawValue) else {
        throw InvalidGraph("An edge leads from \(edge.from) to \(edge.to), of \(count) nodes")
      }
    }
    outgoing = Adjacency(graph.edges, count: count, from: \.from, to: \.to)
    incoming = Adjacency(graph.edges, count: count, from: \.to, to: \.from)
    order = Self.sorted(count: count, outgoing: outgoing, incoming: incoming)
    guard order.count == count else {
      let sorted = Set(order)
      let left = graph.nodes.filter { !sorted.contains(Int32($0.id.rawValue)) }.prefix(3)
      let names = left.map { "`\($0.address)`" }.joined(separator: ", ")
      throw InvalidGraph("The graph has a cycle at or before \(names)")
    }
  }

  func successors(of node: Int) -> ArraySlice<Link> { outgoing[node] }
  func predecessors(of node: Int) -> ArraySlice<Link> { incoming[node] }

  /// For every node the number of nodes on the longest way from it to an end, itself included.
  func pathLengths() -> [Int32] {
    var lengths = [Int32](repeating: 1, count: order.count)
    for node in order.reversed() {
      for link in outgoing[Int(node)] {
        lengths[Int(node)] = max(lengths[Int(node)], lengths[link.index] + 1)
      }
    }
    return lengths
  }

  private static func sorted(count: Int, outgoing: Adjacency, incoming: Adjacency) -> [Int32] {
    var missing = (0..<count).map { incoming[$0].count }
    var order = (0..<count).filter { missing[$0] == 0 }.map(Int32.init)
    order.reserveCapacity(count)
    var next = 0
    while next < order.count {
      for link in outgoing[Int(order[next])] {
        missing[link.index] -= 1
        if missing[link.index] == 0 { order.append(link.node) }
      }
      next += 1
    }
    return order
  }
}

/// For every node a slice of one shared array.
private struct Adjacency: Sendable {
  private var starts: [Int32]
  private var links: [Topology.Link]

  init(
    _ edges: [Edge], count: Int, from: (Edge) -> NodeID, to: (Edge) -> NodeID
  ) {
    starts = Array(repeating: 0, count: count + 1)
    for edge in edges { starts[from(edge).rawValue + 1] += 1 }
    for index in 0..<count { starts[index + 1] += starts[index] }
    var next = starts
    links = Array(repeating: Topology.Link(node: 0, isGuard: false), count: edges.count)
    for edge in edges {
      let start = from(edge).rawValue
      links[Int(next[start])] = Topology.Link(
        node: Int32(to(edge).rawValue), isGuard: edge.kind == .guard)
      next[start] += 1
    }
  }

  subscript(node: Int) -> ArraySlice<Topology.Link> {
    links[Int(starts[node])..<Int(starts[node + 1])]
  }
}

/// Why a graph cannot be run: it was not made by this program, or was changed since.
public struct InvalidGraph: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}
