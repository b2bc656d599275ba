public import ClusterModel
import Diagnostics
import Documents
public import ProtectionModel

/// What every planner of one evaluation shares.
struct PlanningContext {
  let desired: PlanSet
  let cluster: ClusterIndex
  let points: PointIndex
  let primaries: [PlanKey: String]
  let now: Timestamp
  let options: PlanningOptions

  init(
    desired: PlanSet, observed: Observation, at now: Timestamp, options: PlanningOptions
  ) {
    self.desired = desired
    self.now = now
    self.options = options
    cluster = ClusterIndex(observed.cluster)
    points = PointIndex(observed.catalogs)
    primaries = Dictionary(
      observed.primaries.map { ($0.plan, $0.pod) }, uniquingKeysWith: { first, _ in first })
  }

  func zone(named name: String?, at source: SourceSpan, _ bag: inout DiagnosticBag) -> TimeZoneRules
  {
    guard let name, name != "UTC" else { return .utc }
    if let zone = options.zones(name) { return zone }
    bag.add(Diagnostic(.invalidTimezone, "Time zone `\(name)` is not known here", at: source))
    return .utc
  }

  /// A declared repository that can be read, or why not.
  func repository(
    named name: String, at source: SourceSpan, isWritten: Bool, _ bag: inout DiagnosticBag
  ) -> RepositoryTarget? {
    guard let declared = desired.repository(named: name),
      let target = RepositoryTarget(
        named: name, in: desired, baseDirectory: options.baseDirectory)
    else {
      bag.add(
        Diagnostic(
          .unresolvedReference, "Repository `\(name)` or its location is not declared", at: source))
      return nil
    }
    func refuse(_ message: String, _ hint: String) {
      bag.add(Diagnostic(.repositoryUnusable, message, at: source, hint: hint))
    }
    if isWritten, declared.mode == .readOnly {
      refuse("Repository `\(name)` is read-only", "copy to a repository of another `mode`")
      return nil
    }
    if case .s3(let s3)? = desired.storageLocation(named: declared.locationRef)?.store,
      s3.credentials.secret == nil
    {
      refuse(
        "Movers have no credentials for repository `\(name)`: its storage location names no Secret",
        "give the location `credentials: {secretRef: …}`")
      return nil
    }
    if cluster.namespaces[target.moverNamespace] == nil {
      refuse(
        "Namespace `\(target.moverNamespace)` of the password of repository `\(name)` is not in "
          + "the cluster", "create it, and in it Secret `\(target.password.name)`")
      return nil
    }
    switch points.states[name] {
    case .present: return target
    case .missing where isWritten && target.isCreatedWhenMissing: return target
    case .missing:
      refuse(
        "Repository `\(name)` does not exist at `\(target.location)`",
        isWritten ? "set `mode: CreateOrOpen`, or correct the location" : "correct the location")
    case .unreadable(let why):
      refuse("Repository `\(name)` cannot be read: \(why)", "nothing is done without its catalogue")
    case nil: refuse("Repository `\(name)` was not looked at", "observe it again")
    }
    return nil
  }

  /// The deny window that `now` lies in.
  func denyWindow(_ bag: inout DiagnosticBag) -> Guardrails.DenyWindow? {
    guard let project = desired.project, !project.guardrails.denyWindows.isEmpty else { return nil }
    let zone = zone(named: project.timezone, at: project.source, &bag)
    return project.guardrails.denyWindows.first { window in
      let start = window.schedule.latestSlot(atOrBefore: now, zone: zone)
      return start.map { now < $0 + window.duration } ?? false
    }
  }
}

/// What planning is told beside plans, world and time.
public struct PlanningOptions: Sendable {
  /// Which restore plans are looked at. A diff of a whole project must not restore everything.
  public enum Restores: Hashable, Sendable {
    case none
    case only(Set<PlanKey>)
  }

  /// Plans to look at, by patterns of their keys (`shop/*`); `nil` looks at all of them, and at
  /// what none of them covers.
  public var targets: [String]?
  public var restores: Restores
  /// Where relative paths of local storage locations begin; absolute.
  public var baseDirectory: String
  public var zones: TimeZoneLookup

  public init(
    targets: [String]? = nil, restores: Restores = .none, baseDirectory: String = "/",
    zones: @escaping TimeZoneLookup = { $0 == "UTC" ? .utc : nil }
  ) {
    self.targets = targets
    self.restores = restores
    self.baseDirectory = baseDirectory
    self.zones = zones
  }

  func includes(_ plan: PlanKey) -> Bool {
    targets?.contains { NamePattern($0).matches(plan.description) } ?? true
  }
}

extension DeclaredObject {
  /// The name of a plan, which always has a namespace.
  var planKey: PlanKey { PlanKey(namespace: metadata.namespace ?? "", name: metadata.name) }
}
