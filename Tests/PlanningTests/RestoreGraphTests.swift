import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Graphs that restore") struct RestoreGraphTests {
  static let options = PlanningOptions(targets: [], restores: .only([Shop.restoreKey]))

  static func changes(
    _ restore: RestorePlan = Shop.restore(), claims: [ObservedClaim] = [],
    entries: [CatalogEntry] = [Shop.point("2026-11-22T01:00:00Z")], hasWorkload: Bool = false
  ) throws -> ChangeSet {
    ChangeSet(
      desired: try Shop.plans(restores: [restore]),
      observed: Shop.observed(
        claims: claims, catalog: .present(entries), hasWorkload: hasWorkload), at: Shop.now,
      options: options)
  }

  @Test("a hook runs only when its data is there: fill, artifact, bind, workload, check")
  func order() throws {
    let graph = try Self.changes().graph()
    #expect(
      graph.arrows == [
        "shop/pg-back/data:artifact.label -> shop/pg-back/data:bind",
        "shop/pg-back/data:artifact.label -> shop/pg-back/data:retract",
        "shop/pg-back/data:bind -> shop/pg-back/data:retract",
        "shop/pg-back/data:bind -> shop/pg-back:await.postgres",
        "shop/pg-back/data:bind -> shop/pg-back:objects",
        "shop/pg-back/data:fill -> shop/pg-back/data:artifact.label",
        "shop/pg-back/data:fill -> shop/pg-back/data:retract",
        "shop/pg-back/data:stage -> shop/pg-back/data:fill",
        "shop/pg-back/data:stage ~> shop/pg-back/data:retract",
        "shop/pg-back/wal:bind -> shop/pg-back/wal:retract",
        "shop/pg-back/wal:bind -> shop/pg-back:await.postgres",
        "shop/pg-back/wal:bind -> shop/pg-back:objects",
        "shop/pg-back/wal:fill -> shop/pg-back/wal:bind",
        "shop/pg-back/wal:fill -> shop/pg-back/wal:retract",
        "shop/pg-back/wal:stage -> shop/pg-back/wal:fill",
        "shop/pg-back/wal:stage ~> shop/pg-back/wal:retract",
        "shop/pg-back:await.postgres -> shop/pg-back:check.rows",
        "shop/pg-back:namespace -> shop/pg-back/data:bind",
        "shop/pg-back:namespace -> shop/pg-back/wal:bind",
        "shop/pg-back:namespace -> shop/pg-back:objects",
        "shop/pg-back:namespace -> shop/pg-back:objects.early",
        "shop/pg-back:objects -> shop/pg-back:await.postgres",
        "shop/pg-back:objects.check -> shop/pg-back/data:stage",
        "shop/pg-back:objects.check -> shop/pg-back/wal:stage",
        "shop/pg-back:objects.check -> shop/pg-back:namespace",
        "shop/pg-back:objects.early -> shop/pg-back:objects",
      ])
  }

  @Test("secrets come before the volumes, workloads after them")
  func objects() throws {
    let graph = try Self.changes().graph()
    func names(_ address: String) -> [String] {
      guard case .restoreObjects(let restore)? = graph.node(address)?.action else { return [] }
      return restore.objects.map { "\($0.kind)/\($0.name)" }
    }
    #expect(names("shop/pg-back:objects.early") == ["Secret/pg"])
    #expect(names("shop/pg-back:objects") == ["StatefulSet/postgres"])
  }

  @Test("a restore to another namespace makes copies", arguments: ["shop", "legacy"])
  func copies(namespace: String) throws {
    var plan = Shop.restore()
    plan.target.namespace = namespace
    let graph = try Self.changes(plan).graph()
    guard case .restoreObjects(let restore)? = graph.node("shop/pg-back:objects")?.action else {
      Issue.record("no objects")
      return
    }
    #expect(restore.isCopy == (namespace == "shop" ? nil : true))
  }

  @Test("a restore that has been done asks for nothing, also when newer points were made since")
  func done() throws {
    let mark = "shop/pg-back@20261122T010000Z"
    let changes = try Self.changes(
      claims: [
        Shop.claim("data-postgres-0", restoredFrom: mark),
        Shop.claim("wal-postgres-0", restoredFrom: mark),
      ],
      entries: [Shop.point("2026-11-22T01:00:00Z"), Shop.point("2026-11-22T02:00:00Z")],
      hasWorkload: true)
    #expect(changes.report.changes.isEmpty)
    #expect(!changes.report.hasChanges)
    #expect(try changes.graph().nodes.isEmpty)
  }

  @Test("a restore that lost its workload makes only what is missing")
  func workloadMissing() throws {
    let mark = "shop/pg-back@20261122T010000Z"
    let graph = try Self.changes(
      claims: [
        Shop.claim("data-postgres-0", restoredFrom: mark),
        Shop.claim("wal-postgres-0", restoredFrom: mark),
      ]
    ).graph()
    #expect(
      graph.nodes.map(\.address) == [
        "shop/pg-back:objects.check", "shop/pg-back:namespace", "shop/pg-back:objects.early",
        "shop/pg-back:objects", "shop/pg-back:await.postgres", "shop/pg-back:check.rows",
      ])
  }

  @Test(
    "a claim that did not come from this restore is never overwritten",
    arguments: [nil, "shop/other@20261122T010000Z", "nonsense"])
  func foreign(mark: String?) throws {
    let changes = try Self.changes(
      claims: [Shop.claim("data-postgres-0", restoredFrom: mark)])
    #expect(changes.report.changes.map(\.code) == ["OP4006"])
    #expect(changes.report.changes.map(\.action) == [.blocked])
    #expect(try changes.graph().nodes.isEmpty)
  }

  @Test("a diff of a whole project restores nothing")
  func notNamed() throws {
    let changes = ChangeSet(
      desired: try Shop.plans(restores: [Shop.restore()]),
      observed: Shop.observed(
        claims: [], catalog: .present([Shop.point("2026-11-22T01:00:00Z")])), at: Shop.now)
    #expect(changes.report.plans.map(\.kind) == ["ProtectionPlan"])
  }

  @Test(
    "the point is the newest that answers the request",
    arguments: [
      (RestoreOrigin.Point.latest, "20261122T010000Z"),
      (.asOf(Timestamp("2026-11-22T00:30:00Z")!), "20261122T000000Z"),
      (.named("20261121T230000Z"), "20261121T230000Z"),
    ])
  func choice(point: RestoreOrigin.Point, name: String) throws {
    let changes = try Self.changes(
      Shop.restore(point: point),
      entries: ["2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z", "2026-11-22T01:00:00Z"]
        .map { Shop.point($0) })
    #expect(changes.report.plans.first?.headline.first == "from shop/pg@\(name)")
  }

  @Test("a request that no point answers is a mistake that names the newest points")
  func noPoint() throws {
    let changes = try Self.changes(Shop.restore(point: .named("20200101T000000Z")))
    #expect(
      changes.diagnostics.map(\.message) == [
        "Recovery point `shop/pg@20200101T000000Z` does not exist"
      ])
    #expect(
      changes.diagnostics.map(\.hint) == [
        "the newest are `20261122T010000Z` (Application)"
      ])
    #expect(changes.diagnostics.map { $0.code.rawValue } == ["OP3014"])
  }

  @Test("a point without the artifact that its hook promised is not started")
  func artifactMissing() throws {
    let changes = try Self.changes(
      entries: [Shop.point("2026-11-22T01:00:00Z", artifacts: [])])
    #expect(
      changes.diagnostics.map(\.message) == [
        "Recovery point `20261122T010000Z` holds no artifact `backup_label`, without which volume "
          + "`data` must not be started"
      ])
  }

  @Test("a point that was cut without the hook needs none of its artifacts")
  func crashConsistent() throws {
    let graph = try Self.changes(
      entries: [Shop.point("2026-11-22T01:00:00Z", consistency: "Volume", artifacts: [])]
    ).graph()
    #expect(graph.node("shop/pg-back/data:artifact.label") == nil)
    #expect(graph.arrows.contains("shop/pg-back/data:fill -> shop/pg-back/data:bind"))
  }
}
