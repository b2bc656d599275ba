import ClusterModel
import Diagnostics
import Documents

/// Whether anybody binds VolumeSnapshots, by whatever tells of it.
extension Prerequisites {
  /// Leases are renewed every few seconds, so one of this age has no holder that lives.
  private static let leaseSilenceMin = Duration.seconds(60)
  /// A snapshot-controller that lives answers a new snapshot in seconds.
  private static let answerPatience = Duration.seconds(60)
  /// How long the binding of a snapshot is a sign of life.
  private static let bindingMemory = Duration.seconds(24 * 3600)

  private enum Sign {
    case alive(String)
    case dead(String)
  }

  mutating func checkSnapshotController() {
    let subject = "snapshot-controller"
    let signs = [signOfLease, signOfPods, signOfSnapshots].compactMap { $0 }
    // It may live without a lease, or without a pod that can be seen: one sign of life is enough.
    for case .alive(let evidence) in signs {
      return add(.ok, .snapshotControllerSilent, in: .storage, subject, evidence)
    }
    for case .dead(let evidence) in signs {
      return add(
        .error, .snapshotControllerSilent, in: .storage, subject, evidence,
        fix: "install it, or see why it does not run: `kubectl get pods -A | grep snapshot`")
    }
    var reasons = ["no lease, no pod of its name, and no snapshot that it has bound today"]
    for known in [facts.controller.leases.reason, facts.controller.snapshots.reason] {
      if let known { reasons.append(known) }
    }
    add(
      .note, .cannotTell, in: .storage, subject, "Cannot tell: \(reasons.joined(separator: "; "))",
      fix: "the first run's cut will tell; it waits no longer than its deadline")
  }

  private var signOfLease: Sign? {
    let leases = (facts.controller.leases.value ?? []).compactMap { lease in
      lease.renewedAt.map { (lease, $0) }
    }
    guard let (lease, renewedAt) = leases.max(by: { $0.1 < $1.1 }) else { return nil }
    let age = serverNow - renewedAt
    let seconds = HumanText.age(seconds: max(0, age.wholeSeconds))
    let silence = max(Self.leaseSilenceMin, .seconds(2 * min(lease.seconds, 3600)))
    return age <= silence
      ? .alive("Lease \(lease.name) was renewed \(seconds) ago")
      : .dead("Lease \(lease.name) was last renewed \(seconds) ago")
  }

  private var signOfPods: Sign? {
    let pods = (facts.controller.pods.value ?? []).sorted { $0.name < $1.name }
    if let ready = pods.first(where: \.isReady) { return .alive("Pod \(ready.name) is ready") }
    return pods.first.map { .dead("Pod \($0.name) is not ready") }
  }

  private var signOfSnapshots: Sign? {
    let snapshots = facts.controller.snapshots.value ?? []
    let bound = snapshots.filter(\.isBound).max { $0.createdAt < $1.createdAt }
    let waiting = snapshots.filter { !$0.isBound && serverNow - $0.createdAt > Self.answerPatience }
      .max { $0.createdAt < $1.createdAt }
    // One that is bound and younger: then the older one waits for something else.
    if let waiting, (bound?.createdAt).map({ $0 < waiting.createdAt }) ?? true {
      let age = HumanText.age(seconds: (serverNow - waiting.createdAt).wholeSeconds)
      return .dead("VolumeSnapshot \(waiting.name) is \(age) old and not bound")
    }
    guard let bound, serverNow - bound.createdAt < Self.bindingMemory else { return nil }
    let age = HumanText.age(seconds: max(0, (serverNow - bound.createdAt).wholeSeconds))
    return .alive("VolumeSnapshot \(bound.name) of \(age) ago is bound")
  }

  /// The instant by the clock that the cluster's dates are from.
  private var serverNow: Timestamp {
    guard let reading = facts.clock.value else { return facts.now }
    return facts.now + reading.skew
  }
}

extension Known {
  fileprivate var reason: String? {
    if case .unknown(let reason) = self { reason } else { nil }
  }
}
