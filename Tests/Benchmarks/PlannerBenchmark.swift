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
    let summary = changes.report.summary
    guard changes.diagnostics.isEmpty, summary.create == self.plans,
      summary.delete == self.plans * (self.points - kept)
    else {
      throw Unexpected(summary: summary)
    }
    let peak = ResourceUse.sofar.residentBytesMax
    return "claims \(self.plans * claims) expiries \(summary.delete) \(took) rss \(peak)"
      + " nodes \(graph.nodes.count) bytes \(text.utf8.count)"
      + " after-changes \(planned) after-graph \(built)"
  }

  private struct Unexpected: Error { let summary: Summary }
}
