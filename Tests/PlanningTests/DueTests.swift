import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("What is due") struct DueTests {
  static func changes(
    _ times: [String], at now: String = "2026-11-22T02:00:00Z",
    retention: RetentionPolicy = RetentionPolicy(), project: Project? = nil,
    cluster: ClusterIdentity = Shop.cluster
  ) throws -> ChangeSet {
    ChangeSet(
      desired: try Shop.plans(retention: retention, project: project),
      observed: Shop.observed(
        catalog: .present(times.map { Shop.point($0, cluster: cluster) })),
      at: Timestamp(now)!)
  }

  static func summary(_ changes: ChangeSet) -> [String] {
    changes.report.changes.map { "\($0.action.rawValue) \($0.address) \($0.reason.rawValue)" }
  }

  @Test("a slot without a point is due")
  func slot() throws {
    #expect(
      Self.summary(try Self.changes(["2026-11-22T01:00:00Z"])) == [
        "create shop/pg@20261122T020000Z slot_due"
      ])
  }

  @Test("a slot that has its point asks for nothing until the next one")
  func filled() throws {
    for now in ["2026-11-22T02:00:07Z", "2026-11-22T02:59:59Z"] {
      #expect(Self.summary(try Self.changes(["2026-11-22T02:00:00Z"], at: now)) == [])
    }
  }

  @Test("a late run fills the newest slot, not the ones it missed")
  func late() throws {
    #expect(
      Self.summary(try Self.changes(["2026-11-21T20:00:00Z"], at: "2026-11-22T02:41:00Z")) == [
        "create shop/pg@20261122T020000Z slot_due"
      ])
  }

  @Test("the points of another cluster's plan of the same name do not count")
  func otherCluster() throws {
    let other = ClusterIdentity(name: "dr", uid: "other", serverVersion: "v1.36.2")
    #expect(
      Self.summary(
        try Self.changes(
          ["2026-11-22T02:00:00Z"], retention: RetentionPolicy(last: 1), cluster: other)) == [
          "create shop/pg@20261122T020000Z slot_due"
        ])
  }

  @Test("retention keeps the newest of each period, and the newest point of all besides")
  func retention() throws {
    let changes = try Self.changes(
      [
        "2026-11-19T02:00:00Z", "2026-11-20T02:00:00Z", "2026-11-20T22:00:00Z",
        "2026-11-21T22:00:00Z", "2026-11-22T01:00:00Z", "2026-11-22T02:00:00Z",
      ], retention: RetentionPolicy(daily: 3))
    #expect(
      Self.summary(changes) == [
        "delete shop/pg@20261119T020000Z retention_expired",
        "delete shop/pg@20261120T020000Z retention_expired",
      ])
  }

  @Test("the last sealed point is never deleted, even for one that is about to be made")
  func lastGood() throws {
    let changes = try Self.changes(
      ["2025-01-01T00:00:00Z"], retention: RetentionPolicy(within: .seconds(1)))
    #expect(Self.summary(changes) == ["create shop/pg@20261122T020000Z slot_due"])
  }

  @Test("without a retention every point stays")
  func noRetention() throws {
    #expect(
      Self.summary(try Self.changes(["2020-01-01T00:00:00Z", "2026-11-22T02:00:00Z"])) == [])
  }

  @Test("above the project's limit nothing at all is deleted")
  func cap() throws {
    let project = Project(
      metadata: Metadata(name: "prod"), source: Shop.place("project.yaml", 22),
      guardrails: Guardrails(maxDeletesPerRun: 1))
    let changes = try Self.changes(
      ["2026-11-20T02:00:00Z", "2026-11-21T02:00:00Z", "2026-11-22T02:00:00Z"],
      retention: RetentionPolicy(within: .seconds(3600)), project: project)
    #expect(changes.report.changes.map(\.code) == ["OP4002", "OP4002"])
    #expect(
      changes.report.changes.first?.facts == [
        "one of 2 to expire; `maxDeletesPerRun` is 1 (project.yaml:22)"
      ])
    #expect(try changes.graph().nodes.isEmpty)
  }

  @Test("in a deny window no point is made, and the diff says why")
  func denied() throws {
    let project = Project(
      metadata: Metadata(name: "prod"), source: Shop.place("project.yaml"),
      guardrails: Guardrails(
        denyWindows: [
          Guardrails.DenyWindow(
            schedule: try CronSchedule("30 1 * * *"), duration: .seconds(7200),
            reason: "market open")
        ]))
    let changes = try Self.changes(["2026-11-22T01:00:00Z"], project: project)
    #expect(changes.report.changes.map(\.code) == ["OP4001"])
    #expect(!changes.report.hasChanges)
    #expect(try changes.graph().nodes.isEmpty)
  }

  @Test("another cluster than the project's gets no plan at all")
  func wrongCluster() throws {
    let project = Project(
      metadata: Metadata(name: "prod"), source: Shop.place("project.yaml"),
      clusters: [Project.Cluster(name: "prod-eu1", uid: "somebody else's")])
    let changes = try Self.changes([], project: project)
    #expect(changes.report.plans.isEmpty)
    #expect(changes.diagnostics.map { $0.code.rawValue } == ["OP4005"])
  }
}
