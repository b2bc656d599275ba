import Graphs

/// Proves of a graph, before anything runs, that it keeps its promises whatever happens: what no
/// path of edges allows cannot occur.
///
/// Used on every graph that was built, and on every graph that was read from a file.
public struct GraphCheck: Sendable {
  let graph: ExecutionGraph
  /// All edges.
  let order: DirectedGraph
  /// Those that demand success.
  let success: DirectedGraph

  public init(_ graph: ExecutionGraph) {
    self.graph = graph
    let range = 0..<graph.nodes.count
    func edges(_ isWanted: (Edge) -> Bool) -> DirectedGraph {
      DirectedGraph(
        nodeCount: graph.nodes.count,
        edges: graph.edges.compactMap { edge in
          guard isWanted(edge), range.contains(edge.from.rawValue),
            range.contains(edge.to.rawValue), edge.from != edge.to
          else { return nil }
          return DirectedGraph.Edge(source: edge.from.rawValue, target: edge.to.rawValue)
        })
    }
    order = edges { _ in true }
    success = edges { $0.kind == .requires }
  }

  /// Everything that is wrong, the form of the graph first.
  ///
  /// - Complexity: O(*n* + *e*) for nodes and edges, and for each bracket, seal, binding, hook and
  ///   expiry the size of what comes before it.
  public var faults: [GraphFault] {
    let form = formFaults
    // The promises are about paths; in a malformed graph there is no telling.
    return form.isEmpty
      ? quiesceFaults + restoreFaults + surroundingFaults + pointFaults : form
  }

  /// - Throws: All faults together.
  public func verify() throws(GraphFaults) {
    let faults = faults
    guard faults.isEmpty else { throw GraphFaults(faults: faults) }
  }

  func fault(_ rule: GraphFault.Rule, _ id: NodeID, _ message: String) -> GraphFault {
    GraphFault(rule: rule, address: graph[id].address, message: message)
  }

  /// The nodes that come before a node in any run.
  func predecessors(of id: NodeID) -> Set<NodeID> { Self.ancestors(of: id, in: order) }

  /// The nodes whose success a node rests on.
  func foundations(of id: NodeID) -> Set<NodeID> { Self.ancestors(of: id, in: success) }

  /// Whether a node rests on the success of all of `needed`. Seen at once where they come right
  /// before it: a cut in retention expires thousands of points after one seal.
  func rests(_ id: NodeID, on needed: [NodeID]) -> Bool {
    let near = Set(success.predecessors(of: id.rawValue))
    let far = needed.filter { !near.contains($0.rawValue) }
    return far.isEmpty || foundations(of: id).isSuperset(of: far)
  }

  /// Visits no more than what it returns, so that many small plans cost no more than one large.
  private static func ancestors(of id: NodeID, in graph: DirectedGraph) -> Set<NodeID> {
    var found: Set<NodeID> = []
    var open = [id.rawValue]
    while let node = open.popLast() {
      for predecessor in graph.predecessors(of: node)
      where found.insert(NodeID(predecessor)).inserted {
        open.append(predecessor)
      }
    }
    return found
  }
}

/// One promise that a graph does not keep.
public struct GraphFault: Hashable, Sendable, CustomStringConvertible {
  public enum Rule: String, Hashable, Sendable {
    case form
    /// A post-restore hook starts only when its data is there.
    case restoreOrder = "G1"
    /// Nothing stays frozen.
    case unquiesce = "G2"
    /// The unquiesce waits for the cut, never for the copy.
    case shortQuiesce = "G3"
    /// A recovery point is whole or invisible.
    case wholePoint = "G4"
    /// A point goes only when its successor is safely there.
    case safeExpiry = "G6"
    /// Nothing is left behind: what a run pauses, it resumes.
    case leftBehind = "G7"
  }

  public var rule: Rule
  /// The node that the fault shows at; empty for the graph as a whole.
  public var address: String
  public var message: String

  public init(rule: Rule, address: String, message: String) {
    self.rule = rule
    self.address = address
    self.message = message
  }

  public var description: String {
    "\(rule.rawValue): \(message)" + (address.isEmpty ? "" : " (`\(address)`)")
  }
}

/// Why a graph is not run.
public struct GraphFaults: Error, Hashable, Sendable, CustomStringConvertible {
  public var faults: [GraphFault]

  public init(faults: [GraphFault]) { self.faults = faults }

  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
