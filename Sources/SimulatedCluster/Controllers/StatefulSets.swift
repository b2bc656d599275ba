import Documents

extension SimulatedKubernetes {
  private static let component = "statefulset-controller"

  mutating func manageStatefulSets(at now: Timestamp) -> Timestamp? {
    var wake: Timestamp?
    for (key, set) in store.sorted(Resources.statefulSets) where !set.isBeingDeleted {
      let revision = keepRevision(of: set, at: now)
      let pods = ownedPods(of: set, selector: set.value(at: ["spec", "selector"]), at: now)
      advance(set, revision: revision, pods, at: now)
      report(statefulSet: key, revision: revision, at: now)
      for end in pods.compactMap({ Self.availability($0, set) }) where end > now {
        wake = min(wake ?? end, end)
      }
    }
    return wake
  }

  // MARK: Revisions

  /// Keeps a ControllerRevision for the template.
  ///
  /// - Returns: Its name.
  private mutating func keepRevision(of set: JSONValue, at now: Timestamp) -> String {
    let template = set.value(at: ["spec", "template"]) ?? [:]
    let name = "\(set.name)-\(contentHash(template))"
    let revisions = store.list(Resources.controllerRevisions, namespace: set.namespace)
      .filter { $0.controllerReference?.string("uid") == set.uid }
      .sorted { ($0.integer("revision") ?? 0) < ($1.integer("revision") ?? 0) }
    let highest = revisions.last?.integer("revision") ?? 0
    if let known = revisions.first(where: { $0.name == name }) {
      if known.integer("revision") != highest {
        change(key(Resources.controllerRevisions, known), at: now) {
          $0["revision"] = .integer(highest + 1)
        }
      }
    } else {
      make(
        [
          "apiVersion": "apps/v1", "kind": "ControllerRevision",
          "metadata": [
            "name": .string(name), "namespace": .string(set.namespace),
            "labels": template.value(at: ["metadata", "labels"]) ?? [:],
            "ownerReferences": [set.ownerReference],
          ], "data": ["spec": ["template": template]], "revision": .integer(highest + 1),
        ], Resources.controllerRevisions, at: now)
    }
    let limit = Int(set.integer("spec", "revisionHistoryLimit") ?? 10)
    let current = set.string("status", "currentRevision")
    let idle = revisions.filter { $0.name != name && $0.name != current }
    for revision in idle.dropLast(limit) {
      erase(key(Resources.controllerRevisions, revision), at: now)
    }
    return name
  }

  // MARK: Pods

  private static func ordinal(_ pod: JSONValue, of set: JSONValue) -> Int? {
    guard pod.name.hasPrefix(set.name + "-") else { return nil }
    return Int(pod.name.dropFirst(set.name.count + 1))
  }

  private mutating func advance(
    _ set: JSONValue, revision: String, _ pods: [JSONValue], at now: Timestamp
  ) {
    let isOrdered = set.string("spec", "podManagementPolicy") != "Parallel"
    let start = Int(set.integer("spec", "ordinals", "start") ?? 0)
    let wanted = start..<start + Int(set.integer("spec", "replicas") ?? 1)
    var byOrdinal: [Int: JSONValue] = [:]
    for pod in pods { if let ordinal = Self.ordinal(pod, of: set) { byOrdinal[ordinal] = pod } }
    for ordinal in wanted {
      guard let pod = byOrdinal[ordinal] else {
        create(ordinal, of: set, revision: revisionToCreate(ordinal, set, revision), at: now)
        if isOrdered { return }
        continue
      }
      if Self.isFinished(pod), !pod.isBeingDeleted {
        erase(key(Resources.pods, pod), at: now)
        if isOrdered { return }
        continue
      }
      if !pod.isBeingDeleted { keepClaims(ordinal, of: set, at: now) }
      if isOrdered, pod.isBeingDeleted || !Self.isAvailable(pod, set, at: now) { return }
    }
    let surplus = byOrdinal.keys.filter { !wanted.contains($0) }.sorted(by: >)
    for ordinal in surplus {
      let pod = byOrdinal[ordinal]!
      if !pod.isBeingDeleted { remove(pod, of: set, at: now) }
      if isOrdered { return }
    }
    keepClaimPolicy(set, wanted, at: now)
    update(set, revision: revision, byOrdinal, wanted, at: now)
  }

