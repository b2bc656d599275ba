import Documents

extension SimulatedKubernetes {
  private static let revisionAnnotation = "deployment.kubernetes.io/revision"

  mutating func manageDeployments(at now: Timestamp) -> Timestamp? {
    for (key, deployment) in store.sorted(Resources.deployments)
    where !deployment.isBeingDeleted {
      manage(deployment: key, deployment, at: now)
    }
    return nil
  }

  private func sets(of deployment: JSONValue) -> [JSONValue] {
    store.list(Resources.replicaSets, namespace: deployment.namespace).filter {
      $0.controllerReference?.string("uid") == deployment.uid
    }
  }

  private mutating func manage(
    deployment key: ObjectKey, _ deployment: JSONValue, at now: Timestamp
  ) {
    let template = deployment.value(at: ["spec", "template"]) ?? [:]
    let hash = contentHash(template)
    let name = "\(deployment.name)-\(hash)"
    var current = sets(of: deployment).first { $0.name == name }
    if current == nil, !deployment.flag("spec", "paused") {
      current = makeSet(name, hash, deployment, template, at: now)
    }
    if let current { markCurrent(current, deployment: key, at: now) }
    let old = sets(of: deployment).filter { $0.name != name }
    roll(deployment, to: current, from: old, at: now)
    prune(deployment, old, at: now)
    report(key, deployment, current: name, at: now)
  }

