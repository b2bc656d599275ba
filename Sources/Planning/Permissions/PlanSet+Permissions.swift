public import ClusterModel
public import ProtectionModel

extension PlanSet {
  /// Whether any plan asks for group snapshots.
  public var hasGroups: Bool { protectionPlans.contains { !$0.groups.isEmpty } }

  /// What runs of all plans ask of the cluster, and no more: sorted, without repetition.
  ///
  /// What a restore asks in its target namespace is asked for everywhere: the namespace may not be
  /// there yet, and a Role in it would go with it.
  ///
  /// - Parameter resources: What the cluster serves; of these come the kinds that are captured.
  public func permissions(resources: [ResourceType]) -> [Permission] {
    var all = PermissionsOfPlans(plans: self, resources: resources)
    all.addObserving()
    for plan in protectionPlans { all.add(plan) }
    for plan in restorePlans { all.add(plan) }
    return all.found.sorted()
  }
}

private struct PermissionsOfPlans {
  let plans: PlanSet
  let resources: [ResourceType]
  var found: Set<Permission> = []

  private mutating func allow(
    _ verbs: [Permission.Verb], _ type: ResourceType, in namespace: String? = nil
  ) {
    for verb in verbs { found.insert(Permission(verb, type, in: namespace)) }
  }

  /// Commands in containers. Over WebSocket they begin with a GET, which servers before Kubernetes
  /// 1.35 take for `get` alone; since then `create` has to be granted as well.
  private mutating func allowCommands(in namespace: String? = nil) {
    for verb in [Permission.Verb.get, .create] {
      found.insert(Permission(verb, .pod, subresource: "exec", in: namespace))
    }
  }

  /// What every diff reads, and what counts towards limits, whoever made it.
  mutating func addObserving() {
    for type in [
      ResourceType.namespace, .claim, .volume, .statefulSet, .deployment, .pod, .storageClass,
      .snapshotClass, .job, .snapshot, .lease,
    ] {
      allow([.list], type)
    }
    allow([.get], .namespace)
    if plans.project?.concurrency.perNode != nil { allow([.list], .node) }
  }

  mutating func add(_ plan: ProtectionPlan) {
    let namespace = plan.metadata.namespace
    allow([.get], .claim, in: namespace)
    allow([.get, .create, .delete], .snapshot, in: namespace)
    allow([.get, .create, .delete], .snapshotContent)
    allow([.list], .event, in: namespace)
    if !plan.groups.isEmpty {
      allow([.patch], .claim, in: namespace)
      allow([.get], .volume)
      allow([.list], .groupSnapshot())
      allow([.list], .groupSnapshotClass())
      allow([.get, .create, .delete], .groupSnapshot(), in: namespace)
      allow([.get], .groupSnapshotContent())
    }
    if !plan.hooks.isEmpty { allowCommands(in: namespace) }
    for type in captured(by: plan) { allow([.list], type, in: namespace) }
    for copy in plans.policy(for: plan)?.settings.copies ?? [] {
      guard let name = copy.repositoryRef, let movers = addMovers(of: name) else { continue }
      allow([.get, .create, .delete], .snapshot, in: movers)
    }
  }

  /// What planning a restore looks at beside that.
  private mutating func addSurroundings(of plan: RestorePlan) {
    for type in [
      ResourceType.resourceQuota, .limitRange, .validatingWebhooks, .mutatingWebhooks, .service,
    ] {
      allow([.list], type)
    }
    for type in resources where type.isGitOpsKeeper {
      allow([.list], type)
      if plan.safety.pauseGitOps != .never { allow([.get, .patch], type) }
    }
  }

  mutating func add(_ plan: RestorePlan) {
    addSurroundings(of: plan)
    allow([.create], .namespace)
    allow([.get, .patch, .delete], .volume)
    allow([.get, .create], .claim)
    allow([.list], .event)
    if !plan.hooks.isEmpty || !plan.checks.isEmpty { allowCommands() }
    for target in plan.hooks.map(\.target) + plan.checks.map(\.target) {
      switch target.kind {
      case .pod: break
      case .statefulSet: allow([.get], .statefulSet)
      case .deployment: allow([.get], .deployment)
      case .daemonSet: allow([.get], .daemonSet)
      }
    }
    guard let origin = plans.protectionPlan(plan.origin.planRef) else { return }
    for type in captured(by: origin) {
      allow([.get, .create], type)
      switch plan.existing.resources {
      case .merge: allow([.patch], type)
      case .replace: allow([.delete], type)
      case .skip: break
      }
    }
    for copy in plans.policy(for: origin)?.settings.copies ?? [] {
      if let name = copy.repositoryRef { _ = addMovers(of: name) }
    }
  }

  private func captured(by plan: ProtectionPlan) -> [ResourceType] {
    let kinds = Set(plan.captures)
    return resources.filter { $0.isNamespaced && kinds.contains($0.kind) }
  }

  /// What the movers of a repository need around them.
  ///
  /// - Returns: The namespace that they run in.
  private mutating func addMovers(of repository: String) -> String? {
    guard let target = RepositoryTarget(named: repository, in: plans, baseDirectory: "/") else {
      return nil
    }
    let movers = target.moverNamespace
    allow([.get, .create, .delete], .claim, in: movers)
    allow([.get, .create, .delete], .job, in: movers)
    allow([.get, .create, .patch], .lease, in: movers)
    allow([.get, .list, .delete], .pod, in: movers)
    allow([.list], .event, in: movers)
    found.insert(Permission(.get, .pod, subresource: "log", in: movers))
    let secrets = [
      target.password.name, target.access?.credentialsSecret, target.access?.authoritiesSecret,
    ]
    for name in secrets.compactMap({ $0 }) {
      found.insert(Permission(.get, .secret, in: movers, names: [name]))
    }
    return movers
  }
}
