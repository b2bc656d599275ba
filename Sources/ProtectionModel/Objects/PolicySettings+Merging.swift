extension PolicySettings {
  /// These settings, and `base` where they say nothing; copies are matched by name.
  public func merged(over base: PolicySettings) -> PolicySettings {
    PolicySettings(
      objectives: Objectives(
        rpo: objectives.rpo ?? base.objectives.rpo, rto: objectives.rto ?? base.objectives.rto),
      schedule: schedule.merged(over: base.schedule),
      keepLocal: keepLocal.merged(over: base.keepLocal),
      copies: Self.merge(copies, over: base.copies),
      retention: retention.merged(over: base.retention),
      require: Requirement(
        consistency: require.consistency ?? base.require.consistency,
        onUnavailable: require.onUnavailable ?? base.require.onUnavailable),
      verify: Verification(
        samplePercent: verify.samplePercent ?? base.verify.samplePercent,
        drillWithin: verify.drillWithin ?? base.verify.drillWithin))
  }

  private static func merge(_ copies: [CopyTarget], over base: [CopyTarget]) -> [CopyTarget] {
    var merged = base
    for copy in copies {
      if let index = merged.firstIndex(where: { $0.name == copy.name }) {
        merged[index] = copy.merged(over: merged[index])
      } else {
        merged.append(copy)
      }
    }
    return merged
  }
}

extension ScheduleSettings {
  func merged(over base: ScheduleSettings) -> ScheduleSettings {
    ScheduleSettings(
      cron: cron ?? base.cron, timezone: timezone ?? base.timezone,
      startWithin: startWithin ?? base.startWithin, jitter: jitter ?? base.jitter,
      skipIfUnchanged: skipIfUnchanged ?? base.skipIfUnchanged)
  }
}

extension CopyTarget {
  func merged(over base: CopyTarget) -> CopyTarget {
    CopyTarget(
      name: name, repositoryRef: repositoryRef ?? base.repositoryRef, when: when ?? base.when,
      lock: lock ?? base.lock,
      retention: retention.map { base.retention.map($0.merged(over:)) ?? $0 } ?? base.retention)
  }
}

extension RetentionPolicy {
  func merged(over base: RetentionPolicy) -> RetentionPolicy {
    RetentionPolicy(
      last: last ?? base.last, hourly: hourly ?? base.hourly, daily: daily ?? base.daily,
      weekly: weekly ?? base.weekly, monthly: monthly ?? base.monthly,
      yearly: yearly ?? base.yearly, within: within ?? base.within)
  }
}
