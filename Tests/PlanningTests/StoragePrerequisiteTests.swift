import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("What storage can do for plans") struct StoragePrerequisiteTests {
  private static func snapshotClass(
    _ name: String, isDefault: Bool = false, policy: String = "Delete",
    labels: [String: String] = [:]
  ) -> ObservedSnapshotClass {
    ObservedSnapshotClass(
      name: name, driver: "rbd.csi", isDefault: isDefault, deletionPolicy: policy, labels: labels)
  }

  private static func storageClass(
    _ name: String, isDefault: Bool, onFirstUse: Bool = false
  ) -> ObservedStorageClass {
    ObservedStorageClass(
      name: name, provisioner: "rbd.csi", isDefault: isDefault, isBoundOnFirstUse: onFirstUse)
  }

  /// Both what plans are resolved with and what is looked at.
  private static func complaints(
    snapshotClasses: [ObservedSnapshotClass]? = nil, storageClasses: [ObservedStorageClass]? = nil,
    plans: PlanSet? = nil, restores: [PlanKey] = [], catalog: RepositoryCatalog.State = .missing
  ) throws -> [String] {
    var observed = Shop.observed(catalog: catalog)
    if let snapshotClasses { observed.cluster.snapshotClasses = snapshotClasses }
    if let storageClasses { observed.cluster.storageClasses = storageClasses }
    return try Health.complaints(try Health.demand(plans, observed, restores: restores)) {
      $0.snapshotClasses = .known(observed.cluster.snapshotClasses)
      $0.storageClasses = .known(observed.cluster.storageClasses)
    }
  }

  @Test("a driver without its CSIDriver object is told, with who needs it")
  func drivers() throws {
    #expect(
      try Health.complaints { $0.drivers = .known(["cephfs.csi"]) } == [
        "warning OP3103 rbd.csi: No CSIDriver object of that name; used by 2 protected claims"
      ])
  }

  @Test("no snapshot class, and several without a default, are told by the planner's own words")
  func noClass() throws {
    let place = "error OP3002 shop/pg"
    #expect(
      try Self.complaints(snapshotClasses: []) == [
        "\(place): No VolumeSnapshotClass for driver `rbd.csi` (claim `shop/wal-postgres-0`)",
        "\(place): VolumeSnapshotClass `rbd-snap` is not in the cluster (claim "
          + "`shop/data-postgres-0`)",
      ])
    #expect(
      try Self.complaints(snapshotClasses: [
        Self.snapshotClass("rbd-snap"), Self.snapshotClass("other"),
      ])
        == [
          "\(place): Driver `rbd.csi` has several snapshot classes to choose from: `rbd-snap` and "
            + "`other` (claim `shop/wal-postgres-0`)"
        ].map { $0.replacing("`rbd-snap` and `other`", with: "`other` and `rbd-snap`") })
  }

  @Test("several default snapshot classes are told even where a label decides")
  func severalDefaults() throws {
    #expect(
      try Self.complaints(snapshotClasses: [
        Self.snapshotClass("rbd-snap", isDefault: true),
        Self.snapshotClass(
          "b", isDefault: true, labels: ["velero.io/csi-volumesnapshot-class": "true"]),
      ]) == [
        "warning OP3002 rbd.csi: Several default VolumeSnapshotClasses: b and rbd-snap"
      ])
  }

  @Test("a snapshot class that retains what is deleted leaves snapshots behind")
  func retained() throws {
    #expect(
      try Self.complaints(snapshotClasses: [
        Self.snapshotClass("rbd-snap", isDefault: true, policy: "Retain")
      ]) == [
        "warning OP3104 VolumeSnapshotClass rbd-snap: deletionPolicy is Retain, and it "
          + "cuts 2 claims"
      ])
  }

  @Test("a claim's own storage class has to be there for movers to read its cut")
  func storageClassOfClaims() throws {
    #expect(
      try Self.complaints(storageClasses: [Self.storageClass("new", isDefault: true)]) == [
        "error OP3105 StorageClass rbd: Not in the cluster; needed by claim shop/data-postgres-0 "
          + "and claim shop/wal-postgres-0"
      ])
    #expect(
      try Self.complaints(storageClasses: [
        Self.storageClass("rbd", isDefault: true, onFirstUse: true)
      ]) == [
        "note OP3106 StorageClass rbd: WaitForFirstConsumer: bound where its mover runs; needed by "
          + "claim shop/data-postgres-0 and claim shop/wal-postgres-0"
      ])
  }

  @Test("a default storage class that is missing is an error only for who needs one")
  func defaultStorageClass() throws {
    #expect(
      try Self.complaints(storageClasses: [Self.storageClass("rbd", isDefault: false)]) == [
        "note OP3105 default StorageClass: There is none"
      ])
    #expect(
      try Self.complaints(storageClasses: [
        Self.storageClass("rbd", isDefault: true), Self.storageClass("b", isDefault: true),
      ]) == ["warning OP3105 default StorageClass: There are several: b and rbd"])
    var observed = Shop.observed()
    observed.cluster.claims[0].storageClass = nil
    let complaints = try Health.complaints(try Health.demand(nil, observed)) {
      $0.storageClasses = .known([Self.storageClass("rbd", isDefault: false)])
    }
    #expect(
      complaints == [
        "error OP3105 default StorageClass: There is none; needed by claim shop/data-postgres-0"
      ])
  }

  @Test("a restore's storage classes are looked at, with and without a point")
  func restoredClasses() throws {
    var restore = Shop.restore()
    restore.map.storageClasses = ["*": "gone"]
    let plans = try Shop.plans(restores: [restore])
    #expect(
      try Self.complaints(plans: plans, restores: [Shop.restoreKey]) == [
        "error OP3105 StorageClass gone: Not in the cluster; needed by restore shop/pg-back",
        "note OP3005 shop/pg-back: Repository `restic-gold` does not exist at "
          + "`/srv/backup/restic-gold`",
      ])
    let told = try Self.complaints(
      plans: plans, restores: [Shop.restoreKey],
      catalog: .present([Shop.point("2026-11-22T01:00:00Z")]))
    #expect(
      told
        == ["data", "wal"].map {
          "error OP3015 shop/pg-back: StorageClass `gone` for volume `\($0)` is not in the cluster"
        })
  }

  // MARK: the snapshot-controller

  private static func controller(
    leases: [ControllerTraces.Lease] = [], pods: [ControllerTraces.Pod] = [],
    snapshots: [ControllerTraces.Snapshot] = []
  ) throws -> String? {
    let findings = Prerequisites.findings(
      of: try Health.demand(),
      in: Health.facts {
        $0.controller.leases = .known(leases)
        $0.controller.pods = .known(pods)
        $0.controller.snapshots = .known(snapshots)
      })
    return Health.lines(findings.filter { $0.subject == "snapshot-controller" }).first
  }

  private static func lease(secondsAgo: Int64) -> ControllerTraces.Lease {
    ControllerTraces.Lease(
      name: "kube-system/l", renewedAt: Shop.now - .seconds(secondsAgo), seconds: 15)
  }

  private static func snapshot(
    _ name: String, secondsAgo: Int64, isBound: Bool
  ) -> ControllerTraces.Snapshot {
    ControllerTraces.Snapshot(
      name: "shop/\(name)", createdAt: Shop.now - .seconds(secondsAgo), isBound: isBound)
  }

  @Test("the snapshot-controller lives by its lease, its pod or what it has bound")
  func alive() throws {
    let alive = "ok OP3107 snapshot-controller:"
    #expect(
      try Self.controller(leases: [Self.lease(secondsAgo: 59)])
        == "\(alive) Lease kube-system/l was renewed 59s ago")
    // Without leader election an old lease says nothing, and the pod does.
    #expect(
      try Self.controller(
        leases: [Self.lease(secondsAgo: 9999)],
        pods: [
          ControllerTraces.Pod(name: "a/1", isReady: false),
          ControllerTraces.Pod(name: "a/2", isReady: true),
        ]) == "\(alive) Pod a/2 is ready")
    #expect(
      try Self.controller(snapshots: [
        Self.snapshot("old", secondsAgo: 7200, isBound: false),
        Self.snapshot("new", secondsAgo: 600, isBound: true),
      ]) == "\(alive) VolumeSnapshot shop/new of 10m ago is bound")
  }

  @Test("a snapshot-controller that gives no sign is dead, unless there was nothing to do")
  func dead() throws {
    let dead = "error OP3107 snapshot-controller:"
    #expect(
      try Self.controller(leases: [Self.lease(secondsAgo: 61)])
        == "\(dead) Lease kube-system/l was last renewed 1m1s ago")
    #expect(
      try Self.controller(pods: [ControllerTraces.Pod(name: "a/1", isReady: false)])
        == "\(dead) Pod a/1 is not ready")
    #expect(
      try Self.controller(snapshots: [
        Self.snapshot("new", secondsAgo: 90, isBound: false),
        Self.snapshot("old", secondsAgo: 600, isBound: true),
      ]) == "\(dead) VolumeSnapshot shop/new is 1m30s old and not bound")
    let unknown =
      "note OP3118 snapshot-controller: Cannot tell: no lease, no pod of its name, and no snapshot "
      + "that it has bound today"
    #expect(
      try Self.controller(snapshots: [Self.snapshot("new", secondsAgo: 30, isBound: false)])
        == unknown)
    #expect(
      try Self.controller(snapshots: [Self.snapshot("old", secondsAgo: 90_000, isBound: true)])
        == unknown)
  }
}
