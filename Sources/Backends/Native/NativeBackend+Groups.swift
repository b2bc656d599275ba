import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  /// Cuts the members of a group at one instant.
  ///
  /// Ends when the content of the group names a handle and a time for every member. The members'
  /// own VolumeSnapshots come a moment later (a second each, with the usual controller), and the
  /// application does not stay quiesced for them.
  func cutGroup(_ action: CutGroup, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let volumes = try await volumesByHandle(action, step)
    for member in action.members {
      try await label(member.claim, with: .string(action.snapshot.name))
    }
    _ = try await createOrAdopt(
      [
        "apiVersion": .string(action.snapshot.type.apiVersion),
        "kind": .string(action.snapshot.type.kind),
        "metadata": [
          "name": .string(action.snapshot.name),
          "namespace": .string(action.snapshot.namespace ?? ""),
        ],
        "spec": [
          "volumeGroupSnapshotClassName": .string(action.groupClass),
          "source": [
            "selector": ["matchLabels": [CutGroup.label: .string(action.snapshot.name)]]
          ],
        ],
      ], as: action.snapshot.type, in: step)
    let cut = try await awaitCut(action, volumes, step)
    guard cut.strays.isEmpty else {
      // The next try makes it anew; adopted, it would stay wrong.
      try await removeGroup(action.snapshot, step)
      throw ActionFailure(
        .transient, "\(action.snapshot) did not cut the members of group `\(action.group)` alone",
        evidence: cut.strays + ["hint: look for label `\(CutGroup.label)` on other claims"])
    }
    let members = try await timed(cut.members, action, step)
    // What cannot be taken away now, the release takes away.
    try? await removeLabels(action.members.map(\.claim), of: action.snapshot, step)
    return [
      "group": .string(action.snapshot.name), "content": .string(cut.content),
      "members": .object(members),
    ]
  }

  /// Undoes a cut: the group snapshot goes first, so that no label is missed by it while it lives.
  func undoCut(_ action: CutGroup, _ step: Step) async throws(ActionFailure) {
    try await removeGroup(action.snapshot, step)
    try await removeLabels(action.members.map(\.claim), of: action.snapshot, step)
  }

  func releaseGroup(
    _ action: ReleaseGroup, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    if !action.isKept { try await removeGroup(action.snapshot, step) }
    try await removeLabels(action.claims, of: action.snapshot, step)
    return [:]
  }

  // MARK: Members

  /// The names of the member volumes, by what their driver calls them.
  private func volumesByHandle(
    _ action: CutGroup, _ step: Step
  ) async throws(ActionFailure) -> [String: String] {
    var volumes: [String: String] = [:]
    for member in action.members {
      let reference = ObjectReference(.volume, name: member.volumeName)
      guard
        let handle = try await read(reference, in: step)?["spec", "csi", "volumeHandle"]?
          .stringValue
      else {
        throw ActionFailure(.stale, "\(reference) of \(member.claim) has no handle of a CSI driver")
      }
      volumes[handle] = member.volume
    }
    guard volumes.count == action.members.count else {
      throw ActionFailure(.permanent, "Members of group `\(action.group)` share a volume")
    }
    return volumes
  }

  private struct GroupCut {
    var content: String
    /// By volume.
    var members: [String: JSONValue] = [:]
    /// Volumes that were cut and should not have been, and the other way round.
    var strays: [String] = []
  }

  private func awaitCut(
    _ action: CutGroup, _ volumes: [String: String], _ step: Step
  ) async throws(ActionFailure) -> GroupCut {
    let what = "the cut of group `\(action.group)` (\(action.snapshot))"
    let name = try await wait(
      for: what, of: action.snapshot, in: step,
      under: vigil(overSnapshots: [action.snapshot], step)
    ) { object throws(ActionFailure) in
      return object?["status", "boundVolumeGroupSnapshotContentName"]?.stringValue
    }
    let content = ObjectReference(
      .groupSnapshotContent(action.snapshot.type.version), name: name)
    return try await wait(
      for: what, of: content, in: step,
      under: vigil(overSnapshots: [action.snapshot, content], step)
    ) { object throws(ActionFailure) in
      guard let object else { return nil }
      let owner = object["spec", "volumeGroupSnapshotRef"]
      guard owner?["name"]?.stringValue == action.snapshot.name,
        owner?["namespace"]?.stringValue == action.snapshot.namespace
      else { throw ActionFailure(.permanent, "\(content) is not bound to \(action.snapshot)") }
      var cut = GroupCut(content: name)
      if let handles = object["spec", "source", "volumeHandles"]?.strings {
        let (caught, wanted) = (Set(handles), Set(volumes.keys))
        cut.strays =
          caught.subtracting(wanted).sorted().map { "volume \($0) was cut, too" }
          + wanted.subtracting(caught).sorted().map { "volume \($0) was not cut" }
        guard cut.strays.isEmpty else { return cut }
      }
      guard object["status", "creationTime"]?.stringValue != nil else { return nil }
      for entry in object.groupMembers {
        guard let handle = entry["snapshotHandle"]?.stringValue,
          let volume = volumes[entry["volumeHandle"]?.stringValue ?? ""]
        else { continue }
        var member: JSONValue = [
          "handle": .string(handle), "driver": object["spec", "driver"] ?? .null,
        ]
        if let nanoseconds = entry["creationTime"]?.intValue {
          member["creationTime"] = .string(
            Timestamp(nanosecondsSinceEpoch: nanoseconds).description)
        }
        member["restoreSizeBytes"] = entry["restoreSize"]
        cut.members[volume] = member
      }
      return cut.members.count == volumes.count ? cut : nil
    }
  }

  /// Before `v1beta2` only the members' own contents tell when they were cut; the group's time has
  /// no fractions of a second, and would lie before the quiesce that it was taken in.
  private func timed(
    _ members: [String: JSONValue], _ action: CutGroup, _ step: Step
  ) async throws(ActionFailure) -> [String: JSONValue] {
    guard members.values.contains(where: { $0["creationTime"] == nil }) else { return members }
    try await wait(
      for: "the members of \(action.snapshot)", of: action.snapshot, in: step,
      under: vigil(overSnapshots: [action.snapshot], step)
    ) { object throws(ActionFailure) in
      object?["status", "readyToUse"]?.boolValue == true ? () : nil
    }
    var times: [String: JSONValue] = [:]
    for snapshot in try await memberSnapshots(of: action.snapshot) {
      guard let name = snapshot["status", "boundVolumeSnapshotContentName"]?.stringValue,
        let content = try await read(ObjectReference(.snapshotContent, name: name), in: step),
        let handle = content["status", "snapshotHandle"]?.stringValue,
        let nanoseconds = content["status", "creationTime"]?.intValue
      else { continue }
      times[handle] = .string(Timestamp(nanosecondsSinceEpoch: nanoseconds).description)
    }
    var members = members
    for (volume, member) in members where member["creationTime"] == nil {
      guard let time = times[member["handle"]?.stringValue ?? ""] else {
        throw ActionFailure(
          .transient, "Nothing tells when volume `\(volume)` of \(action.snapshot) was cut")
      }
      members[volume]?["creationTime"] = time
    }
    return members
  }

  /// The VolumeSnapshots that a controller made for a group snapshot.
  private func memberSnapshots(
    of group: ObjectReference
  ) async throws(ActionFailure) -> [JSONValue] {
    let all = try await calling { () async throws(ClusterError) in
      try await cluster.list(.snapshot, namespace: group.namespace, selector: "").items
    }
    return all.filter { snapshot in
      (snapshot["metadata", "ownerReferences"]?.arrayValue ?? []).contains {
        $0["kind"]?.stringValue == group.type.kind && $0["name"]?.stringValue == group.name
      }
    }
  }

  /// Deletes a group snapshot of this run, and waits until its members are gone as well.
  private func removeGroup(
    _ group: ObjectReference, _ step: Step
  ) async throws(ActionFailure) {
    if let object = try await read(group, in: step), !step.isOwn(object) { return }
    try await removeOwn(group, in: step)
    for snapshot in try await memberSnapshots(of: group) {
      let member = ObjectReference(
        .snapshot, namespace: snapshot.namespace, name: snapshot.name)
      try await wait(
        for: "\(member) to be gone", of: member, in: step,
        under: vigil(overDeletionOf: member, step)
      ) { object in
        object?.uid == snapshot.uid ? nil : ()
      }
    }
  }

  // MARK: Labels

  private func label(_ claim: ObjectReference, with value: JSONValue) async throws(ActionFailure) {
    _ = try await calling { () async throws(ClusterError) in
      try await cluster.patch(
        claim, with: ["metadata": ["labels": [CutGroup.label: value]]], subresource: nil)
    }
  }

  /// Takes the labels of one cut away; another's stay.
  private func removeLabels(
    _ claims: [ObjectReference], of group: ObjectReference, _ step: Step
  ) async throws(ActionFailure) {
    for claim in claims {
      guard let object = try await read(claim, in: step),
        object.labels[CutGroup.label] == group.name
      else { continue }
      try await label(claim, with: .null)
    }
  }
}

extension JSONValue {
  /// What a group's content says of its members; the list was called otherwise before `v1beta2`.
  fileprivate var groupMembers: [JSONValue] {
    (self["status", "volumeSnapshotInfoList"] ?? self["status", "volumeSnapshotHandlePairList"])?
      .arrayValue ?? []
  }
}