  private mutating func makeSet(
    _ name: String, _ hash: String, _ deployment: JSONValue, _ template: JSONValue,
    at now: Timestamp
  ) -> JSONValue? {
    var template = template
    template.set(["metadata", "labels", "pod-template-hash"], to: .string(hash))
    var selector = deployment.value(at: ["spec", "selector"]) ?? [:]
    selector.set(["matchLabels", "pod-template-hash"], to: .string(hash))
    var spec: JSONValue = ["replicas": 0, "selector": selector, "template": template]
    spec["minReadySeconds"] = deployment.value(at: ["spec", "minReadySeconds"])
    return make(
      [
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": [
          "name": .string(name), "namespace": .string(deployment.namespace),
          "labels": template.value(at: ["metadata", "labels"]) ?? [:],
          "ownerReferences": [deployment.ownerReference],
        ], "spec": spec,
      ], Resources.replicaSets, at: now)
  }

  /// Gives the current set the highest revision.
  private mutating func markCurrent(
    _ set: JSONValue, deployment key: ObjectKey, at now: Timestamp
  ) {
    guard let deployment = store[key] else { return }
    func revision(_ set: JSONValue) -> Int64 {
      set.annotations[Self.revisionAnnotation].flatMap { Int64($0) } ?? 0
    }
    let highest = sets(of: deployment).filter { $0.name != set.name }.map(revision).max() ?? 0
    let own = revision(set)
    let number = String(own > highest ? own : highest + 1)
    change(self.key(Resources.replicaSets, set), at: now) {
      $0.annotate(Self.revisionAnnotation, number)
    }
    change(key, at: now) { $0.annotate(Self.revisionAnnotation, number) }
  }

  // MARK: Rolling

  private static func replicas(_ set: JSONValue) -> Int {
    Int(set.integer("spec", "replicas") ?? 0)
  }

  private static func bound(_ value: JSONValue?, of total: Int, roundsUp: Bool) -> Int {
    if let number = value?.intValue { return Int(number) }
    guard let text = value?.stringValue, text.hasSuffix("%"), let percent = Int(text.dropLast())
    else { return 0 }
    return (total * percent + (roundsUp ? 99 : 0)) / 100
  }

  private mutating func scale(_ set: JSONValue, to count: Int, at now: Timestamp) {
    change(key(Resources.replicaSets, set), at: now) {
      $0.set(["spec", "replicas"], to: .integer(Int64(max(0, count))))
    }
  }

  private mutating func roll(
    _ deployment: JSONValue, to current: JSONValue?, from old: [JSONValue], at now: Timestamp
  ) {
    let wanted = Int(deployment.integer("spec", "replicas") ?? 1)
    guard let current else { return }
    let oldTotal = old.reduce(0) { $0 + Self.replicas($1) }
    if deployment.string("spec", "strategy", "type") == "Recreate" {
      for set in old where Self.replicas(set) > 0 { scale(set, to: 0, at: now) }
      let running = old.reduce(0) { $0 + Int($1.integer("status", "replicas") ?? 0) }
      if oldTotal == 0, running == 0 { scale(current, to: wanted, at: now) }
      return
    }
    let strategy = deployment.value(at: ["spec", "strategy", "rollingUpdate"])
    let surge = Self.bound(strategy?["maxSurge"], of: wanted, roundsUp: true)
    var unavailable = Self.bound(strategy?["maxUnavailable"], of: wanted, roundsUp: false)
    if surge == 0, unavailable == 0 { unavailable = 1 }
    let own = Self.replicas(current)
    let room = wanted + surge - own - oldTotal
    let target = own > wanted || oldTotal == 0 ? wanted : min(wanted, own + max(0, room))
    scale(current, to: target, at: now)
    let available = (old + [current]).reduce(0) {
      $0 + Int($1.integer("status", "availableReplicas") ?? 0)
    }
    var spare = available - (wanted - unavailable)
    for set in old where Self.replicas(set) > 0 {
      let broken = Self.replicas(set) - Int(set.integer("status", "availableReplicas") ?? 0)
      let fewer = max(0, broken) + max(0, min(spare, Self.replicas(set) - max(0, broken)))
      spare -= max(0, fewer - max(0, broken))
      if fewer > 0 { scale(set, to: Self.replicas(set) - fewer, at: now) }
    }
  }

  private mutating func prune(_ deployment: JSONValue, _ old: [JSONValue], at now: Timestamp) {
    let limit = Int(deployment.integer("spec", "revisionHistoryLimit") ?? 10)
    let idle = old.filter {
      Self.replicas($0) == 0 && ($0.integer("status", "replicas") ?? 0) == 0
    }.sorted {
      Int64($0.annotations[Self.revisionAnnotation] ?? "") ?? 0
        < Int64($1.annotations[Self.revisionAnnotation] ?? "") ?? 0
    }
    for set in idle.dropLast(limit) { erase(key(Resources.replicaSets, set), at: now) }
  }

  // MARK: Status

  private mutating func report(
    _ key: ObjectKey, _ deployment: JSONValue, current: String, at now: Timestamp
  ) {
    let sets = sets(of: deployment)
    func sum(_ member: String, _ sets: [JSONValue]) -> Int64 {
      sets.reduce(0) { $0 + ($1.integer("status", member) ?? 0) }
    }
    let wanted = deployment.integer("spec", "replicas") ?? 1
    let replicas = sum("replicas", sets)
    let available = sum("availableReplicas", sets)
    let updated = sum("replicas", sets.filter { $0.name == current })
    let rolling = deployment.value(at: ["spec", "strategy", "rollingUpdate"])
    let unavailable = Self.bound(
      rolling?["maxUnavailable"], of: Int(wanted), roundsUp: false)
    let isComplete = updated == wanted && replicas == wanted && available == wanted
    change(key, at: now) { deployment in
      let counts: [String: Int64] = [
        "replicas": replicas, "updatedReplicas": updated,
        "readyReplicas": sum("readyReplicas", sets), "availableReplicas": available,
        "unavailableReplicas": max(0, wanted - available),
      ]
      for (name, count) in counts {
        deployment.set(["status", name], to: count == 0 ? nil : .integer(count))
      }
      deployment.set(["status", "observedGeneration"], to: .integer(deployment.generation))
      let isAvailable = available >= wanted - Int64(unavailable)
      deployment.setCondition(
        "Available", isAvailable,
        reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: "Deployment \(isAvailable ? "has" : "does not have") minimum availability.",
        at: now)
      deployment.setCondition(
        "Progressing", true,
        reason: isComplete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
        message: "ReplicaSet \"\(current)\" "
          + (isComplete ? "has successfully progressed." : "is progressing."), at: now)
    }
  }
}
