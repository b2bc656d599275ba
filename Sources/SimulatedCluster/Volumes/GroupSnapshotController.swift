import Documents

extension SimulatedKubernetes {
  static let groupProtection =
    "groupsnapshot.storage.kubernetes.io/volumegroupsnapshot-bound-protection"
  static let memberProtection =
    "snapshot.storage.kubernetes.io/volumesnapshot-in-group-protection"

  /// Takes snapshots of several claims at one instant, and makes a VolumeSnapshot of each.
  mutating func manageGroupSnapshots(at now: Timestamp) -> Timestamp? {
    for (key, group) in store.sorted(Resources.groups) {
      if group.isBeingDeleted {
        release(group: key, group, at: now)
        continue
      }
      let name = "groupsnapcontent-" + group.uid
      if store[ObjectKey(Resources.groupContents, "", name)] == nil {
        beginGroup(key, group, name, at: now)
      }
      guard let content = store[ObjectKey(Resources.groupContents, "", name)] else { continue }
      cut(groupContent: content, of: key, at: now)
    }
    freeMembers(at: now)
    dropAbandonedGroups()
    return nil
  }

  // MARK: Selection

  private mutating func beginGroup(
    _ key: ObjectKey, _ group: JSONValue, _ name: String, at now: Timestamp
  ) {
    do throws(SnapshotObstacle) {
      let (groupClass, handles) = try members(of: group)
      change(key, at: now) { $0.addFinalizer(Self.groupProtection) }
      make(
        [
          "apiVersion": "groupsnapshot.storage.k8s.io/v1", "kind": "VolumeGroupSnapshotContent",
          "metadata": ["name": .string(name)],
          "spec": [
            "driver": groupClass["driver"] ?? "",
            "deletionPolicy": groupClass["deletionPolicy"] ?? "Delete",
            "volumeGroupSnapshotClassName": .string(groupClass.name),
            "source": ["volumeHandles": .array(handles.map(JSONValue.string))],
            "volumeGroupSnapshotRef": group.reference,
          ],
        ], Resources.groupContents, at: now)
      change(key, at: now) { group in
        group.set(
          ["status"],
          to: ["boundVolumeGroupSnapshotContentName": .string(name), "readyToUse": false])
      }
    } catch {
      fail(group: key, error.message, at: now)
    }
  }

  /// The class of a group, and the handles of the volumes that its selector finds now.
  private func members(
    of group: JSONValue
  ) throws(SnapshotObstacle) -> (groupClass: JSONValue, handles: [String]) {
    let className = group.string("spec", "volumeGroupSnapshotClassName") ?? "sandbox-groups"
    guard let groupClass = store[ObjectKey(Resources.groupClasses, "", className)] else {
      throw SnapshotObstacle(
        message: "failed to get group snapshot class \(className): volumegroupsnapshotclass "
          + "\"\(className)\" not found")
    }
    let selector = LabelSelector(object: group.value(at: ["spec", "source", "selector"]))
    let claims = store.list(Resources.claims, namespace: group.namespace)
      .filter { selector.matches($0.labels) }
    guard !claims.isEmpty else {
      throw SnapshotObstacle(message: "the label selector of the group matches no claim")
    }
    var handles: [String] = []
    for claim in claims {
      guard claim.string("status", "phase") == "Bound",
        let volume = store[
          ObjectKey(Resources.volumes, "", claim.string("spec", "volumeName") ?? "")],
        let handle = volume.string("spec", "csi", "volumeHandle")
      else { throw SnapshotObstacle(message: "the PVC \(claim.name) is not yet bound to a PV") }
      guard volume.string("spec", "csi", "driver") == groupClass.string("driver") else {
        throw SnapshotObstacle(
          message: "the PVC \(claim.name) is not of driver \(groupClass.string("driver") ?? "")")
      }
      handles.append(handle)
    }
    return (groupClass, handles.sorted())
  }

  // MARK: The cut

  private mutating func cut(
    groupContent content: JSONValue, of key: ObjectKey, at now: Timestamp
  ) {
    guard content.string("spec", "driver") == configuration.storageDriver,
      !(store[key]?.flag("status", "readyToUse") ?? true)
    else { return }
    let uid = store[key]?.uid ?? ""
    let handle = "group-" + uid
    let cuts = content.list("spec", "source", "volumeHandles").enumerated().map { index, volume in
      GroupedCut(
        snapshotHandle: "snapshot-\(uid)-\(index)", volumeHandle: volume.stringValue ?? "")
    }
    let state = effects.request(.cutGroup(handle)) {
      .cutGroup($0, groupHandle: handle, cuts: cuts)
    }
    switch state {
    case .waiting, .inFlight: break
    case .resting(_, let message, _), .finished(.failed(let message, _), _):
      fail(group: key, "failed to take the group snapshot: \"\(message)\"", at: now)
    case .finished(.done, let time):
      effects.forget(.cutGroup(handle))
      for cut in cuts {
        physicalSnapshots[cut.snapshotHandle] = PhysicalSnapshot(
          bytes: restoreSize(of: cut.volumeHandle, 0), time: time.nanosecondsSinceEpoch,
          volumeHandle: cut.volumeHandle)
      }
      finish(key, self.key(Resources.groupContents, content), handle, cuts, time, at: now)
    }
  }

