import ClusterModel
import Diagnostics
import Documents
import Foundation
import Planning
import ProtectionModel
import Testing

/// Not a timed test: prints what a large project costs when asked to with `OADP_SCALE=1`.
@Suite("Scale, by hand") struct ScaleByHand {
  static let isAsked = ProcessInfo.processInfo.environment["OADP_SCALE"] != nil

  @Test("500 plans, 5000 claims and 200000 points are planned", .enabled(if: isAsked))
  func large() throws {
    let (plans, observed) = try Self.project(plans: 500, claims: 10, points: 400)
    let clock = ContinuousClock()
    var changes: ChangeSet?
    let planned = clock.measure {
      changes = ChangeSet(desired: plans, observed: observed, at: Shop.now)
    }
    let set = try #require(changes)
    var graph = ExecutionGraph()
    let built = try clock.measure { graph = try set.graph() }
    var text = ""
    let rendered = clock.measure { text = TextDiff(set.report).text }
    print("changes \(planned), graph of \(graph.nodes.count) nodes \(built)")
    print("text of \(text.utf8.count) bytes \(rendered)")
    #expect(set.report.summary.create == 500)
    #expect(set.diagnostics == [])
  }

  static func project(
    plans: Int, claims: Int, points: Int
  ) throws -> (PlanSet, Observation) {
    var desired = try Shop.plans(hooks: [])
    var observed = Shop.observed(claims: [])
    let template = desired.protectionPlans[0]
    var entries: [CatalogEntry] = []
    desired.protectionPlans = (0..<plans).map { number in
      var plan = template
      plan.metadata = Metadata(name: "app", namespace: String(format: "ns-%04d", number))
      plan.select = WorkloadSelection(claims: ["data-*"])
      plan.volumes = []
      return plan
    }
    for number in 0..<plans {
      let namespace = String(format: "ns-%04d", number)
      observed.cluster.namespaces.append(
        ObservedNamespace(name: namespace, uid: namespace, labels: [:], isTerminating: false))
      for claim in 0..<claims {
        observed.cluster.claims.append(Shop.claim("data-\(claim)", in: namespace))
      }
      for age in 1...points {
        var entry = Shop.point((Shop.now - .seconds(3600 * age)).description)
        entry.point.plan = PlanKey(namespace: namespace, name: "app")
        entries.append(entry)
      }
    }
    observed.catalogs = [RepositoryCatalog(repository: "restic-gold", state: .present(entries))]
    return (desired, observed)
  }
}
