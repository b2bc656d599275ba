import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("What a cluster can do for plans") struct PrerequisiteTests {
  @Test("a healthy cluster is told to be so, part by part")
  func healthy() throws {
    let findings = Prerequisites.findings(of: try Health.demand(), in: Health.facts())
    #expect(
      Health.lines(findings) == [
        "ok OP3101 volumesnapshotclasses.snapshot.storage.k8s.io: Served in v1",
        "ok OP3101 volumesnapshotcontents.snapshot.storage.k8s.io: Served in v1",
        "ok OP3101 volumesnapshots.snapshot.storage.k8s.io: Served in v1",
        "ok OP3102 server version: v1.36.2",
        "ok OP3112 clock: The server's clock agrees with this one's",
        "ok OP3002 VolumeSnapshotClass rbd-snap: Of rbd.csi; cuts 2 claims",
        "ok OP3103 rbd.csi: Registered; used by 2 protected claims",
        "ok OP3105 StorageClass rbd: Of rbd.csi; needed by claim shop/data-postgres-0 and claim "
          + "shop/wal-postgres-0",
        "ok OP3105 default StorageClass: rbd",
        "ok OP3107 snapshot-controller: Lease kube-system/snapshot-controller-leader was renewed "
          + "3s ago",
        "ok OP3012 shop/pg: Protects 2 claims",
        "ok OP3108 quotas of oadp-plan: There is none", "ok OP3108 quotas of shop: There is none",
        "ok OP3110 namespace oadp-plan: Pod Security without a label lets movers run",
        "ok OP3117 namespace oadp-plan: Is there; movers run in it",
        "ok OP3117 namespace shop: Is there; plans protect it",
        "ok OP3111 permissions: All 40 permissions that runs need are granted",
        "ok OP3005 repository restic-gold: Opens; format version 2, 3 recovery points",
        "ok OP3113 /srv/backup/restic-gold: list 2 ms, write 2 ms, read 2 ms",
        "ok OP3115 repository restic-gold: No stale lock",
        "ok OP3116 Secret oadp-plan/restic-gold: Is there; password of repository restic-gold",
      ])
  }

  @Test("snapshot APIs have to be served in v1; groups only where a plan has them")
  func apis() throws {
    let complaints = try Health.complaints { facts in
      var old = ResourceType.snapshot
      old.version = "v1beta1"
      facts.served = .known([old, .snapshotClass])
    }
    #expect(
      complaints == [
        "error OP3101 volumesnapshotcontents.snapshot.storage.k8s.io: Not served",
        "error OP3101 volumesnapshots.snapshot.storage.k8s.io: Served in v1beta1, not in v1",
      ])
    var plans = try Shop.plans()
    plans.protectionPlans[0].groups = [VolumeGroup(name: "g", groupClass: "c", atomic: .required)]
    let demand = try Health.demand(plans)
    let subject = "OP3101 volumegroupsnapshots.groupsnapshot.storage.k8s.io"
    #expect(
      try Health.complaints(demand) == [
        "error \(subject): Not served, and plans have groups: shop/pg"
      ])
    let served = ["v1", "v1beta2"].map {
      ResourceType(
        group: "groupsnapshot.storage.k8s.io", version: $0, plural: "volumegroupsnapshots",
        kind: "VolumeGroupSnapshot")
    }
    let fine = Prerequisites.findings(
      of: demand,
      in: Health.facts {
        $0.served = .known([.snapshot, .snapshotContent, .snapshotClass] + served)
      })
    #expect(Health.lines(fine).contains("ok \(subject): Served in v1 and v1beta2"))
  }

  @Test(
    "a server's version is old, tested, or newer than that",
    arguments: [
      ("v1.28.9", ["warning OP3102 server version: v1.28.9 is older than 1.29"]),
      ("v1.29.0-eks-1", []), ("v1.36.0+sandbox", []),
      (
        "v1.40.1",
        [
          "note OP3102 server version: v1.40.1 is newer than 1.36, the newest that was tested"
        ]
      ),
      ("moon", ["note OP3102 server version: `moon` is not known here"]),
    ])
  func versions(version: String, expected: [String]) throws {
    #expect(try Health.complaints { $0.serverVersion = .known(version) } == expected)
  }

  @Test(
    "clocks may differ by what an answer takes and five seconds; a minute is too much",
    arguments: [
      (0, []), (-5, []), (5, []),
      (8, ["note OP3112 clock: The server's clock is at least 7s ahead of this one's"]),
      (-58, ["note OP3112 clock: The server's clock is at least 57s behind this one's"]),
      (62, ["error OP3112 clock: The server's clock is at least 1m1s ahead of this one's"]),
      (-7200, ["error OP3112 clock: The server's clock is at least 1h59m behind this one's"]),
    ])
  func clocks(ahead: Int, expected: [String]) throws {
    #expect(
      try Health.complaints {
        $0.clock = .known(Health.reading(aheadSeconds: Int64(ahead)))
        $0.controller.leases = .known([])
        $0.controller.pods = .known([ControllerTraces.Pod(name: "s/c", isReady: true)])
      } == expected)
  }

  @Test("what may not be read is a note, and everything else is looked at all the same")
  func hidden() throws {
    let complaints = try Health.complaints {
      $0.drivers = .unknown("no permission to list csidrivers")
      $0.quotas["shop"] = .unknown("no permission to list resourcequotas in shop")
      $0.permissions = .unknown("the server is away")
      $0.clock = .unknown("the server's answers carry no date")
      $0.secrets[Health.secret] = .unknown("no permission to get it")
    }
    #expect(
      complaints == [
        "note OP3118 clock: Cannot tell: the server's answers carry no date",
        "note OP3118 CSI drivers: Cannot tell: no permission to list csidrivers",
        "note OP3118 quotas of shop: Cannot tell: no permission to list resourcequotas in shop",
        "note OP3118 permissions: Cannot tell: the server is away",
        "note OP3118 Secret oadp-plan/restic-gold: Cannot tell: no permission to get it",
      ])
  }

  @Test("claims that could not be listed are no claims that are not there")
  func hiddenClaims() throws {
    var observed = Shop.observed()
    observed.cluster.claims = []
    let demand = try Health.demand(nil, observed, hidden: ["persistentvolumeclaims"])
    #expect(
      try Health.complaints(demand) {
        $0.refusals = ["persistentvolumeclaims": "no permission to list persistentvolumeclaims"]
      } == [
        "note OP3118 persistentvolumeclaims: Cannot tell: no permission to list "
          + "persistentvolumeclaims"
      ])
    #expect(
      try Health.complaints(try Health.demand(nil, observed)).allSatisfy {
        $0.hasPrefix("error OP3012 shop/pg: ")
      })
  }

  @Test("a plan that can be restored says so, and one without a point is no error")
  func restores() throws {
    func told(_ catalog: RepositoryCatalog.State) throws -> [String] {
      let demand = try Health.demand(
        try Shop.plans(restores: [Shop.restore()]), Shop.observed(catalog: catalog),
        restores: [Shop.restoreKey])
      return Health.lines(Prerequisites.findings(of: demand, in: Health.facts())).filter {
        $0.contains("shop/pg-back")
      }
    }
    #expect(
      try told(.present([Shop.point("2026-11-22T01:00:00Z")])) == [
        "ok OP3014 shop/pg-back: Restores 2 volumes from a point that is there"
      ])
    #expect(try told(.present([])).allSatisfy { $0.hasPrefix("note OP3014 shop/pg-back: ") })
    #expect(try told(.present([])).count == 1)
  }

  @Test("a cluster that is none of the project's is told, and not guessed at where it is hidden")
  func wrongCluster() throws {
    let project = Project(
      metadata: Metadata(name: "prod"), source: Shop.place("project.yaml"),
      clusters: [Project.Cluster(name: "other", uid: "77")])
    let plans = try Shop.plans(project: project)
    #expect(
      try Health.complaints(try Health.demand(plans)) == [
        "error OP4005 project: Cluster `prod-eu1` with uid `3f9c1c1e` is none of the project's: "
          + "`other`"
      ])
    let hidden = try Health.complaints(try Health.demand(plans, hidden: ["namespaces"])) {
      $0.namespaces = .unknown("no permission to list namespaces")
    }
    #expect(
      hidden == ["note OP3118 namespaces: Cannot tell: no permission to list namespaces"])
  }

  @Test("each permission that is missing is told")
  func permissions() throws {
    let complaints = try Health.complaints {
      $0.permissions = .known(
        PermissionAnswers(
          asked: 40,
          missing: [
            Permission(.create, .snapshot, in: "shop"), Permission(.list, .storageClass),
          ]))
    }
    #expect(
      complaints == [
        "error OP3111 create volumesnapshots.snapshot.storage.k8s.io in shop: The cluster answers "
          + "that you may not",
        "error OP3111 list storageclasses.storage.k8s.io: The cluster answers that you may not",
      ])
  }
}
