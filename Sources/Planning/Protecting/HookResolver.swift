import ClusterModel
import Diagnostics
import ProtectionModel

/// Finds the pods that a plan's hooks run in.
struct HookResolver {
  let context: PlanningContext
  let plan: ProtectionPlan
  /// The selected pods, sorted by name.
  let pods: [ObservedPod]

  /// What the hooks of a plan come to.
  struct Result {
    var hooks: [HookWork] = []
    /// The pod that a blueprint picked as primary.
    var primary: ObservedPod?
    var isComplete = true
  }

  func resolve(mounting claims: Set<String>, _ bag: inout DiagnosticBag) -> Result {
    var result = Result()
    for use in plan.hooks {
      guard let blueprint = context.desired.blueprint(for: use) else {
        bag.add(
          Diagnostic(
            .unresolvedReference, "HookBlueprint `\(use.blueprint)` is not declared",
            at: plan.source))
        result.isComplete = false
        continue
      }
      // A blueprint without a quiesce only says how to restore.
      guard let quiesce = blueprint.quiesce else { continue }
      let picked = pick(blueprint, mounting: claims, &bag)
      if picked.isEmpty { result.isComplete = false }
      if case .primary = blueprint.target.pick { result.primary = picked.first }
      for pod in picked {
        result.hooks.append(
          HookWork(
            blueprint: use.blueprint, pod: pod.name, container: blueprint.target.container,
            quiesce: quiesce, cuts: blueprint.cuts, consistency: blueprint.consistency ?? .volume,
            freezeMax: context.desired.project?.guardrails.maxFreeze))
      }
    }
    return result
  }

  private func pick(
    _ blueprint: HookBlueprint, mounting claims: Set<String>, _ bag: inout DiagnosticBag
  ) -> [ObservedPod] {
    func refuse(_ message: String, _ hint: String) -> [ObservedPod] {
      bag.add(Diagnostic(.hookPodMissing, message, at: plan.source, hint: hint))
      return []
    }
    let name = blueprint.metadata.name
    let mounting = pods.filter { !claims.isDisjoint(with: $0.claims) }
    let candidates = mounting.isEmpty ? pods : mounting
    let ready = candidates.filter(\.isReady)
    var picked: [ObservedPod]
    switch blueprint.target.pick {
    case .one: picked = Array(ready.prefix(1))
    case .allMounting: picked = mounting.filter(\.isReady)
    case .primary:
      picked = ready
      if ready.count > 1 {
        let key = plan.planKey
        picked = ready.filter { $0.name == context.primaries[key] }
        if picked.isEmpty {
          return refuse(
            "Any of \(ready.count) pods may be the primary that hook `\(name)` needs",
            "the blueprint's `primaryProbe` picked none of "
              + HumanText.list(ready.map { "`\($0.name)`" }))
        }
      }
    }
    guard !picked.isEmpty else {
      return refuse(
        "Hook `\(name)` has no ready pod to run in",
        candidates.isEmpty
          ? "the selection has no pod"
          : "start "
            + HumanText.list(candidates.prefix(3).map { "`\($0.name)`" }))
    }
    if let container = blueprint.target.container,
      let pod = picked.first(where: { !$0.containers.contains(container) })
    {
      return refuse(
        "Hook `\(name)` runs in container `\(container)`, which pod `\(pod.name)` does not have",
        "the pod has \(HumanText.list(pod.containers.map { "`\($0)`" }))")
    }
    return picked
  }
}
