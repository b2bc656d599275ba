import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("What namespaces let plans do") struct NamespacePrerequisiteTests {
  private static let snapshots = "count/volumesnapshots.snapshot.storage.k8s.io"
  private static let ofClass = "rbd.storageclass.storage.k8s.io"

  private static func complaints(
    _ quota: QuotaFacts, in namespace: String = "oadp-plan", demand: PlanDemand? = nil,
    limits: [LimitFacts] = []
  ) throws -> [String] {
    try Health.complaints(demand) {
      $0.quotas[namespace] = .known([quota])
      $0.limits[namespace] = .known(limits)
    }
  }

  @Test(
    "what one plan makes has to fit into what its quota has left",
    arguments: [
      ("shop", snapshots, 2, 1, "needs 2, 1 of 2 left"),
      ("oadp-plan", snapshots, 1, 0, "needs 2, 1 of 1 left"),
      ("oadp-plan", "persistentvolumeclaims", 3, 2, "needs 2, 1 of 3 left"),
      ("oadp-plan", "count/persistentvolumeclaims", 1, 0, "needs 2, 1 of 1 left"),
      ("oadp-plan", "requests.storage", 25 << 30, 5 << 30, "needs 22 GiB, 20 GiB of 25 GiB left"),
      (
        "oadp-plan", ofClass + "/requests.storage", 21 << 30, 0,
        "needs 22 GiB, 21 GiB of 21 GiB left"
      ),
      ("oadp-plan", ofClass + "/persistentvolumeclaims", 5, 4, "needs 2, 1 of 5 left"),
      ("oadp-plan", "count/jobs.batch", 1, 0, "needs 2, 1 of 1 left"),
      ("oadp-plan", "pods", 9, 8, "needs 2, 1 of 9 left"),
      ("oadp-plan", "count/pods", 1, 3, "needs 2, 0 of 1 left"),
    ] as [(String, String, Int64, Int64, String)])
  func tooSmall(
    namespace: String, resource: String, hard: Int64, used: Int64, expected: String
  ) throws {
    let quota = QuotaFacts(name: "q", hard: [resource: hard], used: [resource: used])
    #expect(
      try Self.complaints(quota, in: namespace) == [
        "error OP3108 ResourceQuota \(namespace)/q: \(resource): shop/pg \(expected)"
      ])
  }

  @Test("a quota that just suffices is fine, and says by how much")
  func fits() throws {
    let quota = QuotaFacts(
      name: "q",
      hard: [
        "requests.storage": 30 << 30, "pods": 2, "services": 0,
        "other.storageclass.storage.k8s.io/"
          + "requests.storage": 0,
      ], used: ["requests.storage": 8 << 30])
    let findings = Prerequisites.findings(
      of: try Health.demand(), in: Health.facts { $0.quotas["oadp-plan"] = .known([quota]) })
    #expect(
      Health.lines(findings).contains(
        "ok OP3108 ResourceQuota oadp-plan/q: Fits: pods 2 of 2 left, requests.storage 22 GiB of "
          + "22 GiB left"))
    #expect(!findings.contains { $0.severity < .ok })
  }

  @Test("movers take turns, so only as many Jobs count as run at once")
  func turns() throws {
    let quota = QuotaFacts(name: "q", hard: ["count/jobs.batch": 1])
    #expect(try Self.complaints(quota, demand: try Health.demand(movers: 1)) == [])
  }

  @Test("two plans that fit one by one and not together are a warning")
  func together() throws {
    var plans = try Shop.plans()
    var second = plans.protectionPlans[0]
    second.metadata.name = "pg2"
    plans.protectionPlans.append(second)
    let quota = QuotaFacts(name: "q", hard: ["persistentvolumeclaims": 3])
    #expect(
      try Self.complaints(quota, demand: try Health.demand(plans)) == [
        "warning OP3108 ResourceQuota oadp-plan/q: persistentvolumeclaims: 2 plans at once need 4, "
          + "3 of 3 left"
      ])
  }

  @Test("a quota on compute refuses movers, which name none, unless a LimitRange fills it in")
  func compute() throws {
    let quota = QuotaFacts(name: "q", hard: ["limits.cpu": 8, "memory": 1 << 30])
    let refused = ["limits.cpu", "memory"].map {
      "error OP3108 ResourceQuota oadp-plan/q: Limits `\($0)`, so pods must name theirs, and "
        + "movers' pods do not"
    }
    #expect(try Self.complaints(quota) == refused)
    let defaults = LimitFacts(name: "l", defaults: ["limits.cpu", "requests.memory"])
    #expect(try Self.complaints(quota, limits: [defaults]) == [])
    // No mover runs where only snapshots are made.
    #expect(try Self.complaints(quota, in: "shop") == [])
  }

  @Test("a quota of other pods is none of the movers'")
  func scopes() throws {
    for (scopes, isSelective, count) in [
      (["BestEffort"], false, 1), (["NotTerminating", "BestEffort"], false, 1),
      (["NotBestEffort"], false, 0), (["Terminating"], false, 0), ([], true, 0),
    ] as [([String], Bool, Int)] {
      let quota = QuotaFacts(
        name: "q", hard: ["pods": 0, "requests.storage": 0], scopes: scopes,
        isSelective: isSelective)
      #expect(try Self.complaints(quota).count == count, "\(scopes)")
    }
  }

  @Test("a LimitRange that refuses a claim's size is told with the claim that is worst")
  func claimSizes() throws {
    func complaints(_ limits: LimitFacts) throws -> [String] {
      try Health.complaints { $0.limits["oadp-plan"] = .known([limits]) }
    }
    let subject = "error OP3109 LimitRange oadp-plan/l: Refuses 1 claim of shop/pg:"
    #expect(
      try complaints(LimitFacts(name: "l", claimMax: 10 << 30)) == [
        "\(subject) 20 GiB, the most is 10 GiB"
      ])
    #expect(
      try complaints(LimitFacts(name: "l", claimMin: 5 << 30)) == [
        "\(subject) 2 GiB, the least is 5 GiB"
      ])
    #expect(try complaints(LimitFacts(name: "l", claimMin: 2 << 30, claimMax: 20 << 30)) == [])
  }

  @Test("a restore's target has to have room for its claims, and movers for theirs")
  func restoreRoom() throws {
    let catalog = RepositoryCatalog.State.present([Shop.point("2026-11-22T01:00:00Z")])
    var restore = Shop.restore()
    restore.target.namespace = "legacy"
    let demand = try Health.demand(
      try Shop.plans(restores: [restore]), Shop.observed(catalog: catalog),
      restores: [Shop.restoreKey])
    let quota = QuotaFacts(name: "q", hard: ["requests.storage": 1 << 30])
    #expect(
      try Self.complaints(quota, in: "legacy", demand: demand) == [
        "error OP3108 ResourceQuota legacy/q: requests.storage: shop/pg-back needs 22 GiB, "
          + "1 GiB of 1 GiB left"
      ])
    // The claims are there already: nothing is made.
    let there = try Health.demand(
      try Shop.plans(restores: [Shop.restore()]), Shop.observed(catalog: catalog),
      restores: [Shop.restoreKey])
    #expect(try Self.complaints(quota, in: "shop", demand: there) == [])
  }

  @Test(
    "Pod Security refuses movers by level, and by how the repository is reached",
    arguments: [
      ("restricted", true, "movers run as root"), ("restricted", false, "movers run as root"),
      ("baseline", true, "movers mount the repository's directory from their node"),
      ("baseline", false, nil), ("privileged", true, nil), (nil, true, nil),
    ] as [(String?, Bool, String?)])
  func podSecurity(level: String?, isLocal: Bool, reason: String?) throws {
    let plans =
      try isLocal
      ? Shop.plans()
      : Shop.plans(
        store: .rest(StorageLocation.REST(url: "http://backup:8000/", credentials: nil)))
    let complaints = try Health.complaints(try Health.demand(plans)) { facts in
      guard let level, var namespaces = facts.namespaces.value else { return }
      for index in namespaces.indices {
        namespaces[index].labels["pod-security.kubernetes.io/enforce"] = level
      }
      facts.namespaces = .known(namespaces)
    }
    // Nothing runs as root in the namespaces that are protected.
    #expect(
      complaints
        == [reason].compactMap { $0 }.map {
          "error OP3110 namespace oadp-plan: Labelled pod-security.kubernetes.io/enforce="
            + "\(level ?? ""), and \($0)"
        })
  }

  @Test("namespaces that are missing or going are told with what they are for")
  func namespaces() throws {
    var restore = Shop.restore()
    restore.target.namespace = "new"
    let demand = try Health.demand(
      try Shop.plans(restores: [restore]), restores: [Shop.restoreKey])
    let complaints = try Health.complaints(demand) { facts in
      guard var namespaces = facts.namespaces.value else { return }
      namespaces.removeAll { $0.name == "oadp-plan" }
      if let shop = namespaces.firstIndex(where: { $0.name == "shop" }) {
        namespaces[shop].isTerminating = true
      }
      facts.namespaces = .known(namespaces)
    }
    #expect(
      complaints.filter { $0.contains("OP3117") } == [
        "error OP3117 namespace oadp-plan: Not in the cluster; movers run in it",
        "error OP3117 namespace shop: Is being deleted; plans protect it",
      ])
    restore.target.createNamespace = false
    let unmade = try Health.demand(
      try Shop.plans(restores: [restore]), restores: [Shop.restoreKey])
    #expect(
      try Health.complaints(unmade).contains(
        "error OP3117 namespace new: Not in the cluster; a restore goes to it"))
  }

  @Test("a Secret has to be there with its key")
  func secrets() throws {
    let subject = "error OP3116 Secret oadp-plan/restic-gold:"
    #expect(
      try Health.complaints { $0.secrets[Health.secret] = .known(.missing) } == [
        "\(subject) Not in the cluster; password of repository restic-gold"
      ])
    #expect(
      try Health.complaints {
        $0.secrets[Health.secret] = .known(.present(keysMissing: ["password"]))
      } == ["\(subject) Has no value under `password`; password of repository restic-gold"])
  }

  @Test("a store that fails a step, and a repository that does not open, are told")
  func stores() throws {
    func complaints(_ change: (inout StoreFacts) -> Void) throws -> [String] {
      try Health.complaints { $0.stores = [Health.store(change)] }
    }
    let place = "/srv/backup/restic-gold"
    #expect(
      try complaints {
        $0.steps[0].failure = "403"
        $0.contents = .unseen("its store is away")
      } == [
        "error OP3113 \(place): list: 403",
        "note OP3118 repository restic-gold: Cannot tell: its store is away",
      ])
    #expect(
      try complaints { $0.steps[2].failure = "it is something else" } == [
        "error OP3114 \(place): read: it is something else"
      ])
    #expect(
      try complaints { $0.steps[1].milliseconds = 1001 } == [
        "note OP3113 \(place): Answers slowly: write took 1001 ms"
      ])
    #expect(
      try complaints { $0.createsExclusively = false } == [
        "note OP3114 \(place): Of two who create one file at once both may succeed"
      ])
    #expect(
      try complaints { $0.unprobed = "--no-writes" } == [
        "note OP3118 \(place): Writing was not tried: --no-writes"
      ])
    #expect(
      try complaints { $0.contents = .unusable("No key opens it") } == [
        "error OP3005 repository restic-gold: No key opens it"
      ])
    #expect(
      try complaints {
        $0.contents = .missing
        $0.isCreatedWhenMissing = false
      } == [
        "error OP3005 repository restic-gold: Does not exist at \(place)"
      ])
    #expect(try complaints { $0.contents = .missing } == [])
    #expect(
      try complaints {
        $0.contents = .repository(version: 1, points: 0, staleLocks: ["locked by a@b, PID 7"])
      } == ["warning OP3115 repository restic-gold: 1 stale lock: locked by a@b, PID 7"])
  }
}
