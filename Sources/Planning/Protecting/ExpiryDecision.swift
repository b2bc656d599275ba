import ClusterModel
import Documents
import ProtectionModel

/// Which points of one copy have outlived their retention.
struct ExpiryDecision {
  let context: PlanningContext
  let plan: ProtectionPlan
  let copy: CopyTarget
  let settings: PolicySettings
  let target: RepositoryTarget
  let zone: TimeZoneRules
  /// Whether this run adds a point to the copy.
  let isPointComing: Bool

  private var policy: RetentionPolicy { copy.retention ?? settings.retention }

  /// Oldest first. The newest sealed points never are among them: what this run adds may fail.
  var expired: [PointIndex.Point] {
    let points = context.points.points(
      of: plan.planKey, in: target.name, from: context.cluster.identity.uid
    ).reversed()
    let coming = isPointComing ? [context.now] : []
    let keeps = RetentionDecision.keeps(
      coming + points.map(\.cutAt), by: policy, at: context.now, zone: zone
    ).dropFirst(coming.count)
    let guardrails = context.desired.project?.guardrails ?? Guardrails()
    let untouchable = max(1, guardrails.minVerifiedPoints)
    let expired = zip(points, keeps).dropFirst(untouchable).filter { point, isKept in
      !isKept && !isLocked(point)
    }
    return expired.map(\.0).reversed()
  }

  private func isLocked(_ point: PointIndex.Point) -> Bool {
    copy.lock.map { context.now < point.cutAt + $0 } ?? false
  }

  func change(for point: PointIndex.Point) -> Change {
    let key = plan.planKey
    let needsReview =
      context.desired.project?.guardrails.expireRequiresConfirm.contains(plan.policyRef) ?? false
    return Change(
      address: "\(key)@\(point.name)", plan: key, action: .delete, subject: .point,
      reason: .retentionExpired, source: SourcePlace(plan.source),
      title: "point \(point.name)",
      facts: [
        "expires: beyond \(RetentionDecision.text(policy))"
          + (settings.copies.count > 1 ? " of copy \(copy.name)" : "")
      ] + (needsReview ? ["only from a reviewed plan file"] : []),
      before: [
        "cutAt": .string(point.entry.point.cutAt),
        "consistency": .string(point.entry.point.consistency),
        "copies": [.string(target.name)], "manifestID": .string(point.entry.manifestID),
      ], needsReview: needsReview)
  }
}
