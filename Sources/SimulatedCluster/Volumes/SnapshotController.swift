import Documents

extension SimulatedKubernetes {
  static let boundProtection = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection"
  static let sourceProtection =
    "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection"
  static let claimSourceProtection =
    "snapshot.storage.kubernetes.io/pvc-as-source-protection"
  static let contentProtection =
    "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection"
  static let snapshotComponent = "snapshot-controller"

  /// Takes, binds and deletes volume snapshots.
  mutating func manageSnapshots(at now: Timestamp) -> Timestamp? {
    for (key, content) in store.sorted(Resources.snapshotContents) {
      manage(content: key, content, at: now)
    }
    for (key, snapshot) in store.sorted(Resources.snapshots) {
      if snapshot.isBeingDeleted {
        release(snapshot: key, snapshot, at: now)
      } else if snapshot.string("spec", "source", "volumeSnapshotContentName") != nil {
        bindStatic(key, snapshot, at: now)
      } else {
        take(key, snapshot, at: now)
      }
    }
    releaseSourceClaims(at: now)
    dropAbandonedSnapshots()
    return nil
  }

  // MARK: Dynamic snapshots

  private mutating func take(_ key: ObjectKey, _ snapshot: JSONValue, at now: Timestamp) {
    let contentKey = ObjectKey(Resources.snapshotContents, "", "snapcontent-" + snapshot.uid)
    if let content = store[contentKey] {
      bind(key, to: content, at: now)
      return
    }
    if snapshot.flag("status", "readyToUse") {
      fail(key, "VolumeSnapshotContent is missing", at: now)
      return
    }
    do throws(SnapshotObstacle) {
      let plan = try plan(for: snapshot)
      change(key, at: now) { snapshot in
        snapshot.addFinalizer(Self.sourceProtection)
        snapshot.addFinalizer(Self.boundProtection)
        snapshot.fill(
          "spec", "volumeSnapshotClassName", with: .string(plan.snapshotClass.name))
      }
      change(self.key(Resources.claims, plan.claim), at: now) {
        $0.addFinalizer(Self.claimSourceProtection)
      }
      makeContent(contentKey.name, for: snapshot, plan, at: now)
      note(
        snapshot, "Normal", "CreatingSnapshot",
        "Waiting for a snapshot \(snapshot.namespace)/\(snapshot.name) to be created by the CSI "
          + "driver.", by: Self.snapshotComponent, at: now)
      if let content = store[contentKey] { bind(key, to: content, at: now) }
    } catch {
      fail(key, error.message, at: now)
    }
  }

  struct SnapshotObstacle: Error {
    var message: String
  }

  private struct SnapshotPlan {
    var claim: JSONValue
    var volumeHandle: String
    var snapshotClass: JSONValue
    var volumeMode: JSONValue
  }

  private func plan(for snapshot: JSONValue) throws(SnapshotObstacle) -> SnapshotPlan {
    let prefix =
      "Failed to create snapshot content with error failed to get input parameters to "
      + "create snapshot \(snapshot.name): "
    let name = snapshot.string("spec", "source", "persistentVolumeClaimName") ?? ""
    guard let claim = store[ObjectKey(Resources.claims, snapshot.namespace, name)] else {
      throw SnapshotObstacle(
        message: prefix + "\"failed to retrieve PVC \(name) from the lister: "
          + "\\\"persistentvolumeclaim \\\\\\\"\(name)\\\\\\\" not found\\\"\"")
    }
    guard claim.string("status", "phase") == "Bound",
      let volume = store[
        ObjectKey(Resources.volumes, "", claim.string("spec", "volumeName") ?? "")]
    else {
      throw SnapshotObstacle(
        message: prefix + "\"the PVC \(name) is not yet bound to a PV, will not attempt to take a "
          + "snapshot\"")
    }
    let driver = volume.string("spec", "csi", "driver") ?? ""
    guard !driver.isEmpty, let handle = volume.string("spec", "csi", "volumeHandle") else {
      throw SnapshotObstacle(
        message: prefix + "\"cannot find CSI PersistentVolumeSource for volume \(volume.name)\"")
    }
    return SnapshotPlan(
      claim: claim, volumeHandle: handle,
      snapshotClass: try snapshotClass(for: snapshot, driver: driver, prefix),
      volumeMode: volume.value(at: ["spec", "volumeMode"]) ?? "Filesystem")
  }

  private func snapshotClass(for snapshot: JSONValue, driver: String, _ prefix: String)
    throws(SnapshotObstacle) -> JSONValue
  {
    if let name = snapshot.string("spec", "volumeSnapshotClassName") {
      guard let found = store[ObjectKey(Resources.snapshotClasses, "", name)] else {
        throw SnapshotObstacle(
          message: prefix + "\"failed to get snapshot class \(name): volumesnapshotclass "
            + "\\\"\(name)\\\" not found\"")
      }
      guard found.string("driver") == driver else {
        throw SnapshotObstacle(
          message: prefix + "\"snapshot driver \(found.string("driver") ?? "") of class \(name) "
            + "is not the driver \(driver) of the volume\"")
      }
      return found
    }
    let standard = store.list(Resources.snapshotClasses).filter {
      $0.string("driver") == driver
        && $0.annotations["snapshot.storage.kubernetes.io/is-default-class"] == "true"
    }
    guard standard.count == 1 else {
      throw SnapshotObstacle(
        message: standard.isEmpty
          ? "Failed to set default snapshot class with error cannot find default snapshot class"
          : "Failed to set default snapshot class with error \(standard.count) default snapshot "
            + "classes were found")
    }
    return standard[0]
  }

