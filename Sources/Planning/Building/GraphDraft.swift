import ClusterModel

/// A graph in the making.
struct GraphDraft {
  private(set) var graph = ExecutionGraph()
  private var addresses: Set<String> = []
  private var edges: Set<Edge> = []
  /// The nodes that make sure of a repository, by its name.
  var repositories: [String: NodeID] = [:]
  /// Whose nodes are being added.
  var plan: PlanKey?

  /// - Returns: The new node's id. An address that is taken gets a number behind it.
  mutating func add(
    _ address: String, _ action: Action, timeout seconds: Int, attempts: Int = 1,
    slots: [String] = [], preconditions: [Precondition] = []
  ) -> NodeID {
    var unique = address
    var number = 2
    while !addresses.insert(unique).inserted {
      unique = "\(address)~\(number)"
      number += 1
    }
    let id = NodeID(graph.nodes.count)
    var slots = slots
    // What several plans share is no plan's work.
    if let plan, action.operation != .ensureRepository { slots.append(SlotNames.application(plan)) }
    graph.nodes.append(
      Node(
        id: id, address: unique, action: action, timeoutSeconds: seconds, attemptsMax: attempts,
        slots: slots, preconditions: preconditions))
    return id
  }

  /// Adds an edge once; a guard edge makes a second, weaker one between the same nodes needless.
  mutating func connect(_ from: NodeID, to: NodeID, as kind: Edge.Kind = .requires) {
    let edge = Edge(from: from, to: to, kind: kind)
    guard !edges.contains(Edge(from: from, to: to, kind: .guard)), edges.insert(edge).inserted
    else { return }
    graph.edges.append(edge)
  }

  mutating func connect(_ from: some Sequence<NodeID>, to: NodeID, as kind: Edge.Kind = .requires) {
    for node in from { connect(node, to: to, as: kind) }
  }

  mutating func add(_ bracket: Bracket) { graph.brackets.append(bracket) }

  /// Nodes may have been connected in any order: the edges are sorted, so that equal work gives
  /// equal bytes.
  mutating func finished() -> ExecutionGraph {
    graph.edges.sort()
    return graph
  }
}

/// How long things may take, in seconds.
enum NodeTimeout {
  static let repository = 120
  static let session = 60
  static let cut = 600
  static let expose = 600
  static let copy = 4 * 3600
  static let retract = 600
  static let release = 300
  static let capture = 300
  static let seal = 300
  static let expire = 300
  static let namespace = 120
  static let stage = 600
  static let artifact = 600
  static let bind = 600
  static let objects = 300
  static let gitOps = 120
  static let workload = 1800
}
