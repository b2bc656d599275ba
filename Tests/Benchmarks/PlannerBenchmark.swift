import ClusterModel
import Documents
import Planning
import ProtectionModel

extension SyntheticProject {
  /// A diff: change set, graph and rendered report, from what was observed.
  func measure() throws -> String {
    let (plans, observed) = try (desired(), observed())
    let cost = Cost()
    let changes = ChangeSet(desired: plans, observed: observed, at: Self.now)
    let planned = cost.text
    let graph = try ExecutionGraphBuilder(passes: .standard).build(changes)
    let built = cost.text
    let text = TextDiff(changes.report).text
    let took = cost.text
    guard changes.diagnostics.isEmpty, changes.report.summary.create == self.plans else {
      throw Unexpected(summary: changes.report.summary)
    }
    return "claims \(self.plans * claims) \(took) rss \(ResourceUse.sofar.residentBytesMax)"
      + " nodes \(graph.nodes.count) bytes \(text.utf8.count)"
      + " after-changes \(planned) after-graph \(built)"
  }

  private struct Unexpected: Error { let summary: Summary }
}
