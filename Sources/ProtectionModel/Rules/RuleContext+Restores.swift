import Diagnostics
import Documents

extension RuleContext {
  mutating func check(_ restore: RestorePlan) {
    let key = restore.origin.planRef
    resolve(.protectionPlan, key, in: restore, at: ["spec", "source", "planRef", "name"])
    if let plan = plans.protectionPlan(key) { check(restore, of: plan) }
    if let cluster = restore.target.cluster, let project = plans.project {
      resolve(
        cluster, among: project.clusters.map(\.name), called: "cluster", in: restore,
        at: ["spec", "target", "cluster"])
    }
    let overwrites = restore.existing.volumes == .replace || restore.existing.volumes == .inPlace
    if overwrites, restore.safety.scaleDown == .never {
      report(
        .restoreOverLiveVolume,
        "`existing.volumes: \(restore.existing.volumes.rawValue)` may overwrite mounted volumes",
        in: restore, at: ["spec", "existing", "volumes"],
        hint: "add `safety: {scaleDown: Recorded}`")
    }
    for (index, hook) in restore.hooks.enumerated() {
      checkOneShot(hook.command, in: restore, at: ["spec", "hooks", .index(index), "command"])
    }
    if restore.origin.point == .latest, restore.origin.maxLoss != nil,
      !has(["spec", "source", "point", "asOf"], in: restore)
    {
      report(
        .conflictingFields, "`maxLoss` needs `asOf`: the latest point loses nothing",
        in: restore, at: ["spec", "source", "point", "maxLoss"])
    }
  }

  /// What the restore names of the plan it reads from.
  private mutating func check(_ restore: RestorePlan, of plan: ProtectionPlan) {
    let volumes = plan.volumes.map(\.name)
    for (index, volume) in restore.map.volumes.enumerated() where !volumes.isEmpty {
      resolve(
        volume.name, among: volumes, called: "volume", in: restore,
        at: ["spec", "map", "volumes", .index(index), "name"])
    }
    if let copy = restore.origin.copy, let policy = plans.policy(for: plan) {
      resolve(
        copy, among: policy.settings.copies.map(\.name), called: "copy", in: restore,
        at: ["spec", "source", "copy"])
    }
    let target = restore.target.namespace
    let mapped = plan.metadata.namespace.flatMap { restore.map.namespaces[$0] }
    if let mapped, mapped != target {
      report(
        .conflictingFields,
        "The plan's namespace is mapped to `\(mapped)` and restored to `\(target)`",
        in: restore, at: ["spec", "map", "namespaces"])
    }
  }
}
