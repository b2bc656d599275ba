import ClusterModel
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Graphs that protect") struct ProtectionGraphTests {
  @Test("a session holds the application from its first step to its guard, and for no copy")
  func session() throws {
    let graph = try ChangeSet(desired: Shop.plans(), observed: Shop.observed(), at: Shop.now)
      .graph()
    #expect(
      graph.arrows == [
        "repository/restic-gold:ensure -> shop/pg:capture",
        "repository/restic-gold:ensure -> shop/pg:open",
        "shop/pg/data:copy -> shop/pg/data:release",
        "shop/pg/data:copy -> shop/pg/data:retract",
        "shop/pg/data:copy -> shop/pg:seal",
        "shop/pg/data:cut -> shop/pg/data:expose",
        "shop/pg/data:cut -> shop/pg:close",
        "shop/pg/data:cut -> shop/pg:end",
        "shop/pg/data:cut ~> shop/pg/data:release",
        "shop/pg/data:expose -> shop/pg/data:copy",
        "shop/pg/data:expose ~> shop/pg/data:retract",
        "shop/pg/data:retract -> shop/pg/data:release",
        "shop/pg/wal:copy -> shop/pg/wal:release",
        "shop/pg/wal:copy -> shop/pg/wal:retract",
        "shop/pg/wal:copy -> shop/pg:seal",
        "shop/pg/wal:cut -> shop/pg/wal:expose",
        "shop/pg/wal:cut -> shop/pg:close",
        "shop/pg/wal:cut ~> shop/pg/wal:release",
        "shop/pg/wal:expose -> shop/pg/wal:copy",
        "shop/pg/wal:expose ~> shop/pg/wal:retract",
        "shop/pg/wal:retract -> shop/pg/wal:release",
        "shop/pg:begin -> shop/pg/data:cut",
        "shop/pg:begin -> shop/pg:close",
        "shop/pg:begin -> shop/pg:seal",
        "shop/pg:begin ~> shop/pg:end",
        "shop/pg:capture -> shop/pg:seal",
        "shop/pg:close -> shop/pg/data:expose",
        "shop/pg:close -> shop/pg/wal:expose",
        "shop/pg:close -> shop/pg:seal",
        "shop/pg:end -> shop/pg/wal:cut",
        "shop/pg:end -> shop/pg:close",
        "shop/pg:end -> shop/pg:seal",
        "shop/pg:open -> shop/pg:begin",
        "shop/pg:open ~> shop/pg:close",
      ])
    let bracket = try #require(graph.brackets.first)
    #expect(graph.brackets.count == 1)
    #expect(graph[bracket.opening].address == "shop/pg:open")
    #expect(
      bracket.members.map { graph[$0].address } == [
        "shop/pg:begin", "shop/pg:end", "shop/pg/data:cut", "shop/pg/wal:cut",
      ])
    #expect(graph[bracket.closing].address == "shop/pg:close")
    #expect(!bracket.outlivesRunner)
  }

  @Test("a freeze is armed with its own thaw and outlives the runner")
  func freeze() throws {
    let plans = try Shop.plans(hooks: [HookUse(blueprint: "fsfreeze")])
    let graph = try ChangeSet(desired: plans, observed: Shop.observed(), at: Shop.now).graph()
    guard case .execute(let freeze)? = graph.node("shop/pg:freeze")?.action,
      case .execute(let thaw)? = graph.node("shop/pg:thaw")?.action
    else {
      Issue.record("no freeze or no thaw")
      return
    }
    #expect(freeze.deadman?.afterSeconds == 30)
    #expect(freeze.deadman?.command == ["fsfreeze", "-u", "/data"])
    #expect(freeze.deadman?.marker == thaw.disarms)
    #expect(thaw.toleratedOutputs == ["Invalid argument"])
    #expect(graph.node("shop/pg:thaw")?.timeoutSeconds == 120)
    #expect(graph.node("shop/pg/data:cut")?.timeoutSeconds == 30)
    #expect(graph.brackets.map(\.outlivesRunner) == [true])
    #expect(graph.arrows.contains("shop/pg:freeze ~> shop/pg:thaw"))
    #expect(graph.arrows.contains("shop/pg/wal:cut -> shop/pg:thaw"))
  }

  @Test("without hooks volumes are cut at once, as soon as the repository is known to be there")
  func noHooks() throws {
    let graph = try ChangeSet(
      desired: Shop.plans(hooks: []), observed: Shop.observed(), at: Shop.now
    ).graph()
    #expect(graph.brackets.isEmpty)
    #expect(graph.arrows.contains("repository/restic-gold:ensure -> shop/pg/data:cut"))
    #expect(graph.node("shop/pg/data:cut")?.attemptsMax == 3)
  }

  @Test("the seal knows between which steps each cut must lie")
  func windows() throws {
    let graph = try ChangeSet(desired: Shop.plans(), observed: Shop.observed(), at: Shop.now)
      .graph()
    guard case .sealPoint(let seal)? = graph.node("shop/pg:seal")?.action else {
      Issue.record("no seal")
      return
    }
    let windows = try #require(seal.bracket).windows.map { window in
      [window.volume, graph[window.after].address, window.before.map { graph[$0].address } ?? "-"]
    }
    #expect(
      windows == [["data", "shop/pg:begin", "shop/pg:end"], ["wal", "shop/pg:end", "-"]])
    #expect(seal.bracket?.consistency == "Application")
    #expect(seal.slot == "2026-11-22T02:00:00Z")
    #expect(seal.tags == ["oadp-plan", "plan=shop/pg", "point=20261122T020000Z"])
    #expect(seal.artifactSteps.map { graph[$0].address } == ["shop/pg:end"])
  }

  @Test("a cut is of the very claim that was planned for")
  func preconditions() throws {
    let graph = try ChangeSet(desired: Shop.plans(), observed: Shop.observed(), at: Shop.now)
      .graph()
    #expect(
      graph.node("shop/pg/data:cut")?.preconditions == [
        Precondition(
          ObjectReference(.claim, namespace: "shop", name: "data-postgres-0"),
          uid: "uid-data-postgres-0", fields: ["spec.volumeName": "pv-data-postgres-0"])
      ])
  }

  @Test(
    "names derive from the evaluation, so a later one never takes a half-made object for its own")
  func names() throws {
    func snapshot(at now: Timestamp) throws -> String? {
      let graph = try ChangeSet(desired: Shop.plans(), observed: Shop.observed(), at: now).graph()
      guard case .cutVolume(let cut)? = graph.node("shop/pg/data:cut")?.action else { return nil }
      return cut.snapshotName
    }
    let first = try #require(try snapshot(at: Shop.now))
    #expect(first == "op-64f006a330-data")
    #expect(try snapshot(at: Shop.now) == first)
    #expect(try snapshot(at: Shop.now + .seconds(1)) != first)
  }

  @Test("a point that outlived its retention goes only when the new one is sealed")
  func expiry() throws {
    let entries = [
      Shop.point("2026-11-20T01:00:00Z"), Shop.point("2026-11-21T23:00:00Z"),
      Shop.point("2026-11-22T00:00:00Z"), Shop.point("2026-11-22T01:00:00Z"),
    ]
    let graph = try ChangeSet(
      desired: Shop.plans(), observed: Shop.observed(catalog: .present(entries)), at: Shop.now
    ).graph()
    #expect(
      graph.arrows.filter { $0.contains(":expire") } == [
        "shop/pg:seal -> shop/pg@20261120T010000Z:expire",
        "shop/pg:seal -> shop/pg@20261121T230000Z:expire",
      ])
  }
}
