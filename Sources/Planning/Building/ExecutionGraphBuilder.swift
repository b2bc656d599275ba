/// Expands a change set to the graph that an apply runs.
///
/// Each pass adds one kind of node and its edges; they are named, and run in reading order.
public struct ExecutionGraphBuilder: Sendable {
  private let passes: GraphPasses

  public init(passes: GraphPasses) { self.passes = passes }

  /// - Returns: A graph that has passed ``GraphCheck``.
  /// - Throws: ``GraphFaults``, which then are this program's own mistake.
  public func build(_ changes: ChangeSet) throws(GraphFaults) -> ExecutionGraph {
    var draft = GraphDraft()
    for work in changes.protections {
      var nodes = ProtectionNodes(work: work)
      draft.plan = work.plan
      for pass in passes.protection { pass.body(&nodes, &draft) }
    }
    for work in changes.restorations {
      var nodes = RestoreNodes(work: work)
      draft.plan = work.plan
      for pass in passes.restore { pass.body(&nodes, &draft) }
    }
    let graph = draft.finished()
    try GraphCheck(graph).verify()
    return graph
  }
}

/// The passes that a builder runs for each plan.
public struct GraphPasses: Sendable {
  let protection: [GraphPass<ProtectionNodes>]
  let restore: [GraphPass<RestoreNodes>]

  public static let standard = GraphPasses(
    protection: [
      .repositories, .quiesce, .cuts, .unquiesce, .captures, .copies, .releases,
      .groupReleases, .seals, .expiries,
    ],
    restore: [
      .checks, .pauses, .namespace, .earlyObjects, .stages, .artifacts, .bindings, .lateObjects,
      .workloads, .hooks, .resumes,
    ])

  /// What the passes do, in their order: `repositories`, `quiesce`, …
  public var names: [String] { protection.map(\.name) + restore.map(\.name) }
}

/// One kind of node, and the edges it needs.
struct GraphPass<Nodes>: Sendable {
  let name: String
  let body: @Sendable (inout Nodes, inout GraphDraft) -> Void
}
