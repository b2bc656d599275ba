public import Planning

/// A graph of applications as plans make them, drawn from a seed: brackets with steps and cuts,
/// copies behind them, guards that remove the cuts, and plain nodes between.
public struct RandomGraph: Sendable {
  /// What a node does to the world of a test.
  public enum Role: Hashable, Sendable {
    case plain, capture
    case release(of: NodeID)
    case copy(of: NodeID)
    case opening(Int)
    case step(Int)
    case cut(Int)
    case closing(Int)
  }

  public let graph: ExecutionGraph
  public let roles: [Role]

  public init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var draft = Draft()
    let setup = draft.add("setup", .plain)
    for application in 0..<Int.random(in: 1...3, using: &random) {
      draft.addApplication(application, after: setup, using: &random)
    }
    for index in 0..<Int.random(in: 0...4, using: &random) {
      let before = draft.ordinary.filter { _ in random.oneIn(4) }
      draft.add("extra\(index)", .plain, after: before)
    }
    graph = draft.builder.graph
    roles = draft.roles
  }

  private struct Draft {
    var builder = TestGraph()
    var roles: [Role] = []

    /// Plain nodes, which any other plain node may come after.
    var ordinary: [NodeID] {
      roles.indices.filter { roles[$0] == .plain }.map(NodeID.init)
    }

    @discardableResult
    mutating func add(
      _ address: String, _ role: Role, after requires: [NodeID] = [], guarding: [NodeID] = [],
      slots: [String] = []
    ) -> NodeID {
      roles.append(role)
      let action: Action =
        switch role {
        case .cut: TestGraph.cut(address)
        case .capture: TestGraph.capture
        default: .ensureNamespace(EnsureNamespace(name: "shop"))
        }
      return builder.node(
        address, after: requires, guarding: guarding, attempts: 3, slots: slots, action: action)
    }

    mutating func addApplication(
      _ index: Int, after setup: NodeID, using random: inout SeededGenerator
    ) {
      let name = "app\(index)"
      let opening = add("\(name):open", .opening(index), after: [setup])
      var members = [add("\(name):begin", .step(index), after: [opening])]
      var cuts: [NodeID] = []
      for cut in 0..<Int.random(in: 1...3, using: &random) {
        let isLate = random.oneIn(3)
        let after = isLate ? members : [members[0]]
        let node = add("\(name)/\(cut):cut", .cut(index), after: after, slots: ["driver:rbd"])
        members.append(node)
        cuts.append(node)
      }
      let closing = add("\(name):close", .closing(index), after: members, guarding: [opening])
      builder.bracket(opening, members, closing, outlivesRunner: random.oneIn(2))
      var ends = [closing]
      for cut in cuts {
        let copy = add("\(cut):copy", .copy(of: cut), after: [cut, closing], slots: ["mover"])
        add("\(cut):release", .release(of: cut), after: [copy], guarding: [cut])
        ends.append(copy)
      }
      let capture = add("\(name):capture", .capture, after: [setup])
      add("\(name):seal", .plain, after: ends + [capture])
    }
  }
}
