import ClusterModel
import Diagnostics
import ProtectionModel

/// Decides which volumes one group snapshot cuts.
///
/// What the cluster lacks, a group that only prefers to be atomic does without; what the plan has
/// wrong is an error for every group.
struct GroupResolver {
  let context: PlanningContext
  let plan: ProtectionPlan
  let volumes: [SelectionResolver.Volume]
  let hooks: [HookWork]

  struct Result {
    var groups: [GroupWork] = []
    /// Groups that are wrong; nothing more is said of their volumes.
    var refused: Set<String> = []
    /// What became of groups that are cut volume by volume.
    var notices: [String] = []
  }

  func resolve(_ bag: inout DiagnosticBag) -> Result {
    var result = Result()
    for group in plan.groups {
      let members = volumes.filter { $0.group == group.name }
      checkCount(of: members, in: group, &bag)
      guard !members.isEmpty else { continue }
      guard let served = context.cluster.groupSnapshots else {
        if group.atomic == .required {
          result.refused.insert(group.name)
          bag.add(
            Diagnostic(
              .notPossibleHere,
              "Group `\(group.name)` needs one atomic cut, and the cluster serves no group "
                + "snapshots", at: plan.source,
              hint: "install `groupsnapshot.storage.k8s.io`, use a `bracket`, or "
                + "`atomic: Preferred`"))
        } else {
          result.notices.append(
            "group `\(group.name)` volume by volume: the cluster serves no group snapshots")
        }
        continue
      }
      guard let driver = driver(of: group, members, served, &bag),
        isCutAtOnce(members, of: group, &bag)
      else {
        result.refused.insert(group.name)
        continue
      }
      result.groups.append(
        GroupWork(
          name: group.name, driver: driver, groupClass: group.groupClass, version: served.version,
          volumes: members.map(\.name)))
    }
    return result
  }

  private func checkCount(
    of members: [SelectionResolver.Volume], in group: VolumeGroup, _ bag: inout DiagnosticBag
  ) {
    guard let expected = group.expectMembers, members.count != expected else { return }
    bag.add(
      Diagnostic(
        .nothingSelected,
        "Group `\(group.name)` has \(HumanText.count(members.count, "member")), not \(expected)",
        at: plan.source, hint: "correct `expectMembers`, or the claims of its volumes"))
  }

  /// The driver that all members and the class have in common.
  private func driver(
    of group: VolumeGroup, _ members: [SelectionResolver.Volume],
    _ served: ObservedGroupSnapshots, _ bag: inout DiagnosticBag
  ) -> String? {
    guard let found = served.classes.first(where: { $0.name == group.groupClass }) else {
      let names = served.classes.map { "`\($0.name)`" }
      bag.add(
        Diagnostic(
          .noSnapshotClass,
          "VolumeGroupSnapshotClass `\(group.groupClass)` is not in the cluster (group "
            + "`\(group.name)`)", at: plan.source,
          hint: names.isEmpty
            ? "create it for the driver of its volumes"
            : "the cluster has \(HumanText.list(names))"))
      return nil
    }
    // A volume without any driver is a finding of its own.
    guard
      let stray = members.first(where: { $0.claim.driver.map { $0 != found.driver } ?? false })
    else { return found.driver }
    bag.add(
      Diagnostic(
        .groupNotUniform,
        "VolumeGroupSnapshotClass `\(found.name)` of group `\(group.name)` is for driver "
          + "`\(found.driver)`, claim `\(stray.claim.namespace)/\(stray.claim.name)` has "
          + "`\(stray.claim.driver ?? "")`", at: plan.source,
        hint: "a group has one driver: put the volume into another group, or name a class of its "
          + "driver"))
    return nil
  }

  /// Whether every hook wants all members at the same of its steps.
  private func isCutAtOnce(
    _ members: [SelectionResolver.Volume], of group: VolumeGroup, _ bag: inout DiagnosticBag
  ) -> Bool {
    for hook in hooks {
      guard case .session(let session) = hook.quiesce else { continue }
      let order = SessionOrder(session: session, cuts: hook.cuts)
      let first = order.moment(of: members[0].name)
      guard let other = members.first(where: { order.moment(of: $0.name) != first }) else {
        continue
      }
      bag.add(
        Diagnostic(
          .groupNotUniform,
          "Blueprint `\(hook.blueprint)` cuts volumes `\(members[0].name)` and `\(other.name)` of "
            + "group `\(group.name)` at different steps", at: plan.source,
          hint: "give one moment to both, or take one of them out of the group"))
      return false
    }
    return true
  }
}
