import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Groups in plans") struct GroupPlanTests {
  static func plans(
    _ atomic: VolumeGroup.Atomicity = .required, hooks: [HookUse] = [], expect: Int? = 2,
    isWhole: Bool = true
  ) throws -> PlanSet {
    var plans = try Shop.plans(hooks: hooks)
    plans.protectionPlans[0].groups = [
      VolumeGroup(name: "all", groupClass: "rbd-group", atomic: atomic, expectMembers: expect)
    ]
    for index in plans.protectionPlans[0].volumes.indices where isWhole || index == 0 {
      plans.protectionPlans[0].volumes[index].group = "all"
    }
    return plans
  }

  static func observed(version: String? = "v1", driver: String = "rbd.csi") -> Observation {
    var observed = Shop.observed()
    observed.cluster.groupSnapshots = version.map {
      ObservedGroupSnapshots(
        version: $0,
        classes: [
          ObservedSnapshotClass(
            name: "rbd-group", driver: driver, isDefault: true, deletionPolicy: "Delete",
            labels: [:])
        ])
    }
    return observed
  }

  private static func changes(_ plans: PlanSet, _ observed: Observation = observed()) -> ChangeSet {
    ChangeSet(desired: plans, observed: observed, at: Shop.now)
  }

  private static func findings(_ plans: PlanSet, _ observed: Observation = observed()) -> [String] {
    changes(plans, observed).diagnostics.map { "\($0.code.rawValue): \($0.message)" }
  }

  @Test("a group is one cut, which every member's exposure and the one release refer to")
  func graph() throws {
    let graph = try Self.changes(Self.plans()).graph()
    #expect(
      graph.arrows.filter { $0.contains("all:") || $0.contains(":cut") } == [
        "repository/restic-gold:ensure -> shop/pg/all:cut",
        "shop/pg/all:cut -> shop/pg/data:expose",
        "shop/pg/all:cut -> shop/pg/wal:expose",
        "shop/pg/all:cut ~> shop/pg/all:release",
        "shop/pg/data:copy -> shop/pg/all:release",
        "shop/pg/data:retract -> shop/pg/all:release",
        "shop/pg/wal:copy -> shop/pg/all:release",
        "shop/pg/wal:retract -> shop/pg/all:release",
      ])
    guard case .cutGroup(let cut)? = graph.node("shop/pg/all:cut")?.action else {
      Issue.record("no cut of a group")
      return
    }
    #expect(cut.members.map(\.volumeName) == ["pv-data-postgres-0", "pv-wal-postgres-0"])
    #expect(
      graph.node("shop/pg/all:cut")?.preconditions.map(\.uid) == [
        "uid-data-postgres-0", "uid-wal-postgres-0",
      ])
    #expect(graph.node("shop/pg/data:cut") == nil)
    #expect(GraphCheck(graph).faults == [])
  }

  @Test("the version that the server prefers is asked for", arguments: ["v1", "v1beta1"])
  func version(name: String) throws {
    let graph = try Self.changes(Self.plans(), Self.observed(version: name)).graph()
    guard case .cutGroup(let cut)? = graph.node("shop/pg/all:cut")?.action else {
      Issue.record("no cut of a group")
      return
    }
    #expect(cut.snapshot.type == .groupSnapshot(name))
  }

  @Test("a group is a single member of its bracket")
  func bracket() throws {
    let graph = try Self.changes(Self.plans(hooks: [HookUse(blueprint: "fsfreeze")])).graph()
    let bracket = try #require(graph.brackets.first)
    #expect(bracket.members.map { graph[$0].address } == ["shop/pg/all:cut"])
    guard case .sealPoint(let seal)? = graph.node("shop/pg:seal")?.action else {
      Issue.record("no seal")
      return
    }
    #expect(seal.bracket?.windows.map(\.volume) == ["data", "wal"])
    #expect(seal.bracket?.consistency == "Group")
  }

  @Test("a seal whose volume the group does not cut is refused")
  func missingMember() throws {
    var graph = try Self.changes(Self.plans()).graph()
    let index = try #require(graph.nodes.firstIndex { $0.address == "shop/pg/all:cut" })
    guard case .cutGroup(var cut) = graph.nodes[index].action else { return }
    cut.members.removeLast()
    graph.nodes[index].action = .cutGroup(cut)
    #expect(
      GraphCheck(graph).faults.map(\.message) == ["Volume `wal` is sealed without a cut and a copy"]
    )
  }

  @Test("a cluster without group snapshots cannot have a group that must be atomic")
  func notServed() throws {
    #expect(
      Self.findings(try Self.plans(), Self.observed(version: nil)) == [
        "OP3016: Group `all` needs one atomic cut, and the cluster serves no group snapshots"
      ])
  }

  @Test("a group that would rather be atomic is cut volume by volume, and says so")
  func fallback() throws {
    let changes = Self.changes(try Self.plans(.preferred), Self.observed(version: nil))
    #expect(changes.diagnostics.isEmpty)
    let point = try #require(changes.report.changes.first)
    #expect(
      point.facts == [
        "Volume", "22 GiB in 2 volumes",
        "group `all` volume by volume: the cluster serves no group snapshots",
      ])
    let graph = try changes.graph()
    #expect(graph.node("shop/pg/data:cut") != nil)
    #expect(graph.node("shop/pg/all:cut") == nil)
  }

  @Test("a group that leaves a volume out makes no point of one instant")
  func partial() throws {
    let changes = Self.changes(try Self.plans(expect: 1, isWhole: false))
    #expect(changes.report.changes.first?.facts.first == "Volume")
    #expect(try changes.graph().node("shop/pg/all:cut") != nil)
  }

  @Test("required consistency that only the group would reach is out of reach without it")
  func requirement() throws {
    var plans = try Self.plans(.preferred)
    plans.policies[0].settings.require.consistency = .group
    #expect(
      Self.findings(plans, Self.observed(version: nil)) == [
        "OP2022: `Group` is required, the hooks reach `Volume`"
      ])
    #expect(Self.findings(plans) == [])
  }

  @Test("the class must be there, and be that of the members' driver")
  func classes() throws {
    #expect(
      Self.findings(try Self.plans(), Self.observed(driver: "nfs.csi")) == [
        "OP3019: VolumeGroupSnapshotClass `rbd-group` of group `all` is for driver `nfs.csi`, "
          + "claim `shop/data-postgres-0` has `rbd.csi`"
      ])
    var observed = Self.observed()
    observed.cluster.groupSnapshots?.classes = []
    #expect(
      Self.findings(try Self.plans(.preferred), observed) == [
        "OP3002: VolumeGroupSnapshotClass `rbd-group` is not in the cluster (group `all`)"
      ])
  }

  @Test("all members have one driver")
  func drivers() throws {
    var observed = Self.observed()
    observed.cluster.claims[1].driver = "cephfs.csi"
    #expect(
      Self.findings(try Self.plans(), observed) == [
        "OP3019: VolumeGroupSnapshotClass `rbd-group` of group `all` is for driver `rbd.csi`, "
          + "claim `shop/wal-postgres-0` has `cephfs.csi`"
      ])
  }

  @Test("members cannot be cut at different steps of a session")
  func split() throws {
    #expect(
      Self.findings(try Self.plans(hooks: [HookUse(blueprint: "postgres-hot")])) == [
        "OP3019: Blueprint `postgres-hot` cuts volumes `data` and `wal` of group `all` at "
          + "different steps"
      ])
  }

  @Test("members need no VolumeSnapshotClass of their own")
  func noSnapshotClass() throws {
    var plans = try Self.plans()
    plans.protectionPlans[0].volumes[0].snapshotClass = nil
    var observed = Self.observed()
    observed.cluster.snapshotClasses = []
    #expect(Self.findings(plans, observed) == [])
  }

  @Test("the number of members is what the plan expects")
  func count() throws {
    #expect(
      Self.findings(try Self.plans(expect: 3)) == [
        "OP3012: Group `all` has 2 members, not 3"
      ])
  }
}
