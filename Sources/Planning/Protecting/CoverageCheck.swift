import ClusterModel
import Documents
import ProtectionModel

/// Finds the volumes that nobody protects.
struct CoverageCheck {
  let context: PlanningContext

  /// Bound claims outside of `covered`, by namespace and name.
  func uncovered(besides covered: Set<String>) -> [CoverageEntry] {
    let settings = context.desired.project?.coverage ?? Project.Coverage()
    guard settings.uncoveredVolumes != .ignore else { return [] }
    var entries: [CoverageEntry] = []
    for namespace in context.cluster.claims.keys.sorted() {
      if context.cluster.namespaces[namespace]?.isTerminating == true { continue }
      for claim in context.cluster.claims[namespace] ?? [] {
        let name = "\(namespace)/\(claim.name)"
        guard claim.phase == "Bound", !covered.contains(name), !isOurs(claim),
          !settings.ignore.contains(where: { $0.matches(claim) })
        else { continue }
        entries.append(entry(claim, name))
      }
    }
    return entries
  }

  /// Claims of a run under way hold copies, not originals.
  private func isOurs(_ claim: ObservedClaim) -> Bool {
    claim.labels[OwnershipLabels.managedBy] == OwnershipLabels.manager
      && claim.restoredFrom == nil
  }

  private func entry(_ claim: ObservedClaim, _ name: String) -> CoverageEntry {
    let pods = (context.cluster.pods[claim.namespace] ?? []).filter {
      $0.claims.contains(claim.name)
    }
    return CoverageEntry(
      claim: name, bytes: claim.bytes, storageClass: claim.storageClass,
      ageSeconds: Timestamp(claim.createdAt).map { (context.now - $0).wholeSeconds },
      mountedBy: Set(pods.map { $0.owner ?? "Pod/\($0.name)" }).sorted(), verdict: "uncovered")
  }
}

extension Project.Coverage.Exception {
  /// Whether everything that the exception names holds for the claim.
  fileprivate func matches(_ claim: ObservedClaim) -> Bool {
    if namespaces.isEmpty, labels.isEmpty { return false }
    let isInNamespace =
      namespaces.isEmpty || namespaces.contains { NamePattern($0).matches(claim.namespace) }
    return isInNamespace && labels.allSatisfy { claim.labels[$0.key] == $0.value }
  }
}
