public import Planning

/// What is known of other runs' share in the limits, and who waits because of it.
struct OtherRuns: Sendable {
  let areCounted: Bool
  /// Slots that must have a place left by everybody before the node starts, by node. A cut inside
  /// a bracket asks nobody: its opening has asked for it, before anything was held.
  let asked: [Int: [Int32]]
  /// Nodes whose objects take places in the eyes of others.
  private let shared: Set<Int>
  private let nodeAt: [String: Int]
  /// Nodes that hold places now.
  var holding: Set<Int> = []
  /// Whether others were looked at just now.
  var areKnown = false
  /// How often places of ours became free: a look from before that does not know what they left.
  var generation = 0
  /// Ranks of nodes that wait until others are looked at.
  var unseen: [Int32] = []
  /// Ranks of nodes that found no place left, and the slot that is full.
  var crowded: [(rank: Int32, slot: Int32)] = []
  /// Slots that a node's own object of an earlier try takes: it will adopt it.
  var leftovers: [Int: [String]] = [:]

  init(_ graph: ExecutionGraph, limits: RunLimits, slotsOf: [[Int32]], isUrgent: [Bool]) {
    areCounted = limits.countsOthers
    guard areCounted else {
      (asked, shared, nodeAt) = ([:], [], [:])
      return
    }
    let shared = graph.nodes.indices.filter {
      graph.nodes[$0].action.takesSharedPlaces && !slotsOf[$0].isEmpty
    }
    var asked: [Int: [Int32]] = [:]
    for node in shared where !isUrgent[node] { asked[node] = slotsOf[node] }
    var inside: Set<NodeID> = []
    for bracket in graph.brackets { inside.formUnion([bracket.opening] + bracket.members) }
    let held = Set(graph.edges.lazy.filter { inside.contains($0.from) }.map(\.to))
    // The opening of a second hook comes when the first one holds the application already.
    for bracket in graph.brackets where !held.contains(bracket.opening) {
      let needed = Set(bracket.members.flatMap { slotsOf[$0.rawValue] })
      if !needed.isEmpty { asked[bracket.opening.rawValue] = needed.sorted() }
    }
    self.asked = asked
    self.shared = Set(shared)
    nodeAt = Dictionary(
      shared.map { (graph.nodes[$0].address, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func isShared(_ node: Int) -> Bool { shared.contains(node) }

  func node(at address: String?) -> Int? { address.flatMap { nodeAt[$0] } }

  mutating func clear() {
    (holding, areKnown, unseen, crowded, leftovers) = ([], false, [], [], [:])
  }
}

/// Something in the cluster that takes places in limits: a mover that has not finished, a snapshot
/// that is not ready.
public struct PlaceHolder: Hashable, Sendable {
  /// For people: `Job movers/op-91c0-data of run 20261122T020000Z-5f3a09c1`.
  public var description: String
  public var slots: [String]
  /// The node of *this* run that made it; `nil` for everybody else's.
  public var address: String?

  public init(description: String, slots: [String], address: String? = nil) {
    self.description = description
    self.slots = slots
    self.address = address
  }
}

extension Action {
  /// Whether the action makes an object that takes places for as long as it is at work, whatever
  /// becomes of the runner.
  public var takesSharedPlaces: Bool {
    switch operation {
    case .cutVolume, .cutGroup, .copyVolume, .fillVolume, .writeArtifact: true
    default: false
    }
  }
}