  private mutating func finish(
    _ key: ObjectKey, _ contentKey: ObjectKey, _ handle: String, _ cuts: [GroupedCut],
    _ time: Timestamp, at now: Timestamp
  ) {
    let snapshots = physicalSnapshots
    change(contentKey, at: now) { content in
      content["status"] = [
        "volumeGroupSnapshotHandle": .string(handle), "creationTime": .string(time.rounded),
        "readyToUse": true,
        "volumeSnapshotInfoList": .array(
          cuts.map { cut in
            [
              "snapshotHandle": .string(cut.snapshotHandle),
              "volumeHandle": .string(cut.volumeHandle),
              "creationTime": .integer(time.nanosecondsSinceEpoch), "readyToUse": true,
              "restoreSize": .integer(snapshots[cut.snapshotHandle]?.bytes ?? 0),
            ]
          }),
      ]
    }
    guard let group = store[key], let content = store[contentKey] else { return }
    for cut in cuts { makeMember(cut, of: group, content, handle, time, at: now) }
    change(key, at: now) { group in
      group.set(["status", "creationTime"], to: .string(time.rounded))
      group.set(["status", "readyToUse"], to: true)
      group.set(["status", "error"], to: nil)
    }
  }

  private mutating func makeMember(
    _ cut: GroupedCut, of group: JSONValue, _ content: JSONValue, _ groupHandle: String,
    _ time: Timestamp, at now: Timestamp
  ) {
    let volume = store.list(Resources.volumes).first {
      $0.string("spec", "csi", "volumeHandle") == cut.volumeHandle
    }
    let owner: JSONValue = [
      "apiVersion": .string("groupsnapshot.storage.k8s.io/v1"), "kind": "VolumeGroupSnapshot",
      "name": .string(group.name), "uid": .string(group.uid),
    ]
    let made = make(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
        "metadata": [
          "name": .string(cut.snapshotHandle), "namespace": .string(group.namespace),
          "ownerReferences": [owner],
          "finalizers": [.string(Self.memberProtection), .string(Self.sourceProtection)],
        ],
        "spec": [
          "source": [
            "persistentVolumeClaimName": volume?.value(at: ["spec", "claimRef", "name"]) ?? ""
          ]
        ],
      ], Resources.snapshots, at: now)
    guard let made else { return }
    let name = "snapcontent-" + made.uid
    make(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
        "metadata": ["name": .string(name), "finalizers": [.string(Self.contentProtection)]],
        "spec": [
          "driver": content["spec"]?["driver"] ?? "",
          "deletionPolicy": content["spec"]?["deletionPolicy"] ?? "Delete",
          "source": ["volumeHandle": .string(cut.volumeHandle)],
          "sourceVolumeMode": volume?.value(at: ["spec", "volumeMode"]) ?? "Filesystem",
          "volumeSnapshotRef": made.reference,
        ],
      ], Resources.snapshotContents, at: now)
    let bytes = physicalSnapshots[cut.snapshotHandle]?.bytes ?? 0
    change(ObjectKey(Resources.snapshotContents, "", name), at: now) { content in
      content["status"] = [
        "snapshotHandle": .string(cut.snapshotHandle),
        "creationTime": .integer(time.nanosecondsSinceEpoch), "readyToUse": true,
        "restoreSize": .integer(bytes), "volumeGroupSnapshotHandle": .string(groupHandle),
      ]
    }
    change(key(Resources.snapshots, made), at: now) {
      $0.set(["status"], to: ["volumeGroupSnapshotName": .string(group.name)])
    }
  }

  private mutating func fail(group key: ObjectKey, _ message: String, at now: Timestamp) {
    guard let group = store[key], group.string("status", "error", "message") != message else {
      return
    }
    change(key, at: now) { group in
      group.set(
        ["status", "error"], to: ["message": .string(message), "time": .string(now.rounded)])
      group.set(["status", "readyToUse"], to: false)
    }
    note(
      group, "Warning", "GroupSnapshotContentCreationFailed", message, by: Self.snapshotComponent,
      at: now)
  }

  // MARK: Deletion

  /// Lets a group go, with its content; its members lose their owner and follow.
  private mutating func release(group key: ObjectKey, _ group: JSONValue, at now: Timestamp) {
    let contentKey = ObjectKey(Resources.groupContents, "", "groupsnapcontent-" + group.uid)
    if let content = store[contentKey], content.string("spec", "deletionPolicy") == "Delete" {
      erase(contentKey, at: now)
    }
    change(key, at: now) { $0.removeFinalizer(Self.groupProtection) }
  }

  /// Members may go when their group does.
  private mutating func freeMembers(at now: Timestamp) {
    for (key, snapshot) in store.sorted(Resources.snapshots)
    where snapshot.finalizers.contains(Self.memberProtection) {
      let isInGroup = snapshot.ownerReferences.contains {
        store.contains(uid: $0.string("uid") ?? "")
      }
      if !isInGroup { change(key, at: now) { $0.removeFinalizer(Self.memberProtection) } }
    }
  }

  /// Takes back group cuts that nobody has waited for.
  private mutating func dropAbandonedGroups() {
    let wanted = Set(
      store.list(Resources.groupContents).map {
        "group-" + ($0.string("spec", "volumeGroupSnapshotRef", "uid") ?? "")
      })
    for case .cutGroup(let handle) in effects.subjects where !wanted.contains(handle) {
      switch effects.state(of: .cutGroup(handle)) {
      case .finished(.done, _):
        guard case .cutGroup(_, _, let cuts)? = effects.effect(.cutGroup(handle)) else { continue }
        effects.forget(.cutGroup(handle))
        for cut in cuts {
          _ = effects.request(.deleteSnapshot(cut.snapshotHandle)) {
            .deleteSnapshot($0, snapshotHandle: cut.snapshotHandle)
          }
        }
      case .inFlight: break
      default: effects.forget(.cutGroup(handle))
      }
    }
  }
}
