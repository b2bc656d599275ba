extension PlanSet {
  /// The plan's policy with everything it extends and the plan's own overrides merged in.
  ///
  /// The answer keeps the policy's name and place and extends nothing. Its schedule has a time
  /// zone: its own, else the project's, else UTC.
  ///
  /// - Returns: `nil` where a policy is missing, or extends itself.
  public func policy(for plan: ProtectionPlan) -> ProtectionPolicy? {
    guard var policy = effectivePolicy(named: plan.policyRef) else { return nil }
    policy.settings = plan.overrides.merged(over: policy.settings)
    return policy
  }

  /// A policy with everything it extends merged in; see ``policy(for:)``.
  public func effectivePolicy(named name: String) -> ProtectionPolicy? {
    guard let policy = policy(named: name), var settings = mergedSettings(ofPolicy: name) else {
      return nil
    }
    settings.schedule.timezone = settings.schedule.timezone ?? project?.timezone ?? "UTC"
    return ProtectionPolicy(
      metadata: policy.metadata, source: policy.source, extends: nil, settings: settings)
  }

  /// What a policy and those that it extends say, no more.
  func mergedSettings(ofPolicy name: String) -> PolicySettings? {
    guard let policy = policy(named: name) else { return nil }
    var settings = policy.settings
    var seen: Set = [name]
    var next = policy.extends
    while let parentName = next {
      guard seen.insert(parentName).inserted, let parent = self.policy(named: parentName) else {
        return nil
      }
      settings = settings.merged(over: parent.settings)
      next = parent.extends
    }
    return settings
  }

  /// The blueprint with `use`'s parameters, or their defaults, in place of every
  /// `$(params.NAME)`.
  ///
  /// - Returns: `nil` where there is no such blueprint, or a required parameter is missing.
  public func blueprint(for use: HookUse) -> HookBlueprint? {
    guard let blueprint = blueprint(named: use.blueprint) else { return nil }
    var values: [String: ParameterValue] = [:]
    for parameter in blueprint.params {
      guard let value = use.params[parameter.name] ?? parameter.defaultValue else {
        if parameter.isRequired { return nil }
        continue
      }
      values[parameter.name] = value
    }
    return blueprint.substituting(values)
  }

  /// The policy and protection plan that a restore plan reads from.
  public func origin(of restore: RestorePlan) -> ProtectionPlan? {
    protectionPlan(restore.origin.planRef)
  }
}
