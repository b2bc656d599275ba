import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  func ensureNamespace(
    _ action: EnsureNamespace, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let reference = ObjectReference(.namespace, name: action.name)
    // A namespace of the same name that is on its way out takes new objects down with it.
    let isThere = try await wait(
      for: "namespace `\(action.name)` to finish terminating", of: reference, in: step,
      under: vigil(overDeletionOf: reference, step)
    ) { object in
      guard let object else { return false }
      return object["metadata", "deletionTimestamp"] == nil ? true : nil
    }
    if isThere { return ["created": false] }
    _ = try await createOrAdopt(
      ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(action.name)]],
      as: .namespace, in: step)
    return ["created": true]
  }

  func stageVolume(_ action: StageVolume, _ step: Step) async throws(ActionFailure) -> JSONValue {
    if try await volume(markedFor: step.subject(of: action.claim)) != nil { return [:] }
    _ = try await createOrAdopt(
      claimObject(
        action.claim, storageClass: action.storageClass, accessModes: action.accessModes,
        volumeMode: action.volumeMode, bytes: action.bytes),
      as: .claim, in: step)
    return ["claim": .string(action.claim.name)]
  }

  /// Moves a volume from its staged claim to its final one. At every moment either a claim or our
  /// mark on the volume says whose data it is, so a crash anywhere loses nothing.
  func bindVolume(_ action: BindVolume, _ step: Step) async throws(ActionFailure) -> JSONValue {
    if let bound = try await boundEarlier(action.target, step) {
      try await giveBack(bound, step)
      return ["volumeName": .string(bound.name)]
    }
    // A claim that a pod names is protected, also when that pod has ended long ago.
    for job in action.jobNames {
      try await removeJob(job, in: action.staged.namespace ?? "", step)
    }
    let volume = try await releasedVolume(action.staged, step)
    try await reserve(volume, for: action.target, step)
    var claim = claimObject(
      action.target, storageClass: action.storageClass, accessModes: action.accessModes,
      volumeMode: action.volumeMode, bytes: action.bytes)
    claim.set(["metadata", "labels"], to: JSONValue(strings: action.labels))
    claim.set(["metadata", "annotations"], to: JSONValue(strings: action.annotations))
    claim.set(["spec", "volumeName"], to: .string(volume.name))
    _ = try await createOrAdopt(claim, as: .claim, in: step)
    try await wait(
      for: "\(action.target) to be bound to its restored volume", of: action.target, in: step,
      under: vigil(overClaim: action.target, step)
    ) { object throws(ActionFailure) -> Void? in
      guard let object, object["status", "phase"]?.stringValue == "Bound" else { return nil }
      guard object["spec", "volumeName"]?.stringValue == volume.name else {
        throw ActionFailure(.permanent, "\(action.target) was bound to another volume")
      }
      return ()
    }
    try await giveBack(volume, step)
    return ["volumeName": .string(volume.name)]
  }

  /// The volume that an earlier try bound before it could say so.
  private func boundEarlier(
    _ target: ObjectReference, _ step: Step
  ) async throws(ActionFailure) -> ObjectReference? {
    guard let claim = try await read(target, in: step), step.isOwn(claim),
      claim["status", "phase"]?.stringValue == "Bound",
      let name = claim["spec", "volumeName"]?.stringValue
    else { return nil }
    return ObjectReference(.volume, name: name)
  }

  /// Lets only the claim `target` have the volume.
  ///
  /// A claim that is bound already keeps its uid there: without it, it would be lost for good.
  private func reserve(
    _ volume: ObjectReference, for target: ObjectReference, _ step: Step
  ) async throws(ActionFailure) {
    let holder = try await read(volume, in: step)?["spec", "claimRef"]
    let claim = try await read(target, in: step)
    let isReserved =
      holder?["namespace"]?.stringValue == target.namespace
      && holder?["name"]?.stringValue == target.name
    let holderUID = holder?["uid"]?.stringValue
    if isReserved, holderUID == nil || holderUID == claim?.uid { return }
    _ = try await calling { () async throws(ClusterError) in
      try await cluster.patch(
        volume,
        with: [
          "spec": [
            "claimRef": [
              "apiVersion": "v1", "kind": "PersistentVolumeClaim",
              "namespace": .string(target.namespace ?? ""), "name": .string(target.name),
              "uid": nil, "resourceVersion": nil,
            ]
          ]
        ], subresource: nil)
    }
  }

  /// The volume of a staged claim, kept while the claim goes.
  private func releasedVolume(
    _ staged: ObjectReference, _ step: Step
  ) async throws(ActionFailure) -> ObjectReference {
    let mark = step.subject(of: staged)
    if let marked = try await volume(markedFor: mark), try await read(staged, in: step) == nil {
      return marked
    }
    let name = try await wait(
      for: "\(staged) to be bound", of: staged, in: step, under: vigil(overClaim: staged, step)
    ) { object throws(ActionFailure) in
      if let object, !step.isOwn(object) {
        throw ActionFailure(.permanent, "\(staged) was not made by this run")
      }
      return object?["spec", "volumeName"]?.stringValue
    }
    let volume = ObjectReference(.volume, name: name)
    guard let object = try await read(volume, in: step) else {
      throw ActionFailure(.permanent, "\(volume) is gone, and the restored data with it")
    }
    if object.labels[Labels.stage] == nil {
      let policy = object["spec", "persistentVolumeReclaimPolicy"] ?? "Delete"
      _ = try await calling { () async throws(ClusterError) in
        try await cluster.patch(
          volume,
          with: [
            "metadata": [
              "labels": [Labels.stage: .string(mark)],
              "annotations": [Labels.reclaimPolicy: policy],
            ],
            "spec": ["persistentVolumeReclaimPolicy": "Retain"],
          ], subresource: nil)
      }
    }
    try await removeOwn(staged, in: step)
    return volume
  }

  /// Takes our mark off a volume and gives it its own reclaim policy back.
  private func giveBack(
    _ volume: ObjectReference, _ step: Step
  ) async throws(ActionFailure) {
    guard let object = try await read(volume, in: step),
      let policy = object.annotations[Labels.reclaimPolicy]
    else { return }
    _ = try await calling { () async throws(ClusterError) in
      try await cluster.patch(
        volume,
        with: [
          "metadata": [
            "labels": [Labels.stage: nil], "annotations": [Labels.reclaimPolicy: nil],
          ],
          "spec": ["persistentVolumeReclaimPolicy": .string(policy)],
        ], subresource: nil)
    }
  }

  /// Removes what a failed restore staged. A volume that reached its claim is nobody's stage.
  func retractStage(
    _ action: RetractStage, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    for job in action.jobNames {
      try await removeJob(job, in: action.claim.namespace ?? "", step)
    }
    try await removeOwn(action.claim, in: step)
    guard let volume = try await volume(markedFor: step.subject(of: action.claim)),
      let object = try await read(volume, in: step)
    else { return [:] }
    if try await isTaken(object, step) {
      try await giveBack(volume, step)
    } else {
      try await removeStaged(volume, uid: object.uid, step)
    }
    return [:]
  }

  /// Removes a volume that nobody will have, with its data. The mark stays to the last moment: by
  /// it a later try finds the volume.
  private func removeStaged(
    _ volume: ObjectReference, uid: String, _ step: Step
  ) async throws(ActionFailure) {
    _ = try await calling { () async throws(ClusterError) in
      try await cluster.patch(
        volume, with: ["spec": ["persistentVolumeReclaimPolicy": "Delete"]], subresource: nil)
    }
    try await remove(volume, uid: uid, in: step)
  }

  /// Whether a claim has the volume, or is about to: it names the volume, which waits for it.
  private func isTaken(_ volume: JSONValue, _ step: Step) async throws(ActionFailure) -> Bool {
    if volume["status", "phase"]?.stringValue == "Bound" { return true }
    guard let holder = volume["spec", "claimRef"], let name = holder["name"]?.stringValue else {
      return false
    }
    let claim = try await read(
      ObjectReference(.claim, namespace: holder["namespace"]?.stringValue, name: name), in: step)
    return claim?["spec", "volumeName"]?.stringValue == volume.name
  }

  private func volume(markedFor mark: String) async throws(ActionFailure) -> ObjectReference? {
    let volumes = try await calling { () async throws(ClusterError) in
      try await cluster.list(.volume, namespace: nil, selector: "\(Labels.stage)=\(mark)")
    }
    return volumes.items.first.map { ObjectReference(.volume, name: $0.name) }
  }

  /// Waits until a workload is up on its restored volumes. A hook that follows starts its clock
  /// only now, whatever the data took (velero#7099).
  func awaitWorkload(
    _ action: AwaitWorkload, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let what = "\(action.workload) to be ready"
    try await wait(
      for: what, of: action.workload, in: step, under: vigil(overWorkload: action.workload, step)
    ) { object throws(ActionFailure) -> Void? in
      guard let object else { return nil }
      let wanted = object["spec", "replicas"]?.intValue ?? 1
      let seen = object["status", "observedGeneration"]?.intValue ?? 0
      guard seen >= object["metadata", "generation"]?.intValue ?? 0 else { return nil }
      return object["status", "readyReplicas"]?.intValue ?? 0 >= wanted ? () : nil
    }
    let ready = try await readyPods(of: action.workload, step).map { JSONValue.string($0.name) }
    return ["pods": .array(ready)]
  }

  func readyPods(
    of workload: ObjectReference, _ step: Step
  ) async throws(ActionFailure) -> [JSONValue] {
    try await pods(of: workload, step).filter {
      $0.isReady && $0["metadata", "deletionTimestamp"] == nil
    }
  }

  /// The pods that a workload selects, by name.
  func pods(
    of workload: ObjectReference, _ step: Step
  ) async throws(ActionFailure) -> [JSONValue] {
    guard let object = try await read(workload, in: step) else {
      throw ActionFailure(.transient, "\(workload) does not exist")
    }
    let labels = object["spec", "selector", "matchLabels"]?.stringMap ?? [:]
    let selector = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let list = try await calling { () async throws(ClusterError) in
      try await cluster.list(
        .pod, namespace: workload.namespace, selector: selector.joined(separator: ","))
    }
    return list.items.sorted { $0.name < $1.name }
  }
}
