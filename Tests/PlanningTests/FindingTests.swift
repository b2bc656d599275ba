import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("What the world lacks") struct FindingTests {
  static func findings(_ change: (inout Observation) -> Void) throws -> [String] {
    var observed = Shop.observed()
    change(&observed)
    let changes = ChangeSet(desired: try Shop.plans(), observed: observed, at: Shop.now)
    #expect(try changes.graph().nodes.isEmpty)
    #expect(changes.report.plans.map(\.state) == [.failed])
    return changes.diagnostics.map { "\($0.span): \($0.code.rawValue): \($0.message)" }
  }

  private static let place = "plans/shop/pg.yaml:1:1"

  @Test("a claim that is not bound")
  func notBound() throws {
    #expect(
      try Self.findings { $0.cluster.claims[0].phase = "Pending" } == [
        "\(Self.place): OP3010: Claim `shop/data-postgres-0` is Pending, not Bound"
      ])
  }

  @Test("a volume that no driver can cut, and another without a class: both at once")
  func drivers() throws {
    #expect(
      try Self.findings {
        $0.cluster.claims[0].driver = nil
        $0.cluster.claims[1].driver = "nfs.csi"
      } == [
        "\(Self.place): OP3002: No VolumeSnapshotClass for driver `nfs.csi` "
          + "(claim `shop/wal-postgres-0`)",
        "\(Self.place): OP3004: The volume of claim `shop/data-postgres-0` has no CSI driver that "
          + "could cut it",
      ])
  }

  @Test("a repository that cannot be read is not taken for an empty one")
  func unreadable() throws {
    #expect(
      try Self.findings {
        $0.catalogs = [
          RepositoryCatalog(repository: "restic-gold", state: .unreadable("wrong password"))
        ]
      } == [
        "\(Self.place): OP3005: Repository `restic-gold` cannot be read: wrong password"
      ])
  }

  @Test("a bucket that movers have no credentials for")
  func noCredentials() throws {
    for credentials in [StorageLocation.S3.Credentials.environment, .webIdentity] {
      let s3 = StorageLocation.S3(
        endpoint: "https://s3.example.net", bucket: "points", credentials: credentials)
      let changes = ChangeSet(
        desired: try Shop.plans(store: .s3(s3)), observed: Shop.observed(), at: Shop.now)
      #expect(
        changes.diagnostics.map { "\($0.code.rawValue): \($0.message)" } == [
          "OP3005: Movers have no credentials for repository `restic-gold`: its storage location "
            + "names no Secret"
        ])
    }
  }

  @Test("a missing workload, and with it an empty selection")
  func noWorkload() throws {
    #expect(
      try Self.findings {
        $0.cluster.workloads = []
        $0.cluster.pods = []
      } == [
        "\(Self.place): OP3011: StatefulSet `shop/postgres` is not in the cluster",
        "\(Self.place): OP3012: Volume `data` matches no claim: the selection in `shop` has no "
          + "`data-postgres-*`",
        "\(Self.place): OP3012: Volume `wal` matches no claim: the selection in `shop` has no "
          + "`wal-postgres-*`",
        "\(Self.place): OP3013: Hook `postgres-hot` has no ready pod to run in",
      ])
  }

  @Test("several pods that may be primary, until a probe has picked one")
  func primaries() throws {
    func two(_ observed: inout Observation) {
      var second = observed.cluster.pods[0]
      second.name = "postgres-1"
      observed.cluster.pods.append(second)
    }
    #expect(
      try Self.findings(two) == [
        "\(Self.place): OP3013: Any of 2 pods may be the primary that hook `postgres-hot` needs"
      ])
    var observed = Shop.observed()
    two(&observed)
    observed.primaries = [Observation.PrimaryPod(plan: Shop.pg, pod: "postgres-1")]
    let changes = ChangeSet(desired: try Shop.plans(), observed: observed, at: Shop.now)
    guard case .openSession(let open)? = try changes.graph().node("shop/pg:open")?.action else {
      Issue.record("no session")
      return
    }
    #expect(open.target == .pod(namespace: "shop", name: "postgres-1", container: "postgres"))
  }

  @Test(
    "a snapshot class is found by name, label, default, or for being the only one",
    arguments: [
      (["only"], [:] as [String: String], [] as [String], "only (the driver's only class)"),
      (["a", "b"], [:], ["b"], "b (the driver's default)"),
      (
        ["a", "b"], ["velero.io/csi-volumesnapshot-class": ""], ["b"],
        "a (labelled velero.io/csi-volumesnapshot-class)"
      ),
    ])
  func classes(
    names: [String], labels: [String: String], defaults: [String], expected: String
  ) throws {
    var observed = Shop.observed()
    observed.cluster.snapshotClasses = names.reversed().map { name in
      ObservedSnapshotClass(
        name: name, driver: "rbd.csi", isDefault: defaults.contains(name),
        deletionPolicy: "Delete", labels: name == "a" ? labels : [:])
    }
    var plans = try Shop.plans()
    plans.protectionPlans[0].volumes = []
    plans.protectionPlans[0].hooks = []
    let changes = ChangeSet(desired: plans, observed: observed, at: Shop.now)
    #expect(
      changes.report.changes.first?.steps.first?.text == "rbd.csi, class \(expected)")
  }

  @Test("a volume that no plan names is told, unless the project ignores it")
  func coverage() throws {
    var observed = Shop.observed()
    observed.cluster.claims.append(Shop.claim("wiki-data", in: "legacy", gibibytes: 40))
    let told = ChangeSet(desired: try Shop.plans(), observed: observed, at: Shop.now)
    #expect(told.report.coverage.map(\.claim) == ["legacy/wiki-data"])
    let project = Project(
      metadata: Metadata(name: "prod"), source: Shop.place("project.yaml"),
      coverage: Project.Coverage(ignore: [.init(namespaces: ["leg*"])]))
    let ignored = ChangeSet(
      desired: try Shop.plans(project: project), observed: observed, at: Shop.now)
    #expect(ignored.report.coverage == [])
  }
}
