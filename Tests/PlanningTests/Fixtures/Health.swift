import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel

/// The shop's cluster in good health, as `doctor` asks for it.
enum Health {
  static func facts(_ change: (inout ClusterFacts) -> Void = { _ in }) -> ClusterFacts {
    let observed = Shop.observed().cluster
    var facts = ClusterFacts(now: Shop.now)
    facts.serverVersion = .known("v1.36.2")
    facts.served = .known([.snapshot, .snapshotContent, .snapshotClass])
    facts.clock = .known(reading(aheadSeconds: 0))
    facts.namespaces = .known(observed.namespaces)
    facts.storageClasses = .known(observed.storageClasses)
    facts.snapshotClasses = .known(observed.snapshotClasses)
    facts.drivers = .known(["rbd.csi"])
    facts.controller.leases = .known([
      ControllerTraces.Lease(
        name: "kube-system/snapshot-controller-leader", renewedAt: Shop.now - .seconds(3),
        seconds: 15)
    ])
    facts.controller.pods = .known([])
    facts.controller.snapshots = .known([])
    facts.quotas = ["shop": .known([]), "oadp-plan": .known([])]
    facts.limits = facts.quotas.mapValues { _ in .known([]) }
    facts.permissions = .known(PermissionAnswers(asked: 40, missing: []))
    facts.secrets = [secret: .known(.present(keysMissing: []))]
    facts.stores = [store()]
    change(&facts)
    return facts
  }

  static let secret = SecretNeed(
    namespace: "oadp-plan", name: "restic-gold", keys: ["password"],
    purpose: "password of repository restic-gold")

  static func store(_ change: (inout StoreFacts) -> Void = { _ in }) -> StoreFacts {
    var store = StoreFacts(
      repository: "restic-gold", location: "/srv/backup/restic-gold",
      contents: .repository(version: 2, points: 3, staleLocks: []))
    store.steps = ["list", "write", "read"].map { StoreFacts.Step(name: $0, milliseconds: 2) }
    store.createsExclusively = true
    change(&store)
    return store
  }

  /// The server's date, cut to whole seconds, in an answer that took 20 ms.
  static func reading(aheadSeconds: Int64) -> ClockReading {
    ClockReading(
      server: Shop.now + .seconds(aheadSeconds), asked: Shop.now + .milliseconds(300),
      answered: Shop.now + .milliseconds(320))
  }

  static func demand(
    _ plans: PlanSet? = nil, _ observed: Observation = Shop.observed(), movers: Int = 4,
    restores: [PlanKey] = [], hidden: Set<String> = []
  ) throws -> PlanDemand {
    PlanDemand(
      desired: try plans ?? Shop.plans(), observed: observed, at: Shop.now,
      options: PlanningOptions(restores: .only(Set(restores))), moversMax: movers, hidden: hidden)
  }

  /// `error OP3108 ResourceQuota shop/small: …`, without what is fine.
  static func complaints(
    _ demand: PlanDemand? = nil, _ change: (inout ClusterFacts) -> Void = { _ in }
  ) throws -> [String] {
    lines(Prerequisites.findings(of: try demand ?? self.demand(), in: facts(change))).filter {
      !$0.hasPrefix("ok ")
    }
  }

  static func lines(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.severity.rawValue) \($0.code.rawValue) \($0.subject): \($0.evidence)" }
  }
}
