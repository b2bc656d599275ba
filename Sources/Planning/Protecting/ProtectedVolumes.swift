import ClusterModel
import Diagnostics
import ProtectionModel

/// Finds the volumes of a plan, how each is cut, and the pods in which its hooks run.
struct ProtectedVolumes {
  let context: PlanningContext
  let plan: ProtectionPlan

  struct Result {
    /// Every claim that the plan names, fit to be cut or not.
    var claims: [String] = []
    var volumes: [VolumeWork] = []
    var hooks: [HookWork] = []

    /// What the hooks, or the bracket around the cuts, promise.
    func consistency(of plan: ProtectionPlan) -> Consistency {
      let floor = plan.bracket != nil && !hooks.isEmpty ? Consistency.bracketed : .volume
      return max(floor, hooks.map(\.consistency).max() ?? .volume)
    }
  }

  func resolve(_ bag: inout DiagnosticBag) -> Result {
    var own = DiagnosticBag()
    defer { bag.add(own) }
    let resolver = SelectionResolver(cluster: context.cluster, plan: plan)
    let (pods, claims) = resolver.selection(&own)
    var volumes = resolver.volumes(of: claims, &own)
    if volumes.isEmpty, !own.hasErrors {
      own.add(
        Diagnostic(
          .nothingSelected, "The selection in `\(plan.planKey.namespace)` has no claim",
          at: plan.source, hint: "an empty plan protects nothing and would succeed at it"))
    }
    var result = Result()
    let hooks = HookResolver(context: context, plan: plan, pods: pods)
      .resolve(mounting: Set(volumes.map(\.claim.name)), &own)
    if plan.onlyFrom == .primary, let primary = hooks.primary {
      volumes = renamed(volumes.filter { primary.claims.contains($0.claim.name) })
    }
    result.claims = volumes.map(\.claim.name)
    result.hooks = hooks.hooks
    checkGroups(volumes, &own)
    result.volumes = volumes.compactMap { work(for: $0, &own) }
    return result
  }

  /// With one pod left, what told its volumes from the others' is no longer needed.
  private func renamed(_ volumes: [SelectionResolver.Volume]) -> [SelectionResolver.Volume] {
    let names = plan.volumes.map(\.name)
    return volumes.map { volume in
      guard
        let name = names.first(where: { volume.name == $0 || volume.name.hasPrefix($0 + "-") }),
        volumes.count(where: { $0.name == name || $0.name.hasPrefix(name + "-") }) == 1
      else { return volume }
      return SelectionResolver.Volume(
        name: name, claim: volume.claim, snapshotClass: volume.snapshotClass)
    }
  }

  private func checkGroups(
    _ volumes: [SelectionResolver.Volume], _ bag: inout DiagnosticBag
  ) {
    for group in plan.groups {
      guard let expected = group.expectMembers else { continue }
      let patterns = plan.volumes.filter { $0.group == group.name }
        .map { NamePattern($0.claim) }
      let count = volumes.count { volume in
        patterns.contains { $0.matches(volume.claim.name) }
      }
      guard count != expected else { continue }
      bag.add(
        Diagnostic(
          .nothingSelected,
          "Group `\(group.name)` has \(HumanText.count(count, "member")), not \(expected)",
          at: plan.source, hint: "correct `expectMembers`, or the claims of its volumes"))
    }
  }

  private func work(
    for volume: SelectionResolver.Volume, _ bag: inout DiagnosticBag
  ) -> VolumeWork? {
    let claim = volume.claim
    let name = "\(claim.namespace)/\(claim.name)"
    guard claim.phase == "Bound" else {
      bag.add(
        Diagnostic(
          .claimNotBound, "Claim `\(name)` is \(claim.phase), not Bound", at: plan.source,
          hint: "there is nothing to protect before a volume is bound to it"))
      return nil
    }
    guard let driver = claim.driver else {
      bag.add(
        Diagnostic(
          .noSnapshotDriver, "The volume of claim `\(name)` has no CSI driver that could cut it",
          at: plan.source, hint: "move the data to a storage class whose driver makes snapshots"))
      return nil
    }
    do {
      let choice = try SnapshotClassChoice.choose(
        named: volume.snapshotClass, driver: driver, among: context.cluster.snapshotClasses)
      return VolumeWork(
        name: volume.name, claim: claim, driver: driver, snapshotClass: choice.name,
        classReason: choice.reason)
    } catch {
      bag.add(
        Diagnostic(
          .noSnapshotClass, "\(error.message) (claim `\(name)`)", at: plan.source,
          hint: error.hint))
      return nil
    }
  }
}
