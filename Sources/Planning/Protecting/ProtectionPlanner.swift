import ClusterModel
import Diagnostics
import Documents
import ProtectionModel

/// Decides what one protection plan needs now.
struct ProtectionPlanner {
  let context: PlanningContext
  let plan: ProtectionPlan
  /// The window in which nothing new starts.
  let denied: Guardrails.DenyWindow?

  struct Result {
    var verdict: PlanVerdict
    var changes: [Change] = []
    var work: ProtectionWork?
    /// Claims that the plan protects, whatever became of it, as `namespace/name`.
    var claims: [String] = []
  }

  private var key: PlanKey { plan.planKey }

  func plan(_ bag: inout DiagnosticBag) -> Result {
    var result = Result(
      verdict: PlanVerdict(
        plan: key, kind: ProtectionPlan.kind.rawValue, source: SourcePlace(plan.source)))
    // Findings are counted apart, so that one plan's errors do not stop another.
    var own = DiagnosticBag()
    defer { bag.add(own) }

    let selected = ProtectedVolumes(context: context, plan: plan).resolve(&own)
    result.claims = selected.claims.map { "\(key.namespace)/\($0)" }
    result.verdict.volumes = selected.claims.count
    guard let policy = context.desired.policy(for: plan) else {
      own.add(
        Diagnostic(
          .unresolvedReference, "ProtectionPolicy `\(plan.policyRef)` is not declared",
          at: plan.source))
      result.verdict.state = .failed
      return result
    }
    let settings = policy.settings
    result.verdict.headline = headline(settings)
    let zone = context.zone(named: settings.schedule.timezone, at: policy.source, &own)
    let copies = repositories(settings, &own)
    check(selected, settings, &own)
    guard !own.hasErrors, let primary = copies.first else {
      result.verdict.state = .failed
      return result
    }

    let history = context.points.points(
      of: key, in: primary.repository.name, from: context.cluster.identity.uid)
    var due = DueDecision(
      schedule: settings.schedule, rpo: settings.objectives.rpo, points: history, at: context.now,
      zone: zone, jitterKey: key.description)
    if due.reason == nil { due = lateCopy(among: copies, settings, zone) ?? due }
    describe(history, due, settings, &result.verdict)
    var work = ProtectionWork(plan: key)
    if let reason = due.reason {
      let point = point(due, selected, copies, settings, zone)
      let change = PointChange(context: context, plan: plan, point: point, reason: reason).change
      result.changes.append(denied.map { blocked(change, by: $0) } ?? change)
      if denied == nil { work.point = point }
    }
    for copy in settings.copies {
      guard let target = copies.first(where: { $0.name == copy.name })?.repository else { continue }
      let expiry = ExpiryDecision(
        context: context, plan: plan, copy: copy, settings: settings, target: target, zone: zone,
        isPointComing: work.point?.copies.contains { $0.name == copy.name } ?? false)
      for expired in expiry.expired {
        work.expiries.append(ExpiryWork(expired.entry, in: target))
        result.changes.append(expiry.change(for: expired))
      }
    }
    result.verdict.state = result.changes.isEmpty ? .unchanged : .changed
    if work.point != nil || !work.expiries.isEmpty { result.work = work }
    return result
  }

  /// A copy that every point should be in, and that lacks the slot which others have: what failed
  /// there is made up for.
  private func lateCopy(
    among copies: [CopyWork], _ settings: PolicySettings, _ zone: TimeZoneRules
  ) -> DueDecision? {
    for copy in copies.dropFirst() {
      let declared = settings.copies.first { $0.name == copy.name }
      guard declared?.when ?? .always == .always else { continue }
      let points = context.points.points(
        of: key, in: copy.repository.name, from: context.cluster.identity.uid)
      let due = DueDecision(
        schedule: settings.schedule, rpo: nil, points: points, at: context.now, zone: zone,
        jitterKey: key.description)
      if due.reason != nil { return due }
    }
    return nil
  }

  private func headline(_ settings: PolicySettings) -> [String] {
    [plan.policyRef] + (settings.objectives.rpo.map { ["rpo \($0.planText)"] } ?? [])
  }

  private func repositories(
    _ settings: PolicySettings, _ bag: inout DiagnosticBag
  ) -> [CopyWork] {
    if settings.copies.isEmpty {
      bag.add(
        Diagnostic(
          .noCopy, "Policy `\(plan.policyRef)` names no copy, so a point would have no place",
          at: plan.source, hint: "add `copies: [{name: primary, repositoryRef: {name: …}}]`"))
    }
    return settings.copies.compactMap { copy in
      guard let name = copy.repositoryRef,
        let target = context.repository(
          named: name, at: plan.source, isWritten: true, &bag)
      else { return nil }
      return CopyWork(name: copy.name, repository: target)
    }
  }

