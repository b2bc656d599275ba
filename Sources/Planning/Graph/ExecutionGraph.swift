/// What an apply will do: nodes, and the edges that say in which order.
///
/// Nodes are stored by ``NodeID``; edges refer to them by it. A graph is a value that can be
/// written to a plan file, reviewed, and run later exactly as it stands.
public struct ExecutionGraph: Hashable, Sendable, Codable {
  public var nodes: [Node]
  public var edges: [Edge]
  /// Spans of nodes between a quiesce and its unquiesce.
  public var brackets: [Bracket]

  public init(nodes: [Node] = [], edges: [Edge] = [], brackets: [Bracket] = []) {
    self.nodes = nodes
    self.edges = edges
    self.brackets = brackets
  }

  public subscript(id: NodeID) -> Node { nodes[id.rawValue] }
}

/// The index of a node in its graph.
public struct NodeID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public let rawValue: Int

  public init(_ rawValue: Int) { self.rawValue = rawValue }

  public static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }

  public var description: String { "n\(rawValue)" }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(Int.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// An order between two nodes.
public struct Edge: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    /// `to` starts after `from` has succeeded; it is skipped where `from` did not.
    case requires
    /// `to` runs whatever became of `from`, as soon as `from` has at least been started.
    ///
    /// A node with an incoming guard edge is a *guard*. It waits until every predecessor is
    /// settled (succeeded, failed or skipped) and is skipped only where none of the nodes it
    /// guards was ever started. Stopping a run does not stop its guards.
    case `guard`
  }

  public var from: NodeID
  public var to: NodeID
  public var kind: Kind

  public init(from: NodeID, to: NodeID, kind: Kind) {
    self.from = from
    self.to = to
    self.kind = kind
  }
}

extension Edge: Comparable {
  public static func < (left: Edge, right: Edge) -> Bool {
    if left.from != right.from { return left.from < right.from }
    if left.to != right.to { return left.to < right.to }
    return left.kind.rawValue < right.kind.rawValue
  }
}

/// The nodes between a quiesce and its unquiesce. They stand or fall together: when a runner dies
/// inside, the next one closes the bracket, undoes the members and begins it again.
public struct Bracket: Hashable, Sendable, Codable {
  /// The quiesce: a session's opening or a freeze.
  public var opening: NodeID
  /// What relies on the quiesce: session steps and cuts.
  public var members: [NodeID]
  /// The unquiesce: a guard of `opening`.
  public var closing: NodeID
  /// Whether the quiesce outlives the runner. A frozen filesystem does; a session does not.
  public var outlivesRunner: Bool

  public init(opening: NodeID, members: [NodeID], closing: NodeID, outlivesRunner: Bool) {
    self.opening = opening
    self.members = members
    self.closing = closing
    self.outlivesRunner = outlivesRunner
  }
}

/// One step of a run.
public struct Node: Hashable, Sendable, Codable {
  public var id: NodeID
  /// Unique in the graph, stable and greppable: `shop/pg/data:cut`.
  public var address: String
  public var action: Action
  /// From the start of one attempt to its end, waits included.
  public var timeoutSeconds: Int
  /// How often the action is tried when its failures are transient; at least 1.
  public var attemptsMax: Int
  /// Names of the limits that running this node counts against: `mover`,
  /// `repository:restic-gold`, `driver:rook-ceph.rbd`.
  public var slots: [String]
  /// What must still hold when the node starts; otherwise the plan is stale.
  public var preconditions: [Precondition]

  public init(
    id: NodeID, address: String, action: Action, timeoutSeconds: Int, attemptsMax: Int = 1,
    slots: [String] = [], preconditions: [Precondition] = []
  ) {
    self.id = id
    self.address = address
    self.action = action
    self.timeoutSeconds = timeoutSeconds
    self.attemptsMax = attemptsMax
    self.slots = slots
    self.preconditions = preconditions
  }
}
