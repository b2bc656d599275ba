import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  /// Cuts a volume: a VolumeSnapshot that is bound both ways, with a handle and a creation time.
  ///
  /// `readyToUse` is not waited for: the data is fixed at `creationTime`, and an application must
  /// not stay quiesced while a driver uploads.
  func cutVolume(_ action: CutVolume, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let reference = snapshot(action)
    _ = try await createOrAdopt(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
        "metadata": [
          "name": .string(reference.name), "namespace": .string(reference.namespace ?? ""),
        ],
        "spec": [
          "source": ["persistentVolumeClaimName": .string(action.claim.name)],
          "volumeSnapshotClassName": .string(action.snapshotClass),
        ],
      ], as: .snapshot, in: step)
    let what = "the cut of volume `\(action.volume)` (\(reference))"
    let contentName = try await wait(
      for: what, of: reference, in: step, under: vigil(overSnapshots: [reference], step)
    ) { object throws(ActionFailure) in
      return object?["status", "boundVolumeSnapshotContentName"]?.stringValue
    }
    let content = ObjectReference(.snapshotContent, name: contentName)
    return try await wait(
      for: what, of: content, in: step, under: vigil(overSnapshots: [reference, content], step)
    ) { object throws(ActionFailure) in
      guard let object, let handle = object["status", "snapshotHandle"]?.stringValue,
        let nanoseconds = object["status", "creationTime"]?.intValue
      else { return nil }
      // A content that names another snapshot would hand out somebody else's data.
      guard object["spec", "volumeSnapshotRef", "name"]?.stringValue == reference.name,
        object["spec", "volumeSnapshotRef", "namespace"]?.stringValue == reference.namespace
      else { throw ActionFailure(.permanent, "\(content) is not bound to \(reference)") }
      var result: JSONValue = [
        "snapshot": .string(reference.name), "content": .string(contentName),
        "handle": .string(handle), "driver": object["spec", "driver"] ?? .null,
        "creationTime": .string(Timestamp(nanosecondsSinceEpoch: nanoseconds).description),
      ]
      result["restoreSizeBytes"] = object["status", "restoreSize"]
      return result
    }
  }

  /// Undoes a cut: its data lies outside of the quiesce that it was meant for.
  func undoCut(_ action: CutVolume, _ step: Step) async throws(ActionFailure) {
    try await removeOwn(snapshot(action), in: step)
  }

  func releaseSnapshot(
    _ action: ReleaseSnapshot, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    try await removeOwn(action.snapshot, in: step)
    return [:]
  }

  /// Gives the movers' namespace a view of the cut.
  func exposeSnapshot(
    _ action: ExposeSnapshot, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let cut = try step.cut(of: action.volume, by: action.cut)
    let names = Exposure(namespace: action.namespace, name: action.name)
    try await retractOutdated(names, handle: cut["handle"], step)
    _ = try await createOrAdopt(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
        "metadata": ["name": .string(action.name)],
        "spec": [
          "deletionPolicy": "Retain", "driver": cut["driver"] ?? .null,
          "source": ["snapshotHandle": cut["handle"] ?? .null],
          "sourceVolumeMode": .string(action.volumeMode),
          "volumeSnapshotRef": [
            "namespace": .string(action.namespace), "name": .string(action.name),
          ],
        ],
      ], as: .snapshotContent, in: step)
    _ = try await createOrAdopt(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
        "metadata": ["name": .string(action.name), "namespace": .string(action.namespace)],
        "spec": ["source": ["volumeSnapshotContentName": .string(action.name)]],
      ], as: .snapshot, in: step)
    let what = "the snapshot of volume `\(action.volume)` to be ready in \(action.namespace)"
    let ready = try await wait(
      for: what, of: names.snapshot, in: step,
      under: vigil(overSnapshots: [names.snapshot, names.content], step)
    ) { object throws(ActionFailure) -> JSONValue? in
      return object?["status", "readyToUse"]?.boolValue == true ? object : nil
    }
    let restoreSize = ready["status", "restoreSize"]?.stringValue.flatMap(Quantity.bytes) ?? 0
    var claim = claimObject(
      names.claim, storageClass: action.storageClass, accessModes: action.accessModes,
      volumeMode: action.volumeMode, bytes: max(action.bytes, restoreSize))
    claim.set(
      ["spec", "dataSource"],
      to: [
        "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot",
        "name": .string(action.name),
      ])
    _ = try await createOrAdopt(claim, as: .claim, in: step)
    return ["claim": .string(action.name)]
  }

  /// Takes the view away again: user before used, so that each deletion can finish.
  func retractSnapshot(
    _ action: RetractSnapshot, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    try await retract(
      Exposure(namespace: action.namespace, name: action.name), jobName: action.jobName, step)
    return [:]
  }

  private func retract(
    _ names: Exposure, jobName: String, _ step: Step
  ) async throws(ActionFailure) {
    try await removeJob(jobName, in: names.claim.namespace ?? "", step)
    try await removeOwn(names.claim, in: step)
    try await removeOwn(names.snapshot, in: step)
    try await removeOwn(names.content, in: step)
  }

  /// A view that an earlier runner made of a cut that has been undone since shows data from
  /// outside of the quiesce: it goes, with the mover that may be reading it.
  private func retractOutdated(
    _ names: Exposure, handle: JSONValue?, _ step: Step
  ) async throws(ActionFailure) {
    guard let content = try await read(names.content, in: step), step.isOwn(content),
      content["spec", "source", "snapshotHandle"] != handle
    else { return }
    try await retract(names, jobName: names.claim.name, step)
  }

  /// What an exposed snapshot consists of; all three carry one name.
  private struct Exposure {
    let claim: ObjectReference
    let snapshot: ObjectReference
    let content: ObjectReference

    init(namespace: String, name: String) {
      claim = ObjectReference(.claim, namespace: namespace, name: name)
      snapshot = ObjectReference(.snapshot, namespace: namespace, name: name)
      content = ObjectReference(.snapshotContent, name: name)
    }
  }

  private func snapshot(_ action: CutVolume) -> ObjectReference {
    ObjectReference(.snapshot, namespace: action.claim.namespace, name: action.snapshotName)
  }

  func claimObject(
    _ reference: ObjectReference, storageClass: String?, accessModes: [String],
    volumeMode: String, bytes: Int64
  ) -> JSONValue {
    var claim: JSONValue = [
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": [
        "name": .string(reference.name), "namespace": .string(reference.namespace ?? ""),
      ],
      "spec": [
        "accessModes": JSONValue(strings: accessModes), "volumeMode": .string(volumeMode),
        "resources": ["requests": ["storage": .string(Quantity.text(bytes))]],
      ],
    ]
    if let storageClass { claim.set(["spec", "storageClassName"], to: .string(storageClass)) }
    return claim
  }
}
