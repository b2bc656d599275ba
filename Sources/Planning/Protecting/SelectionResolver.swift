import ClusterModel
import Diagnostics
import ProtectionModel

/// Finds what a plan selects in the observed cluster.
struct SelectionResolver {
  let cluster: ClusterIndex
  let plan: ProtectionPlan

  private var namespace: String { plan.metadata.namespace ?? "" }
  private var allClaims: [ObservedClaim] { cluster.claims[namespace] ?? [] }

  /// A claim and the name that the plan gives it.
  struct Volume {
    let name: String
    let claim: ObservedClaim
    let snapshotClass: String?
    let group: String?
  }

  /// The selected pods and claims, each sorted by name.
  func selection(_ bag: inout DiagnosticBag) -> (pods: [ObservedPod], claims: [ObservedClaim]) {
    var pods: [String: ObservedPod] = [:]
    var names: Set<String> = []
    for workload in selectedWorkloads(&bag) {
      let found = cluster.pods(kind: workload.kind, workload.name, in: namespace)
      for pod in found { pods[pod.name] = pod }
      // A StatefulSet without pods keeps its claims, named after it and the pod's number.
      if found.isEmpty, workload.kind == "StatefulSet" {
        names.formUnion(claimsOfScaledDown(workload.name))
      }
    }
    for pod in pods.values { names.formUnion(pod.claims) }
    for pattern in plan.select.claims.map(NamePattern.init) {
      names.formUnion(allClaims.map(\.name).filter(pattern.matches))
    }
    if !plan.select.labels.isEmpty {
      names.formUnion(allClaims.filter { matches($0.labels) }.map(\.name))
    }
    // Pods that mount a selected claim can be hooked, however the claim was selected.
    for pod in cluster.pods[namespace] ?? [] where !names.isDisjoint(with: pod.claims) {
      pods[pod.name] = pod
    }
    return (
      pods.values.sorted { $0.name < $1.name }, allClaims.filter { names.contains($0.name) }
    )
  }

  private func matches(_ labels: [String: String]) -> Bool {
    plan.select.labels.allSatisfy { labels[$0.key] == $0.value }
  }

  private func selectedWorkloads(_ bag: inout DiagnosticBag) -> [(kind: String, name: String)] {
    var workloads: [(kind: String, name: String)] = []
    for wanted in plan.select.workloads {
      let kind = wanted.kind.rawValue
      let exists =
        switch wanted.kind {
        case .statefulSet, .deployment:
          cluster.workload(kind: kind, wanted.name, in: namespace) != nil
        case .daemonSet, .pod: !cluster.pods(kind: kind, wanted.name, in: namespace).isEmpty
        }
      if exists {
        workloads.append((kind, wanted.name))
      } else {
        bag.add(
          Diagnostic(
            .workloadMissing, "\(kind) `\(namespace)/\(wanted.name)` is not in the cluster",
            at: plan.source,
            hint: "correct `select`, or restore the workload before protecting it"))
      }
    }
    if !plan.select.labels.isEmpty {
      for workload in cluster.workloads[namespace] ?? [] where matches(workload.labels) {
        workloads.append((workload.kind, workload.name))
      }
    }
    return workloads
  }

  private func claimsOfScaledDown(_ statefulSet: String) -> [String] {
    allClaims.map(\.name).filter { name in
      guard let hyphen = name.lastIndex(of: "-") else { return false }
      return name[..<hyphen].hasSuffix("-\(statefulSet)")
        && name[name.index(after: hyphen)...].utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
  }

  /// Gives every claim its volume name: the plan's, or the claim's own where the plan names none.
  ///
  /// A name for several claims is told apart by what its `*` stands for: `logs-0`, `logs-1`.
  func volumes(of claims: [ObservedClaim], _ bag: inout DiagnosticBag) -> [Volume] {
    if plan.volumes.isEmpty {
      return claims.map { Volume(name: $0.name, claim: $0, snapshotClass: nil, group: nil) }
    }
    let choices = plan.select.isEmpty ? allClaims : claims
    var volumes: [Volume] = []
    for wanted in plan.volumes {
      let pattern = NamePattern(wanted.claim)
      let matching = choices.filter { pattern.matches($0.name) }
      if matching.isEmpty {
        bag.add(
          Diagnostic(
            .nothingSelected,
            "Volume `\(wanted.name)` matches no claim: the selection in `\(namespace)` has no "
              + "`\(wanted.claim)`", at: plan.source, hint: Self.hint(choices)))
      }
      for claim in matching {
        let suffix = pattern.wildcard(in: claim.name) ?? claim.name
        volumes.append(
          Volume(
            name: matching.count == 1 ? wanted.name : "\(wanted.name)-\(suffix)", claim: claim,
            snapshotClass: wanted.snapshotClass, group: wanted.group))
      }
    }
    return volumes
  }

  private static func hint(_ choices: [ObservedClaim]) -> String? {
    guard !choices.isEmpty else { return nil }
    let names = choices.prefix(5).map { "`\($0.name)`" }
    return "the selection has \(HumanText.list(names))\(choices.count > 5 ? ", …" : "")"
  }
}