  /// Below the partition the former revision stays in force.
  private func revisionToCreate(_ ordinal: Int, _ set: JSONValue, _ revision: String) -> String {
    let partition = Int(set.integer("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0)
    let current = set.string("status", "currentRevision") ?? revision
    return ordinal < partition ? current : revision
  }

  private mutating func create(
    _ ordinal: Int, of set: JSONValue, revision: String, at now: Timestamp
  ) {
    keepClaims(ordinal, of: set, at: now)
    let stored = store[
      ObjectKey(Resources.controllerRevisions, set.namespace, revision)]
    let template =
      stored?.value(at: ["data", "spec", "template"]) ?? set.value(at: ["spec", "template"]) ?? [:]
    let name = "\(set.name)-\(ordinal)"
    var pod = pod(
      from: template, owner: set,
      labels: [
        "controller-revision-hash": revision, "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": String(ordinal),
      ])
    pod.set(["metadata", "name"], to: .string(name))
    pod.set(["spec", "hostname"], to: .string(name))
    pod.set(["spec", "subdomain"], to: set.value(at: ["spec", "serviceName"]))
    let templates = set.list("spec", "volumeClaimTemplates").map(\.name)
    let own = pod.list("spec", "volumes").filter {
      !templates.contains($0.string("name") ?? "")
    }
    let claims = templates.map { claim -> JSONValue in
      [
        "name": .string(claim),
        "persistentVolumeClaim": ["claimName": .string("\(claim)-\(name)")],
      ]
    }
    if !claims.isEmpty || !own.isEmpty { pod.set(["spec", "volumes"], to: .array(claims + own)) }
    if make(pod, Resources.pods, at: now) != nil {
      note(
        set, "Normal", "SuccessfulCreate",
        "create Pod \(name) in StatefulSet \(set.name) successful", by: Self.component, at: now)
    }
  }

  private mutating func remove(_ pod: JSONValue, of set: JSONValue, at now: Timestamp) {
    erase(key(Resources.pods, pod), at: now)
    note(
      set, "Normal", "SuccessfulDelete",
      "delete Pod \(pod.name) in StatefulSet \(set.name) successful", by: Self.component, at: now)
  }

  /// Replaces pods of former revisions, the highest ordinal first, one at a time.
  private mutating func update(
    _ set: JSONValue, revision: String, _ pods: [Int: JSONValue], _ wanted: Range<Int>,
    at now: Timestamp
  ) {
    guard set.string("spec", "updateStrategy", "type") != "OnDelete" else { return }
    let partition = Int(set.integer("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0)
    for ordinal in wanted.reversed() where ordinal >= partition {
      guard let pod = pods[ordinal] else { return }
      if pod.labels["controller-revision-hash"] != revision, !pod.isBeingDeleted {
        remove(pod, of: set, at: now)
        return
      }
      if pod.isBeingDeleted || !Self.isAvailable(pod, set, at: now) { return }
    }
  }

  // MARK: Claims

  private mutating func keepClaims(_ ordinal: Int, of set: JSONValue, at now: Timestamp) {
    for template in set.list("spec", "volumeClaimTemplates") {
      let name = "\(template.name)-\(set.name)-\(ordinal)"
      guard store[ObjectKey(Resources.claims, set.namespace, name)] == nil else { continue }
      let selector = set.value(at: ["spec", "selector", "matchLabels"])?.objectValue ?? [:]
      let labels = (template.value(at: ["metadata", "labels"])?.objectValue ?? [:])
        .merging(selector) { own, _ in own }
      var metadata: JSONValue = [
        "name": .string(name), "namespace": .string(set.namespace), "labels": .object(labels),
      ]
      metadata["annotations"] = template.value(at: ["metadata", "annotations"])
      make(
        [
          "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata,
          "spec": template.spec,
        ], Resources.claims, at: now)
      note(
        set, "Normal", "SuccessfulCreate",
        "create Claim \(name) Pod \(set.name)-\(ordinal) in StatefulSet \(set.name) success",
        by: Self.component, at: now)
    }
  }

  /// Follows `persistentVolumeClaimRetentionPolicy`.
  private mutating func keepClaimPolicy(
    _ set: JSONValue, _ wanted: Range<Int>, at now: Timestamp
  ) {
    let policy = set.value(at: ["spec", "persistentVolumeClaimRetentionPolicy"]) ?? [:]
    let owner: JSONValue = [
      "apiVersion": "apps/v1", "kind": "StatefulSet", "name": .string(set.name),
      "uid": .string(set.uid),
    ]
    for template in set.list("spec", "volumeClaimTemplates") {
      let prefix = "\(template.name)-\(set.name)-"
      for (key, claim) in store.sorted(Resources.claims, namespace: set.namespace)
      where claim.name.hasPrefix(prefix) && !claim.isBeingDeleted {
        guard let ordinal = Int(claim.name.dropFirst(prefix.count)) else { continue }
        if !wanted.contains(ordinal), policy.string("whenScaled") == "Delete" {
          erase(key, at: now)
          continue
        }
        let others = claim.ownerReferences.filter { $0.string("uid") != set.uid }
        let owners = policy.string("whenDeleted") == "Delete" ? others + [owner] : others
        change(key, at: now) {
          $0.set(["metadata", "ownerReferences"], to: owners.isEmpty ? nil : .array(owners))
        }
      }
    }
  }

  // MARK: Status

  private mutating func report(statefulSet key: ObjectKey, revision: String, at now: Timestamp) {
    guard let set = store[key] else { return }
    let pods = store.list(Resources.pods, namespace: set.namespace).filter {
      $0.controllerReference?.string("uid") == set.uid && Self.ordinal($0, of: set) != nil
        && !Self.isFinished($0)
    }
    let wanted = set.integer("spec", "replicas") ?? 1
    let ready = Int64(pods.count { Self.isReady($0) && !$0.isBeingDeleted })
    let updated = Int64(pods.count { $0.labels["controller-revision-hash"] == revision })
    let isDone = updated == wanted && ready == wanted && Int64(pods.count) == wanted
    let former = set.string("status", "currentRevision") ?? revision
    let current = isDone ? revision : former
    let available = Int64(pods.count { Self.isAvailable($0, set, at: now) })
    change(key, at: now) { set in
      set["status"] = [
        "replicas": .integer(Int64(pods.count)), "readyReplicas": .integer(ready),
        "availableReplicas": .integer(available), "updatedReplicas": .integer(updated),
        "currentReplicas": .integer(
          Int64(pods.count { $0.labels["controller-revision-hash"] == current })),
        "currentRevision": .string(current), "updateRevision": .string(revision),
        "collisionCount": 0, "observedGeneration": .integer(set.generation),
      ]
    }
  }
}
