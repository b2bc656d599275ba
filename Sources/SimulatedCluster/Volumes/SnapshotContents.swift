import Documents

extension SimulatedKubernetes {
  /// Cuts, finds and deletes the physical snapshot of a content.
  mutating func manage(content key: ObjectKey, _ content: JSONValue, at now: Timestamp) {
    guard content.string("spec", "driver") == configuration.storageDriver else { return }
    if content.isBeingDeleted {
      release(content: key, content, at: now)
      return
    }
    deleteWithSnapshot(key, content, at: now)
    guard
      content.string("status", "snapshotHandle") == nil
        || !content.flag("status", "readyToUse")
    else { return }
    if let handle = content.string("spec", "source", "snapshotHandle") {
      adopt(key, handle, at: now)
    } else if let volume = content.string("spec", "source", "volumeHandle") {
      cut(key, content, volume, at: now)
    }
  }

  private mutating func cut(
    _ key: ObjectKey, _ content: JSONValue, _ volume: String, at now: Timestamp
  ) {
    let handle = "snapshot-" + (content.string("spec", "volumeSnapshotRef", "uid") ?? content.uid)
    let state = effects.request(.cutSnapshot(handle)) {
      .cutSnapshot($0, snapshotHandle: handle, volumeHandle: volume)
    }
    switch state {
    case .waiting, .inFlight: break
    case .resting(_, let message, _), .finished(.failed(let message, _), _):
      fail(
        content: key,
        "Failed to check and update snapshot content: failed to take snapshot of the volume "
          + "\(volume): \"\(message)\"", at: now)
    case .finished(.done(let bytes), let time):
      effects.forget(.cutSnapshot(handle))
      physicalSnapshots[handle] = PhysicalSnapshot(
        bytes: restoreSize(of: volume, bytes ?? 0), time: time.nanosecondsSinceEpoch,
        volumeHandle: volume)
      ready(key, handle, at: now)
    }
  }

  /// A volume restored from a snapshot has to be as large as the source was.
  func restoreSize(of handle: String, _ bytes: Int64) -> Int64 {
    let source = store.list(Resources.volumes).first { self.handle(of: $0) == handle }
    return max(bytes, source.map(Self.capacity) ?? 0)
  }

  /// Finds the snapshot that a pre-provisioned content names.
  private mutating func adopt(_ key: ObjectKey, _ handle: String, at now: Timestamp) {
    guard physicalSnapshots[handle] != nil else {
      fail(
        content: key,
        "Failed to check and update snapshot content: failed to list snapshot for content "
          + "\(key.name): \"snapshot \(handle) not found\"", at: now)
      return
    }
    ready(key, handle, at: now)
  }

  private mutating func ready(_ key: ObjectKey, _ handle: String, at now: Timestamp) {
    guard let snapshot = physicalSnapshots[handle] else { return }
    change(key, at: now) { content in
      content["status"] = [
        "snapshotHandle": .string(handle), "creationTime": .integer(snapshot.time),
        "readyToUse": true, "restoreSize": .integer(snapshot.bytes),
      ]
    }
  }

  private mutating func fail(content key: ObjectKey, _ message: String, at now: Timestamp) {
    guard store[key]?.string("status", "error", "message") != message else { return }
    change(key, at: now) { content in
      content.set(
        ["status", "error"], to: ["message": .string(message), "time": .string(now.rounded)])
      content.set(["status", "readyToUse"], to: false)
    }
    if let content = store[key] {
      note(
        content, "Warning", "SnapshotCreationFailed", message, by: "csi-snapshotter", at: now)
    }
  }

  // MARK: Deletion

  /// The snapshot a content belongs to; `nil` where it is gone.
  private func owner(of content: JSONValue) -> JSONValue? {
    let reference = content.value(at: ["spec", "volumeSnapshotRef"]) ?? [:]
    let key = ObjectKey(
      Resources.snapshots, reference.string("namespace") ?? "", reference.string("name") ?? "")
    guard let snapshot = store[key] else { return nil }
    let uid = reference.string("uid") ?? ""
    return uid.isEmpty || uid == snapshot.uid ? snapshot : nil
  }

