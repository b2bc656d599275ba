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
    var groups: [GroupWork] = []
    var hooks: [HookWork] = []
    /// Why groups are not cut as groups.
    var notices: [String] = []

    /// What the hooks, the bracket around the cuts, or the one cut of everything promise.
    func consistency(of plan: ProtectionPlan) -> Consistency {
      var floor = plan.bracket != nil && !hooks.isEmpty ? Consistency.bracketed : .volume
      // Two groups, or a group and a volume beside it, are cut at different instants.
      if groups.contains(where: { $0.volumes.count == volumes.count }) { floor = .group }
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
    let groups = GroupResolver(context: context, plan: plan, volumes: volumes, hooks: hooks.hooks)
      .resolve(&own)
    result.groups = groups.groups
    result.notices = groups.notices
    let grouped = groups.refused.union(groups.groups.map(\.name))
    result.volumes = volumes.compactMap { volume in
      work(for: volume, in: volume.group.flatMap { grouped.contains($0) ? $0 : nil }, &own)
    }
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
        name: name, claim: volume.claim, snapshotClass: volume.snapshotClass, group: volume.group)
    }
  }

  private func work(
    for volume: SelectionResolver.Volume, in group: String?, _ bag: inout DiagnosticBag
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
    if let group {
      return VolumeWork(name: volume.name, claim: claim, driver: driver, cut: .group(group))
    }
    do {
      let choice = try SnapshotClassChoice.choose(
        named: volume.snapshotClass, driver: driver, among: context.cluster.snapshotClasses)
      return VolumeWork(
        name: volume.name, claim: claim, driver: driver,
        cut: .alone(snapshotClass: choice.name, reason: choice.reason))
    } catch {
      bag.add(
        Diagnostic(
          .noSnapshotClass, "\(error.message) (claim `\(name)`)", at: plan.source,
          hint: error.hint))
      return nil
    }
  }
}
