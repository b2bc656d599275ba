import Diagnostics
import Documents

extension RuleContext {
  mutating func check(_ policy: ProtectionPolicy) {
    if let parent = policy.extends {
      resolve(
        .protectionPolicy, ObjectKey(name: parent), in: policy, at: ["spec", "extends", "name"])
      checkCycle(from: policy)
    }
    checkCopies(policy.settings.copies, in: policy, at: ["spec", "copies"])
    guard let settings = plans.mergedSettings(ofPolicy: policy.metadata.name) else { return }
    checkSchedule(settings, own: policy.settings, in: policy, at: ["spec"])
    for (index, copy) in settings.copies.enumerated() where copy.repositoryRef == nil {
      let isOwn = policy.settings.copies.contains { $0.name == copy.name }
      report(
        .missingField, "Copy `\(copy.name)` has no `repositoryRef`", in: policy,
        at: isOwn ? ["spec", "copies", .index(index)] : ["spec", "extends"],
        hint: "add `repositoryRef: {name: …}`")
    }
  }

  private mutating func checkCycle(from policy: ProtectionPolicy) {
    var chain = [policy.metadata.name]
    var next = policy.extends
    while let name = next, let parent = plans.policy(named: name) {
      if name == policy.metadata.name {
        // Each policy of the circle would say the same: the first by name speaks for all.
        guard chain.min() == name else { return }
        report(
          .extendsCycle,
          "Policies extend each other in a circle: \((chain + [name]).joined(separator: " → "))",
          in: policy, at: ["spec", "extends", "name"], hint: "remove one `extends`")
        return
      }
      guard !chain.contains(name) else { return }
      chain.append(name)
      next = parent.extends
    }
  }

  mutating func checkCopies<Object: DeclaredObject>(
    _ copies: [CopyTarget], in object: Object, at path: DocumentPath
  ) {
    for (index, copy) in copies.enumerated() {
      guard let name = copy.repositoryRef else { continue }
      let place = path + [.index(index), "repositoryRef", "name"]
      resolve(.repository, ObjectKey(name: name), in: object, at: place)
      if plans.repository(named: name)?.mode == .readOnly {
        report(
          .conflictingFields, "Repository `\(name)` is read-only and cannot take copies",
          in: object, at: place)
      }
    }
  }

  /// Whether the schedule can meet the objective; said where one of the two is set.
  ///
  /// - Parameter own: What the object itself sets: nothing is said of what it only inherits.
  mutating func checkSchedule<Object: DeclaredObject>(
    _ settings: PolicySettings, own: PolicySettings, in object: Object, at path: DocumentPath
  ) {
    guard let cron = settings.schedule.cron else { return }
    let place = path + (own.schedule.cron != nil ? ["schedule", "cron"] : ["objectives", "rpo"])
    if own.schedule.cron != nil, settings.schedule.timezone == nil, !hasDefaultTimezone {
      report(
        .invalidTimezone, "The schedule has no time zone", in: object, at: place,
        hint: "set `timezone:` of the project, or beside `cron:`")
    }
    guard own.schedule.cron != nil || own.objectives.rpo != nil,
      let rpo = settings.objectives.rpo, let gap = cron.longestGap, gap > rpo
    else { return }
    report(
      .scheduleMissesObjective,
      "Schedule `\(cron.text)` cannot meet an rpo of \(rpo.planText): "
        + "its slots are up to \(gap.planText) apart",
      in: object, at: place, hint: "run more often, or raise `objectives.rpo`")
  }

  /// Plans that all start in one minute.
  mutating func checkCrowdedMinutes() {
    var crowds: [String: [ProtectionPlan]] = [:]
    for plan in plans.protectionPlans {
      guard let schedule = plans.policy(for: plan)?.settings.schedule, let cron = schedule.cron,
        (schedule.jitter ?? .zero) == .zero
      else { continue }
      crowds[cron.text, default: []].append(plan)
    }
    for (text, crowd) in crowds.sorted(by: { $0.key < $1.key }) where crowd.count >= 10 {
      let names = crowd.prefix(10).map(\.key.description).joined(separator: ", ")
      report(
        .crowdedMinute, "\(crowd.count) plans start at the same minute of `\(text)`",
        in: crowd[0], at: ["spec", "policyRef"], notes: [Diagnostic.Note("Among them \(names)")],
        hint: "give the schedule a `jitter`")
    }
  }
}