  /// What the plan asks for and cannot have.
  private func check(
    _ selected: ProtectedVolumes.Result, _ settings: PolicySettings, _ bag: inout DiagnosticBag
  ) {
    guard let required = settings.require.consistency, settings.require.onUnavailable != .degrade,
      selected.consistency(of: plan) < required
    else { return }
    bag.add(
      Diagnostic(
        .requirementUnreachable,
        "`\(required.rawValue)` is required, the hooks reach "
          + "`\(selected.consistency(of: plan).rawValue)`", at: plan.source,
        hint: selected.notices.first
          ?? "use a hook that quiesces the application, or lower `require.consistency`"))
  }

  private func describe(
    _ history: [PointIndex.Point], _ due: DueDecision, _ settings: PolicySettings,
    _ verdict: inout PlanVerdict
  ) {
    verdict.rpoSeconds = settings.objectives.rpo?.wholeSeconds
    guard let newest = history.last else {
      verdict.notices.append("no recovery point yet")
      return
    }
    let age = (context.now - newest.cutAt).wholeSeconds
    verdict.newestPoint = newest.name
    verdict.newestAgeSeconds = age
    verdict.leftSeconds = verdict.rpoSeconds.map { $0 - age }
    let text = "newest point \(newest.name) is \(HumanText.age(seconds: age)) old"
    if age < 0 {
      verdict.notices.append(
        "newest point \(newest.name) is \(HumanText.age(seconds: -age)) in the future: "
          + "a clock is wrong"
      )
    } else if let slot = due.slot {
      let late = context.now - slot
      let isLate = settings.schedule.startWithin.map { late > $0 } ?? false
      verdict.notices.append(
        text + "; its next slot "
          + (isLate ? "was due \(HumanText.age(seconds: late.wholeSeconds)) ago" : "is due now"))
    } else if let rpo = settings.objectives.rpo, age >= rpo.wholeSeconds {
      verdict.notices.append(text + ", the objective is \(rpo.planText)")
    }
  }

  private func point(
    _ due: DueDecision, _ selected: ProtectedVolumes.Result, _ copies: [CopyWork],
    _ settings: PolicySettings, _ zone: TimeZoneRules
  ) -> PointWork {
    let name = due.pointName(at: context.now)
    let history = context.points.points(
      of: key, in: copies[0].repository.name, from: context.cluster.identity.uid)
    let isPrimaryDue = due.slot.map { slot in !history.contains { $0.fills(slot) } } ?? true
    let isDegradable = settings.require.onUnavailable == .degrade
    let wanted = copies.filter { copy in
      guard let declared = settings.copies.first(where: { $0.name == copy.name }) else {
        return false
      }
      return (copy.name == copies[0].name && isPrimaryDue)
        || CopyFrequency(context: context, plan: key, zone: zone).isDue(declared, copy, due)
    }
    return PointWork(
      name: name, slot: due.slot,
      key: RunKey(
        context.cluster.identity.uid, "protect", key.description, name,
        context.now.description),
      volumes: selected.volumes, groups: selected.groups, hooks: selected.hooks, copies: wanted,
      captures: plan.captures,
      keepsSnapshots: !settings.keepLocal.isEmpty,
      requiredConsistency: isDegradable ? .fuzzy : settings.require.consistency ?? .volume,
      expectedConsistency: selected.consistency(of: plan), notices: selected.notices)
  }

  private func blocked(_ change: Change, by window: Guardrails.DenyWindow) -> Change {
    var change = change
    change.action = .blocked
    change.code = DiagnosticCode.deniedByWindow.rawValue
    change.facts = [
      "not now: \(window.reason) (\(window.duration.planText) from `\(window.schedule.text)`)"
    ]
    change.steps = []
    return change
  }
}

/// Whether a copy that is not made for every point is due with this one.
struct CopyFrequency {
  let context: PlanningContext
  let plan: PlanKey
  let zone: TimeZoneRules

  func isDue(_ declared: CopyTarget, _ copy: CopyWork, _ due: DueDecision) -> Bool {
    let points = context.points.points(
      of: plan, in: copy.repository.name, from: context.cluster.identity.uid)
    if let slot = due.slot, points.contains(where: { $0.fills(slot) }) { return false }
    guard let newest = points.last else { return true }
    let period: (Timestamp) -> [Int64]
    switch declared.when ?? .always {
    case .always: return true
    case .hourly: period = { Array(fields($0).prefix(4)) }
    case .daily: period = { Array(fields($0).prefix(3)) }
    case .weekly: period = { [RetentionDecision.week(of: $0 + zone.utcOffset(at: $0))] }
    case .monthly: period = { Array(fields($0).prefix(2)) }
    }
    return period(newest.cutAt) != period(context.now)
  }

  private func fields(_ instant: Timestamp) -> [Int64] {
    let civil = (instant + zone.utcOffset(at: instant)).civil
    return [civil.year, civil.month, civil.day, civil.hour]
  }
}

extension ProtectionPlan {
  /// Kinds that are captured.
  var captures: [String] {
    let wanted = resources.include.filter { !resources.exclude.contains($0) }
    return resources.secrets == .skip ? wanted.filter { $0 != "Secret" } : wanted
  }
}
