import Documents

extension SimulatedKubernetes {
  /// Whether a claim waits for the pod that uses it to be scheduled.
  func waitsForConsumer(_ claim: JSONValue) -> Bool {
    storageClass(of: claim)?.string("volumeBindingMode") == "WaitForFirstConsumer"
      && claim.string("spec", "volumeName") == nil
  }

  func storageClass(of claim: JSONValue) -> JSONValue? {
    claim.string("spec", "storageClassName").flatMap {
      store[ObjectKey(Resources.storageClasses, "", $0)]
    }
  }

  /// Finds or makes a volume for a claim that has none.
  mutating func bind(_ key: ObjectKey, _ claim: JSONValue, at now: Timestamp) {
    if let name = claim.string("spec", "volumeName"), !name.isEmpty {
      bindNamed(key, claim, name, at: now)
      return
    }
    let volumes = store.list(Resources.volumes).filter { !$0.isBeingDeleted }
    if let reserved = volumes.first(where: { isReserved($0, for: claim) && fits($0, claim) }) {
      bind(claim: key, to: reserved, at: now)
      return
    }
    let hasConsumer = claim.annotations["volume.kubernetes.io/selected-node"] != nil
    if waitsForConsumer(claim), !hasConsumer {
      note(
        claim, "Normal", "WaitForFirstConsumer",
        "waiting for first consumer to be created before binding", by: Self.volumeComponent,
        at: now)
      return
    }
    if claim.value(at: ["spec", "dataSource"]) == nil, let match = match(for: claim, among: volumes)
    {
      bind(claim: key, to: match, at: now)
      return
    }
    provision(key, claim, at: now)
  }

  /// A claim that names its volume waits for that one.
  private mutating func bindNamed(
    _ key: ObjectKey, _ claim: JSONValue, _ name: String, at now: Timestamp
  ) {
    guard let volume = store[ObjectKey(Resources.volumes, "", name)], !volume.isBeingDeleted else {
      return
    }
    if volume.value(at: ["spec", "claimRef"]) == nil {
      guard fits(volume, claim) else {
        note(
          claim, "Warning", "VolumeMismatch",
          "Cannot bind to requested volume \"\(name)\": requested PV is too small, of another "
            + "class or has other access modes", by: Self.volumeComponent, at: now)
        return
      }
      bind(claim: key, to: volume, at: now)
    } else if isReserved(volume, for: claim) {
      bind(claim: key, to: volume, at: now)
    } else {
      note(
        claim, "Warning", "FailedBinding",
        "volume \"\(name)\" already bound to a different claim.", by: Self.volumeComponent,
        at: now)
    }
  }

  /// Whether a volume's `claimRef` is about this claim.
  private func isReserved(_ volume: JSONValue, for claim: JSONValue) -> Bool {
    guard let reference = volume.value(at: ["spec", "claimRef"]) else { return false }
    let uid = reference.string("uid") ?? ""
    return reference.string("namespace") == claim.namespace
      && reference.string("name") == claim.name && (uid.isEmpty || uid == claim.uid)
  }

  private func fits(_ volume: JSONValue, _ claim: JSONValue) -> Bool {
    let wanted =
      claim.string("spec", "resources", "requests", "storage")
      .flatMap { Quantity.whole($0) } ?? 0
    let modes = volume.list("spec", "accessModes")
    return Self.capacity(of: volume) >= wanted
      && (volume.string("spec", "storageClassName") ?? "")
        == (claim.string("spec", "storageClassName") ?? "")
      && claim.list("spec", "accessModes").allSatisfy(modes.contains)
      && volume.string("spec", "volumeMode") == claim.string("spec", "volumeMode")
  }

  /// The smallest free volume that fits.
  private func match(for claim: JSONValue, among volumes: [JSONValue]) -> JSONValue? {
    let selector = claim.value(at: ["spec", "selector"]).map { LabelSelector(object: $0) }
    return volumes.filter { volume in
      volume.value(at: ["spec", "claimRef"]) == nil
        && volume.string("status", "phase") == "Available" && fits(volume, claim)
        && (selector?.matches(volume.labels) ?? true)
    }.min { Self.capacity(of: $0) < Self.capacity(of: $1) }
  }

  /// Binds both ways.
  mutating func bind(claim key: ObjectKey, to volume: JSONValue, at now: Timestamp) {
    guard let claim = store[key] else { return }
    let wasNamed = claim.string("spec", "volumeName") == volume.name
    let wasReserved = volume.value(at: ["spec", "claimRef"]) != nil
    let volumeKey = ObjectKey(Resources.volumes, "", volume.name)
    change(volumeKey, at: now) { volume in
      var reference = claim.reference
      if wasReserved { reference["resourceVersion"] = nil }
      if volume.string("spec", "claimRef", "uid") != claim.uid {
        volume.set(["spec", "claimRef"], to: reference)
      }
      if !wasReserved { volume.annotate("pv.kubernetes.io/bound-by-controller", "yes") }
    }
    setPhase(volumeKey, "Bound", at: now)
    change(key, at: now) { claim in
      claim.set(["spec", "volumeName"], to: .string(volume.name))
      claim.annotate("pv.kubernetes.io/bind-completed", "yes")
      if !wasNamed { claim.annotate("pv.kubernetes.io/bound-by-controller", "yes") }
      claim.set(["status", "phase"], to: "Bound")
      claim.set(["status", "accessModes"], to: volume.value(at: ["spec", "accessModes"]))
      claim.set(["status", "capacity"], to: volume.value(at: ["spec", "capacity"]))
    }
  }
}
