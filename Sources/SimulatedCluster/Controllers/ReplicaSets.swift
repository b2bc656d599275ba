import Documents

extension SimulatedKubernetes {
  mutating func manageReplicaSets(at now: Timestamp) -> Timestamp? {
    var wake: Timestamp?
    for (key, set) in store.sorted(Resources.replicaSets) where !set.isBeingDeleted {
      manage(replicaSet: key, set, at: now, &wake)
    }
    return wake
  }

  private mutating func manage(
    replicaSet key: ObjectKey, _ set: JSONValue, at now: Timestamp, _ wake: inout Timestamp?
  ) {
    let all = ownedPods(of: set, selector: set.value(at: ["spec", "selector"]), at: now)
    let active = all.filter { !$0.isBeingDeleted && !Self.isFinished($0) }
    let wanted = Int(set.integer("spec", "replicas") ?? 1)
    if active.count < wanted, let template = set.value(at: ["spec", "template"]) {
      for _ in active.count..<wanted {
        var pod = pod(from: template, owner: set)
        pod.set(["metadata", "generateName"], to: .string(set.name + "-"))
        guard let made = make(pod, Resources.pods, at: now) else { break }
        note(
          set, "Normal", "SuccessfulCreate", "Created pod: \(made.name)",
          by: "replicaset-controller", at: now)
      }
    } else if active.count > wanted {
      for pod in active.sorted(by: Self.goesFirst).prefix(active.count - wanted) {
        erase(self.key(Resources.pods, pod), at: now)
        note(
          set, "Normal", "SuccessfulDelete", "Deleted pod: \(pod.name)",
          by: "replicaset-controller", at: now)
      }
    }
    let pods = store.list(Resources.pods, namespace: set.namespace).filter {
      $0.controllerReference?.string("uid") == set.uid && !$0.isBeingDeleted
        && !Self.isFinished($0)
    }
    let available = pods.count { Self.isAvailable($0, set, at: now) }
    for end in pods.compactMap({ Self.availability($0, set) }) where end > now {
      wake = min(wake ?? end, end)
    }
    change(key, at: now) { set in
      set["status"] = .object(
        [
          "replicas": .integer(Int64(pods.count)),
          "fullyLabeledReplicas": .integer(Int64(pods.count)),
          "readyReplicas": .integer(Int64(pods.count(where: Self.isReady))),
          "availableReplicas": .integer(Int64(available)),
          "observedGeneration": .integer(set.generation),
        ].filter { $0.key == "replicas" || $0.value != 0 })
    }
  }

  /// Which of two pods is deleted first: the one not on a node, not ready, or younger.
  private static func goesFirst(_ left: JSONValue, _ right: JSONValue) -> Bool {
    func rank(_ pod: JSONValue) -> Int {
      if pod.string("spec", "nodeName") == nil { return 0 }
      if pod.string("status", "phase") != "Running" { return 1 }
      return isReady(pod) ? 3 : 2
    }
    if rank(left) != rank(right) { return rank(left) < rank(right) }
    let (created, other) = (left.creationTimestamp, right.creationTimestamp)
    if created != other, let created, let other { return created > other }
    return left.name > right.name
  }
}