  /// A content that deletes goes when its snapshot has gone.
  private mutating func deleteWithSnapshot(
    _ key: ObjectKey, _ content: JSONValue, at now: Timestamp
  ) {
    guard content.string("spec", "deletionPolicy") == "Delete",
      content.string("spec", "volumeSnapshotRef", "uid") ?? "" != "", owner(of: content) == nil
    else { return }
    erase(key, at: now)
  }

  private mutating func release(
    content key: ObjectKey, _ content: JSONValue, at now: Timestamp
  ) {
    guard content.finalizers.contains(Self.contentProtection) else { return }
    let isBound = content.string("spec", "volumeSnapshotRef", "uid") ?? "" != ""
    if isBound, let owner = owner(of: content), !owner.isBeingDeleted { return }
    let handle =
      content.string("status", "snapshotHandle")
      ?? content.string("spec", "source", "snapshotHandle")
    if content.string("spec", "deletionPolicy") == "Delete", let handle {
      let state = effects.request(.deleteSnapshot(handle)) {
        .deleteSnapshot($0, snapshotHandle: handle)
      }
      switch state {
      case .finished(.done, _):
        effects.forget(.deleteSnapshot(handle))
        physicalSnapshots[handle] = nil
      case .resting(_, let message, _), .finished(.failed(let message, _), _):
        note(
          content, "Warning", "SnapshotDeleteError",
          "Failed to delete snapshot: \(message)", by: "csi-snapshotter", at: now)
        return
      case .waiting, .inFlight: return
      }
    }
    change(key, at: now) { $0.removeFinalizer(Self.contentProtection) }
  }

  /// Lets a snapshot go: first its content, where that is to be deleted with it.
  mutating func release(snapshot key: ObjectKey, _ snapshot: JSONValue, at now: Timestamp) {
    let isSource = store.list(Resources.claims, namespace: snapshot.namespace).contains { claim in
      claim.string("spec", "dataSource", "kind") == "VolumeSnapshot"
        && claim.string("spec", "dataSource", "name") == snapshot.name
        && claim.string("status", "phase") == "Pending"
        && effects.state(of: .createVolume("pvc-" + claim.uid)) != nil
    }
    if isSource { return }
    if let content = boundContent(of: snapshot)
      ?? store[ObjectKey(Resources.snapshotContents, "", "snapcontent-" + snapshot.uid)],
      content.string("spec", "deletionPolicy") == "Delete"
    {
      if !content.isBeingDeleted { erase(self.key(Resources.snapshotContents, content), at: now) }
      return
    }
    change(key, at: now) { snapshot in
      snapshot.removeFinalizer(Self.sourceProtection)
      snapshot.removeFinalizer(Self.boundProtection)
    }
  }

  /// A claim is held while a snapshot is being taken of it.
  mutating func releaseSourceClaims(at now: Timestamp) {
    for (key, claim) in store.sorted(Resources.claims)
    where claim.finalizers.contains(Self.claimSourceProtection) {
      let isSource = store.list(Resources.snapshots, namespace: claim.namespace).contains {
        $0.string("spec", "source", "persistentVolumeClaimName") == claim.name
          && !$0.flag("status", "readyToUse") && !$0.isBeingDeleted
          && $0.string("status", "boundVolumeSnapshotContentName") != nil
      }
      if !isSource { change(key, at: now) { $0.removeFinalizer(Self.claimSourceProtection) } }
    }
  }

  /// Takes back cuts that were made for contents which are gone.
  mutating func dropAbandonedSnapshots() {
    let wanted = Set(
      store.list(Resources.snapshotContents).map {
        "snapshot-" + ($0.string("spec", "volumeSnapshotRef", "uid") ?? $0.uid)
      })
    for subject in effects.subjects {
      switch subject {
      case .cutSnapshot(let handle) where !wanted.contains(handle):
        switch effects.state(of: subject) {
        case .finished(.done, _):
          effects.forget(subject)
          _ = effects.request(.deleteSnapshot(handle)) {
            .deleteSnapshot($0, snapshotHandle: handle)
          }
        case .inFlight: break
        default: effects.forget(subject)
        }
      case .deleteSnapshot(let handle):
        if case .finished(.done, _) = effects.state(of: subject) {
          effects.forget(subject)
          physicalSnapshots[handle] = nil
        }
      default: break
      }
    }
  }
}
