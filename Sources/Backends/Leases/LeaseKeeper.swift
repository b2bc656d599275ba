import ClusterModel
public import Documents
import Planning
public import Ports

/// Takes the leases of applications for a run.
public struct LeaseKeeper<C: Clock>: Sendable where C.Duration == Duration {
  let cluster: any ClusterAccess
  let clock: C
  let now: @Sendable () -> Timestamp
  let settings: LeaseSettings

  /// - Parameters:
  ///   - clock: Judges who is alive.
  ///   - now: The wall clock, for people who look at a lease.
  public init(
    cluster: any ClusterAccess, clock: C, now: @escaping @Sendable () -> Timestamp,
    settings: LeaseSettings = .standard
  ) {
    self.cluster = cluster
    self.clock = clock
    self.now = now
    self.settings = settings
  }

  /// Takes all of `targets`, or none.
  ///
  /// Free leases, those of `holder`'s own token and those whose holder is dead are taken; a lease
  /// that somebody else may hold is watched for as long as it takes to see whether they live.
  ///
  /// - Parameters:
  ///   - patience: How long to wait for those of others to become free; `nil` gives up as soon as
  ///     one is seen to be alive.
  ///   - onWait: Told once for each lease that has to be waited for.
  public func acquire(
    _ targets: [LeaseTarget], as holder: LeaseHolder, patience: Duration? = nil,
    onWait: @Sendable (Lease) -> Void = { _ in }
  ) async throws(LeaseError) -> HeldLeases<C> {
    let held = HeldLeases(keeper: self, holder: holder)
    let start = clock.now
    do throws(LeaseError) {
      for target in targets.sorted() {
        let limit = patience.map { start.advanced(by: $0) }
        try await take(target, into: held, until: limit, onWait)
      }
    } catch {
      await held.release()
      throw error
    }
    return held
  }

  private func take(
    _ target: LeaseTarget, into held: HeldLeases<C>, until limit: C.Instant?,
    _ onWait: (Lease) -> Void
  ) async throws(LeaseError) {
    var watch = LeaseWatch<C.Instant>()
    var waitingFor: Lease?
    let begin = clock.now
    var answeredAt = begin
    while true {
      let asked = clock.now
      do throws(ClusterError) {
        guard let lease = try await cluster.get(target.reference).map(Lease.init) else {
          return held.add(try await create(target, for: held.holder), sentAt: asked)
        }
        answeredAt = clock.now
        let verdict = watch.see(lease, asked: asked, answered: answeredAt)
        if lease.isFree || verdict == .dead || lease.holder?.token == held.holder.token {
          if lease.isFree, waitingFor != nil { held.noteSuccession() }
          return held.add(try await update(lease, for: held.holder), sentAt: asked)
        }
        if waitingFor?.pulse.identity != lease.pulse.identity { onWait(lease) }
        waitingFor = lease
        if limit.map({ clock.now >= $0 }) ?? (verdict == .alive) { throw .heldBySomebody }
      } catch {
        if error == .heldBySomebody, let waitingFor { throw .held(waitingFor) }
        let isRace = error.reason == .conflict || error.reason == .alreadyExists
        let silence = answeredAt.duration(to: clock.now)
        guard isRace || (error.isTransient && silence < settings.duration) else {
          throw .cluster(error, target)
        }
      }
      await held.renewWhereDue()
      if let loss = held.loss { throw .lostMeanwhile(loss) }
      do { try await clock.sleep(for: settings.pause) } catch { throw .cancelled }
    }
  }

  private func create(
    _ target: LeaseTarget, for holder: LeaseHolder
  ) async throws(ClusterError) -> Lease {
    var object: JSONValue = [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
      "metadata": [
        "name": .string(target.reference.name), "namespace": .string(target.namespace),
        "labels": JSONValue(strings: [OwnershipLabels.managedBy: OwnershipLabels.manager]),
        "annotations": JSONValue(strings: [LeaseMarks.application: target.application]),
      ],
    ]
    object["spec"] = spec(for: holder, transitions: 1)
    return Lease(try await cluster.create(object, as: .lease))
  }

  /// Takes a lease over, unless it was changed since it was read.
  private func update(
    _ lease: Lease, for holder: LeaseHolder
  ) async throws(ClusterError) -> Lease {
    let patch: JSONValue = [
      "metadata": [
        "resourceVersion": .string(lease.resourceVersion),
        "annotations": .object([LeaseMarks.stop: .null]),
      ],
      "spec": spec(for: holder, transitions: lease.pulse.transitions + 1),
    ]
    return Lease(try await cluster.patch(lease.reference, with: patch, subresource: nil))
  }

  private func spec(for holder: LeaseHolder, transitions: Int64) -> JSONValue {
    let instant = now().microTime
    return [
      "holderIdentity": .string(holder.identity), "acquireTime": .string(instant),
      "renewTime": .string(instant), "leaseTransitions": .integer(transitions),
      "leaseDurationSeconds": .integer(settings.duration.components.seconds),
    ]
  }

  /// Says that the holder lives.
  ///
  /// - Throws: A conflict where anything about the lease was changed since it was read.
  func renew(_ lease: Lease) async throws(ClusterError) -> Lease {
    let patch: JSONValue = [
      "metadata": ["resourceVersion": .string(lease.resourceVersion)],
      "spec": ["renewTime": .string(now().microTime)],
    ]
    return Lease(try await cluster.patch(lease.reference, with: patch, subresource: nil))
  }

  /// Makes a lease free, unless it was changed since it was read.
  func free(_ lease: Lease) async throws(ClusterError) {
    let patch: JSONValue = [
      "metadata": [
        "resourceVersion": .string(lease.resourceVersion),
        "annotations": .object([LeaseMarks.stop: .null]),
      ],
      "spec": ["holderIdentity": .null, "renewTime": .string(now().microTime)],
    ]
    _ = try await cluster.patch(lease.reference, with: patch, subresource: nil)
  }
}

extension ClusterError {
  fileprivate static let heldBySomebody = ClusterError(.conflict, "")
}

/// Why leases could not be taken.
public enum LeaseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Somebody else holds one and lives.
  case held(Lease)
  case cluster(ClusterError, LeaseTarget)
  /// A lease taken first was lost while another was waited for.
  case lostMeanwhile(String)
  case cancelled

  public var description: String {
    switch self {
    case .held(let lease):
      var text = "Application `\(lease.application)` is locked by \(lease.holderText)"
      if let since = lease.heldSince { text += ", since \(since.rounded)" }
      if let renewed = lease.renewedAt { text += ", last renewed at \(renewed.rounded)" }
      return text
    case .cluster(let error, let target): return "\(target.reference) cannot be taken: \(error)"
    case .lostMeanwhile(let reason): return reason
    case .cancelled: return "Stopped while waiting for a lock"
    }
  }
}
