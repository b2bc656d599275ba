import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

/// Whole diffs, as a person sees them: `Golden/<case>/stdout.txt` and `diff.md`.
///
/// `OADP_RECORD=1` writes the files anew instead of comparing them; a review then reads them.
@Suite("Golden diffs") struct GoldenTests {
  enum Case: String, CaseIterable {
    case firstPoint = "first-point"
    case noChanges = "no-changes"
    case restore, uncovered, expiry, blocked, freeze, group
    case ungrouped = "group-fallback"
  }

  static func changes(_ name: Case) throws -> ChangeSet {
    func diff(_ plans: PlanSet, _ observed: Observation, at now: String = "2026-11-22T02:00:00Z")
      -> ChangeSet
    {
      ChangeSet(desired: plans, observed: observed, at: Timestamp(now)!)
    }
    let entries = [
      "2026-11-19T23:00:00Z", "2026-11-21T22:00:00Z", "2026-11-21T23:00:00Z",
      "2026-11-22T00:00:00Z", "2026-11-22T01:00:00Z",
    ].map { Shop.point($0) }
    switch name {
    case .firstPoint: return diff(try Shop.plans(), Shop.observed())
    case .noChanges:
      return diff(
        try Shop.plans(), Shop.observed(catalog: .present([Shop.point("2026-11-22T02:00:00Z")])),
        at: "2026-11-22T02:19:00Z")
    case .restore: return try RestoreGraphTests.changes()
    case .uncovered:
      var observed = Shop.observed(catalog: .present([Shop.point("2026-11-22T02:00:00Z")]))
      observed.cluster.claims.append(Shop.claim("wiki-data", in: "legacy", gibibytes: 40))
      observed.cluster.pods.append(
        ObservedPod(
          namespace: "legacy", name: "wiki-1", uid: "u", labels: [:], phase: "Running",
          isReady: true, containers: ["wiki"], claims: ["wiki-data"], owner: "Deployment/wiki"))
      return diff(try Shop.plans(), observed)
    case .expiry: return diff(try Shop.plans(), Shop.observed(catalog: .present(entries)))
    case .blocked:
      let project = Project(
        metadata: Metadata(name: "prod"), source: Shop.place("project.yaml", 22),
        guardrails: Guardrails(maxDeletesPerRun: 1))
      return diff(
        try Shop.plans(project: project), Shop.observed(catalog: .present(entries)))
    case .group:
      return diff(
        try GroupPlanTests.plans(hooks: [HookUse(blueprint: "fsfreeze")]),
        GroupPlanTests.observed())
    case .ungrouped:
      return diff(try GroupPlanTests.plans(.preferred), GroupPlanTests.observed(version: nil))
    case .freeze:
      return diff(try Shop.plans(hooks: [HookUse(blueprint: "fsfreeze")]), Shop.observed())
    }
  }

  static let header = DiffHeader(
    version: "0.1.0", commit: "8c1d2ee", isDirty: true, observedAt: "2026-11-22T02:00:07Z")

  @Test("a diff looks as it was reviewed", arguments: Case.allCases)
  func text(name: Case) throws {
    let text = TextDiff(try Self.changes(name).report, header: Self.header).text
    try Golden.compare(text, with: "\(name.rawValue)/stdout.txt")
  }

  @Test("a diff in Markdown looks as it was reviewed", arguments: [Case.expiry, .restore])
  func markdown(name: Case) throws {
    let changes = try Self.changes(name)
    let text = MarkdownDiff(
      changes.report, header: Self.header, graph: try changes.graph()
    ).text
    try Golden.compare(text, with: "\(name.rawValue)/diff.md")
  }
}