  private mutating func makeContent(
    _ name: String, for snapshot: JSONValue, _ plan: SnapshotPlan, at now: Timestamp
  ) {
    make(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
        "metadata": ["name": .string(name), "finalizers": [.string(Self.contentProtection)]],
        "spec": [
          "driver": plan.snapshotClass["driver"] ?? "",
          "deletionPolicy": plan.snapshotClass["deletionPolicy"] ?? "Delete",
          "volumeSnapshotClassName": .string(plan.snapshotClass.name),
          "source": ["volumeHandle": .string(plan.volumeHandle)],
          "sourceVolumeMode": plan.volumeMode, "volumeSnapshotRef": snapshot.reference,
        ],
      ], Resources.snapshotContents, at: now)
  }

  // MARK: Static snapshots

  private mutating func bindStatic(_ key: ObjectKey, _ snapshot: JSONValue, at now: Timestamp) {
    let name = snapshot.string("spec", "source", "volumeSnapshotContentName") ?? ""
    let contentKey = ObjectKey(Resources.snapshotContents, "", name)
    guard let content = store[contentKey] else {
      fail(key, "VolumeSnapshotContent is missing", at: now)
      return
    }
    let reference = content.value(at: ["spec", "volumeSnapshotRef"]) ?? [:]
    let uid = reference.string("uid") ?? ""
    guard reference.string("namespace") == snapshot.namespace,
      reference.string("name") == snapshot.name, uid.isEmpty || uid == snapshot.uid
    else {
      fail(
        key, "VolumeSnapshotContent [\(name)] is bound to a different snapshot", at: now)
      return
    }
    guard content.string("spec", "source", "snapshotHandle") != nil else {
      fail(key, "VolumeSnapshotContent [\(name)] is dynamically provisioned", at: now)
      return
    }
    change(contentKey, at: now) { content in
      content.set(["spec", "volumeSnapshotRef", "uid"], to: .string(snapshot.uid))
      if let className = snapshot.value(at: ["spec", "volumeSnapshotClassName"]) {
        content.fill("spec", "volumeSnapshotClassName", with: className)
      }
      content.addFinalizer(Self.contentProtection)
    }
    change(key, at: now) { snapshot in
      snapshot.addFinalizer(Self.sourceProtection)
      snapshot.addFinalizer(Self.boundProtection)
    }
    if let content = store[contentKey] { bind(key, to: content, at: now) }
  }

  // MARK: Status

  /// Copies what a content knows to the snapshot bound to it.
  private mutating func bind(_ key: ObjectKey, to content: JSONValue, at now: Timestamp) {
    let wasReady = store[key]?.flag("status", "readyToUse") ?? false
    change(key, at: now) { snapshot in
      snapshot.set(
        ["status", "boundVolumeSnapshotContentName"], to: .string(content.name))
      let isReady = content.flag("status", "readyToUse")
      snapshot.set(["status", "readyToUse"], to: .bool(isReady))
      if let time = content.integer("status", "creationTime") {
        snapshot.set(
          ["status", "creationTime"],
          to: .string(Timestamp(nanosecondsSinceEpoch: time).rounded))
      }
      if let size = content.integer("status", "restoreSize") {
        snapshot.set(["status", "restoreSize"], to: .string(Quantity.text(bytes: size)))
      }
      snapshot.set(["status", "error"], to: content.value(at: ["status", "error"]))
    }
    if !wasReady, let snapshot = store[key], snapshot.flag("status", "readyToUse") {
      note(
        snapshot, "Normal", "SnapshotReady",
        "Snapshot \(snapshot.namespace)/\(snapshot.name) is ready to use.",
        by: Self.snapshotComponent, at: now)
    }
  }

  private mutating func fail(_ key: ObjectKey, _ message: String, at now: Timestamp) {
    guard let snapshot = store[key],
      snapshot.string("status", "error", "message") != message
    else { return }
    change(key, at: now) { snapshot in
      snapshot.set(
        ["status", "error"], to: ["message": .string(message), "time": .string(now.rounded)])
      snapshot.set(["status", "readyToUse"], to: false)
    }
    note(
      snapshot, "Warning", "SnapshotContentCreationFailed", message, by: Self.snapshotComponent,
      at: now)
  }

  /// The content of a snapshot, where both say that they belong together.
  func boundContent(of snapshot: JSONValue) -> JSONValue? {
    guard let name = snapshot.string("status", "boundVolumeSnapshotContentName"),
      let content = store[ObjectKey(Resources.snapshotContents, "", name)],
      content.string("spec", "volumeSnapshotRef", "uid") == snapshot.uid
    else { return nil }
    return content
  }
}
