public import ClusterModel
public import ProtectionModel

/// What a cluster's own clock has to start: the plans of one policy, or one repository's
/// maintenance.
public struct PlanSchedule: Hashable, Sendable {
  public enum Work: Hashable, Sendable {
    /// Makes due recovery points of these plans and removes expired ones.
    case apply(plans: [PlanKey])
    case maintain(RepositoryTarget)
  }

  /// Of the policy, or of the plan that overrides its schedule, or of the repository.
  public var name: String
  public var cron: String
  /// An IANA name.
  public var timezone: String
  /// A start this much late does not happen; `nil` leaves it to the cluster.
  public var startWithin: Duration?
  public var work: Work
}

extension PlanSet {
  /// The schedules of all plans and repositories, by kind and name.
  ///
  /// - Parameter baseDirectory: Where relative paths of local storage locations begin; absolute.
  public func schedules(baseDirectory: String) -> [PlanSchedule] {
    var found: [PlanSchedule] = []
    for plan in protectionPlans {
      guard let settings = policy(for: plan)?.settings.schedule, let cron = settings.cron else {
        continue
      }
      let key = plan.planKey
      let own = effectivePolicy(named: plan.policyRef)?.settings.schedule == settings
      let schedule = PlanSchedule(
        name: own ? plan.policyRef : "\(key.namespace)-\(key.name)", cron: cron.text,
        timezone: settings.timezone ?? "UTC", startWithin: settings.startWithin,
        work: .apply(plans: [key]))
      let peer = found.firstIndex { $0.name == schedule.name && $0.cron == schedule.cron }
      guard let peer, case .apply(let plans) = found[peer].work else {
        found.append(schedule)
        continue
      }
      found[peer].work = .apply(plans: plans + [key])
    }
    for repository in repositories {
      guard let maintenance = repository.maintenance, repository.mode != .readOnly,
        let target = RepositoryTarget(
          named: repository.metadata.name, in: self, baseDirectory: baseDirectory)
      else { continue }
      found.append(
        PlanSchedule(
          name: "maintain-\(repository.metadata.name)", cron: maintenance.schedule.text,
          timezone: project?.timezone ?? "UTC", startWithin: maintenance.window,
          work: .maintain(target)))
    }
    return found.sorted { $0.name < $1.name }
  }

  /// Plans that no schedule starts.
  public var unscheduledPlans: [PlanKey] {
    protectionPlans.filter { policy(for: $0)?.settings.schedule.cron == nil }.map(\.planKey)
  }
}
