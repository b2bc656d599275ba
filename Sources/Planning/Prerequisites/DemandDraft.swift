import ClusterModel
import Diagnostics
import ProtectionModel

/// Puts a demand together, plan by plan, by the same resolution that plans runs.
struct DemandDraft {
  let context: PlanningContext
  let moversMax: Int
  let hidden: Set<String>
  var demand: PlanDemand

  /// Of these a selection is made: without one of them it would select less than there is.
  private static let selecting: Set = [
    "persistentvolumeclaims", "persistentvolumes", "statefulsets", "deployments", "pods",
  ]

  mutating func guardCluster() {
    var bag = DiagnosticBag()
    _ = ClusterGuard(context).allows(&bag)
    // Without its namespaces the cluster's identity is not known either.
    if !hidden.contains("namespaces") { tell(bag, of: "project") }
  }

  mutating func add(_ repository: Repository) {
    let name = repository.metadata.name
    guard
      let target = RepositoryTarget(
        named: name, in: context.desired, baseDirectory: context.options.baseDirectory)
    else { return }
    demand.repositories.append(target)
    let namespace = target.moverNamespace
    var place = PlanDemand.Place(name: namespace, role: .movers)
    place.mountsNode = target.location.hasPrefix("/")
    add(place)
    func need(_ secret: String, keys: [String], _ purpose: String) {
      demand.secrets.append(
        SecretNeed(
          namespace: namespace, name: secret, keys: keys,
          purpose: "\(purpose) of repository \(name)"))
    }
    need(target.password.name, keys: [target.password.key], "password")
    if let secret = target.access?.credentialsSecret { need(secret, keys: [], "credentials") }
    if let secret = target.access?.authoritiesSecret {
      need(secret, keys: [target.access?.authoritiesKey].compactMap { $0 }, "authorities")
    }
  }

  mutating func add(_ plan: ProtectionPlan) {
    let key = plan.planKey
    add(PlanDemand.Place(name: key.namespace, role: .protected))
    if !plan.groups.isEmpty {
      demand.grouped[key] = plan.groups.contains { $0.atomic == .required }
    }
    guard hidden.isDisjoint(with: Self.selecting) else { return }
    var bag = DiagnosticBag()
    let selected = ProtectedVolumes(context: context, plan: plan).resolve(&bag)
    tell(bag, of: key.description)
    demand.selected[key] = selected.claims.count
    var chosen: [String: String] = [:]
    for volume in selected.volumes {
      guard case .alone(let snapshotClass, _) = volume.cut else { continue }
      chosen[volume.claim.name] = snapshotClass
    }
    let claims = selected.claims.compactMap { context.cluster.claim($0, in: key.namespace) }
    for claim in claims {
      demand.volumes.append(
        PlanDemand.Volume(
          plan: key, claim: "\(claim.namespace)/\(claim.name)", driver: claim.driver,
          snapshotClass: chosen[claim.name], storageClass: claim.storageClass, bytes: claim.bytes))
      need(claim.storageClass, "claim \(claim.namespace)/\(claim.name)")
    }
    var cut = PlanDemand.Use(key, in: key.namespace)
    cut.snapshots = claims.count
    add(cut)
    for copy in context.desired.policy(for: plan)?.settings.copies ?? [] {
      guard let movers = namespace(ofRepository: copy.repositoryRef) else { continue }
      // Every cut is exposed as soon as the application is let go; only the Jobs take turns.
      var use = PlanDemand.Use(key, in: movers)
      use.snapshots = claims.count
      use.claims = claims.map {
        PlanDemand.Claim(storageClass: $0.storageClass, bytes: $0.bytes)
      }
      use.jobs = claims.count
      add(use)
    }
  }

  mutating func add(_ plan: RestorePlan) {
    let key = plan.planKey
    let target = plan.target.namespace
    var place = PlanDemand.Place(name: target, role: .target)
    place.isMade = plan.target.createNamespace
    add(place)
    // A selection from lists that are not whole would be told as the plan's mistake.
    guard hidden.isEmpty else { return }
    var bag = DiagnosticBag()
    defer { tell(bag, of: key.description) }
    guard let (repository, choice) = RestorePlanner(context: context, plan: plan).choose(&bag)
    else {
      // Without a point there is only what the plan itself names.
      let named = plan.map.storageClasses.values + plan.map.volumes.compactMap(\.storageClass)
      for name in Set(named).sorted() { need(name, "restore \(key)") }
      return
    }
    let point = choice.point.entry.point
    let volumes = RestoredVolumes(context: context, plan: plan, point: point)
      .resolve(point.volumes.sorted { $0.name < $1.name }, &bag)
    var staged = PlanDemand.Use(key, in: repository.moverNamespace)
    var bound = PlanDemand.Use(key, in: target)
    demand.restorable[key] = volumes.count
    let classes = context.cluster.storageClasses
    for volume in volumes {
      // One that is missing was told above, with the place in the plan.
      let isThere =
        volume.storageClass.map { classes[$0] != nil }
        ?? classes.values.contains(where: \.isDefault)
      if isThere { need(volume.storageClass, "volume \(volume.name) of restore \(key)") }
      // A claim that is there already is counted by the quota as it is.
      guard context.cluster.claim(volume.claim, in: target) == nil else { continue }
      let claim = PlanDemand.Claim(storageClass: volume.storageClass, bytes: volume.bytes)
      staged.claims.append(claim)
      bound.claims.append(claim)
      staged.jobs += 1
    }
    add(staged)
    add(bound)
  }

  private func namespace(ofRepository name: String?) -> String? {
    name.flatMap { name in demand.repositories.first { $0.name == name }?.moverNamespace }
  }

  private mutating func need(_ storageClass: String?, _ user: String) {
    guard let storageClass else { return demand.defaultClassUsers.append(user) }
    demand.storageClasses[storageClass, default: []].append(user)
  }

  private mutating func add(_ place: PlanDemand.Place) {
    guard
      let index = demand.places.firstIndex(where: { $0.name == place.name && $0.role == place.role }
      )
    else { return demand.places.append(place) }
    demand.places[index].isMade = demand.places[index].isMade && place.isMade
    if place.mountsNode == true { demand.places[index].mountsNode = true }
  }

  /// Adds to what the plan has in that namespace already.
  private mutating func add(_ use: PlanDemand.Use) {
    let known = demand.uses.firstIndex { $0.plan == use.plan && $0.namespace == use.namespace }
    var sum = known.map { demand.uses[$0] } ?? PlanDemand.Use(use.plan, in: use.namespace)
    sum.snapshots += use.snapshots
    sum.claims += use.claims
    sum.jobs = min(sum.jobs + use.jobs, moversMax)
    if let known { demand.uses[known] = sum } else { demand.uses.append(sum) }
  }

  /// Keeps what is no consequence of what could not be listed.
  private mutating func tell(_ bag: DiagnosticBag, of plan: String) {
    for finding in bag.diagnostics {
      if finding.code == .noSnapshotClass, hidden.contains("volumesnapshotclasses") { continue }
      demand.diagnostics.append((plan, finding))
    }
  }
}
