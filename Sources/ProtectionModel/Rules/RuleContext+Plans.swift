import Diagnostics
import Documents

extension RuleContext {
  mutating func check(_ plan: ProtectionPlan) {
    resolve(
      .protectionPolicy, ObjectKey(name: plan.policyRef), in: plan,
      at: ["spec", "policyRef", "name"])
    if plan.select.isEmpty {
      report(
        .emptySelection, "The plan selects nothing", in: plan, at: ["spec", "select"],
        hint: "name `workloads`, `claims` or `labels`")
    }
    if has(["spec", "overrides", "extends"], in: plan) {
      report(
        .conflictingFields, "Overrides cannot extend a policy", in: plan,
        at: ["spec", "overrides", "extends"], hint: "change `policyRef`")
    }
    checkVolumes(of: plan)
    for (index, use) in plan.hooks.enumerated() { check(use, index: index, in: plan) }
    checkCopies(plan.overrides.copies, in: plan, at: ["spec", "overrides", "copies"])
    checkDumps(of: plan)
    checkFreezes(of: plan)
    guard let inherited = plans.mergedSettings(ofPolicy: plan.policyRef) else { return }
    let settings = plan.overrides.merged(over: inherited)
    checkSchedule(settings, own: plan.overrides, in: plan, at: ["spec", "overrides"])
    checkRequirement(settings.require, of: plan)
  }

  private mutating func checkVolumes(of plan: ProtectionPlan) {
    let groups = plan.groups.map(\.name)
    for (index, volume) in plan.volumes.enumerated() {
      guard let group = volume.group else { continue }
      resolve(
        group, among: groups, called: "group", in: plan,
        at: ["spec", "volumes", .index(index), "group"])
    }
    for (index, group) in plan.groups.enumerated()
    where !plan.volumes.contains(where: { $0.group == group.name }) {
      report(
        .emptySelection, "No volume belongs to group `\(group.name)`", in: plan,
        at: ["spec", "groups", .index(index), "name"],
        hint: "add `group: \(group.name)` to its volumes")
    }
    let names = plan.volumes.map(\.name)
    for (index, name) in (plan.bracket?.volumes ?? []).enumerated() {
      resolve(
        name, among: names, called: "volume", in: plan,
        at: ["spec", "consistency", "bracket", "volumes", .index(index)])
    }
  }

  /// A thaw that removes files which a mover has yet to read from the live volume.
  private mutating func checkDumps(of plan: ProtectionPlan) {
    guard plan.volumes.contains(where: { $0.mover.access == .direct }) else { return }
    for (index, use) in plan.hooks.enumerated() {
      guard case .freeze(let freeze) = plans.blueprint(for: use)?.quiesce else { continue }
      let words = freeze.thaw.exec.exec.flatMap { $0.split { " ;&|".contains($0) } }
      guard words.contains("rm") else { continue }
      report(
        .dumpDeletedBeforeCopy, "The thaw deletes files before the live volume is copied",
        in: plan, at: ["spec", "hooks", .index(index), "use", "name"],
        hint: "copy from a snapshot, or delete at the next freeze")
    }
  }

  /// fsfreeze on a filesystem that cannot freeze. Only CephFS has shallow mounts; a class's name
  /// is no proof, so it warns.
  private mutating func checkFreezes(of plan: ProtectionPlan) {
    let freezes = plan.hooks.contains { use in
      guard case .freeze(let freeze) = plans.blueprint(for: use)?.quiesce else { return false }
      return freeze.freeze.exec.contains { $0.split(separator: "/").last == "fsfreeze" }
    }
    guard freezes else { return }
    for (index, volume) in plan.volumes.enumerated() {
      let name = volume.snapshotClass?.lowercased() ?? ""
      let isShallow = volume.mover.access == .shallowReadOnly
      let subject = "\(isShallow ? "CephFS" : "the") volume `\(plan.key)/\(volume.name)`"
      guard isShallow || name.contains("cephfs") || name.contains("nfs") else { continue }
      report(
        .freezeOnSharedFilesystem,
        "fsfreeze is not supported on \(subject)", in: plan,
        at: ["spec", "volumes", .index(index), isShallow ? "mover" : "class"],
        severity: isShallow ? .error : .warning,
        hint: "leave the hook out and require `consistency: Volume`")
    }
  }

  /// The consistency that a plan can reach at best.
  private func reachableConsistency(of plan: ProtectionPlan) -> Consistency? {
    var best = Consistency.volume
    for use in plan.hooks {
      guard let blueprint = plans.blueprint(named: use.blueprint) else { return nil }
      best = max(best, blueprint.consistency ?? .volume)
    }
    let volumes = plan.volumes
    if !volumes.isEmpty, let group = volumes[0].group, volumes.allSatisfy({ $0.group == group }) {
      best = max(best, .group)
    }
    if let bracket = plan.bracket, volumes.allSatisfy({ bracket.volumes.contains($0.name) }) {
      best = max(best, .bracketed)
    }
    return best
  }

  private mutating func checkRequirement(_ require: Requirement, of plan: ProtectionPlan) {
    guard let wanted = require.consistency, let best = reachableConsistency(of: plan),
      best < wanted
    else { return }
    let isOwn = plan.overrides.require.consistency != nil
    report(
      .requirementUnreachable,
      "The plan must reach consistency `\(wanted.rawValue)` and can reach `\(best.rawValue)`",
      in: plan,
      at: isOwn ? ["spec", "overrides", "require", "consistency"] : ["spec", "policyRef", "name"],
      severity: require.onUnavailable == .degrade ? .warning : .error,
      hint: wanted == .application
        ? "add a hook, or set `overrides: {require: {consistency: \(best.rawValue)}}`"
        : "set `overrides: {require: {consistency: \(best.rawValue)}}`")
  }

  /// Two plans of one namespace whose volumes can be the same claim.
  mutating func checkOverlaps() {
    let plans = plans.protectionPlans
    for (index, plan) in plans.enumerated() {
      for other in plans[..<index] where other.metadata.namespace == plan.metadata.namespace {
        guard let (path, otherPath) = plan.overlap(with: other) else { continue }
        report(
          .protectedTwice, "Plans `\(other.key)` and `\(plan.key)` protect the same claims",
          in: plan, at: path,
          notes: [Diagnostic.Note("The other plan", at: span(in: other, at: otherPath))],
          hint: "narrow one of them, or merge the plans")
      }
    }
  }
}

extension ProtectionPlan {
  /// Where this plan and another first name the same claims or workload.
  fileprivate func overlap(with other: ProtectionPlan) -> (DocumentPath, DocumentPath)? {
    for (index, volume) in volumes.enumerated() {
      for (otherIndex, otherVolume) in other.volumes.enumerated()
      where Glob.overlap(volume.claim, otherVolume.claim) {
        return (
          ["spec", "volumes", .index(index), "claim"],
          ["spec", "volumes", .index(otherIndex), "claim"]
        )
      }
    }
    guard volumes.isEmpty || other.volumes.isEmpty else { return nil }
    let shared = select.workloads.contains { other.select.workloads.contains($0) }
    return shared ? (["spec", "select"], ["spec", "select"]) : nil
  }
}
