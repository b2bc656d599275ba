import Documents

extension SimulatedKubernetes {
  private var provisioner: String {
    "\(configuration.storageDriver)_\(configuration.nodeName)"
  }

  /// Makes a volume for a claim, as its class says.
  mutating func provision(_ key: ObjectKey, _ claim: JSONValue, at now: Timestamp) {
    let className = claim.string("spec", "storageClassName") ?? ""
    guard !className.isEmpty else {
      note(
        claim, "Normal", "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set",
        by: Self.volumeComponent, at: now)
      return
    }
    guard let storageClass = storageClass(of: claim) else {
      note(
        claim, "Warning", "ProvisioningFailed",
        "storageclass.storage.k8s.io \"\(className)\" not found", by: Self.volumeComponent, at: now)
      return
    }
    let driver = storageClass.string("provisioner") ?? ""
    guard driver == configuration.storageDriver else {
      note(
        claim, "Normal", "ExternalProvisioning",
        "Waiting for a volume to be created either by the external provisioner '\(driver)' or "
          + "manually by the system administrator. If volume creation is delayed, please verify "
          + "that the provisioner is running and correctly registered.", by: Self.volumeComponent,
        at: now)
      return
    }
    change(key, at: now) { $0.annotate("volume.kubernetes.io/storage-provisioner", driver) }
    switch source(of: claim) {
    case .failure(let obstacle):
      note(
        claim, "Warning", "ProvisioningFailed",
        "failed to provision volume with StorageClass \"\(className)\": \(obstacle.message)",
        by: provisioner, at: now)
    case .success(let source): create(key, claim, storageClass, from: source, at: now)
    }
  }

  private mutating func create(
    _ key: ObjectKey, _ claim: JSONValue, _ storageClass: JSONValue, from source: VolumeSource,
    at now: Timestamp
  ) {
    let handle = "pvc-" + claim.uid
    let size = claim.string("spec", "resources", "requests", "storage") ?? "0"
    let bytes = Quantity.whole(size) ?? 0
    let state = effects.request(.createVolume(handle)) {
      .createVolume($0, handle: handle, bytes: bytes, source: source)
    }
    switch state {
    case .waiting, .inFlight:
      note(
        claim, "Normal", "Provisioning",
        "External provisioner is provisioning volume for claim "
          + "\"\(claim.namespace)/\(claim.name)\"", by: provisioner, at: now)
    case .resting(_, let message, _), .finished(.failed(let message, _), _):
      note(
        claim, "Warning", "ProvisioningFailed",
        "failed to provision volume with StorageClass \"\(storageClass.name)\": \(message)",
        by: provisioner, at: now)
    case .finished(.done(let made), _):
      effects.forget(.createVolume(handle))
      let capacity = max(made ?? bytes, bytes)
      makeVolume(
        handle, for: claim, storageClass,
        capacity: capacity == bytes ? size : Quantity.text(bytes: capacity), at: now)
      if let volume = store[ObjectKey(Resources.volumes, "", handle)] {
        bind(claim: key, to: volume, at: now)
        note(
          claim, "Normal", "ProvisioningSucceeded", "Successfully provisioned volume \(handle)",
          by: provisioner, at: now)
      }
    }
  }

  private mutating func makeVolume(
    _ handle: String, for claim: JSONValue, _ storageClass: JSONValue, capacity: String,
    at now: Timestamp
  ) {
    let driver = configuration.storageDriver
    var spec: JSONValue = [
      "capacity": ["storage": .string(capacity)],
      "accessModes": claim.value(at: ["spec", "accessModes"]) ?? [],
      "persistentVolumeReclaimPolicy": storageClass["reclaimPolicy"] ?? "Delete",
      "storageClassName": .string(storageClass.name),
      "volumeMode": claim.value(at: ["spec", "volumeMode"]) ?? "Filesystem",
      "claimRef": claim.reference,
      "csi": [
        "driver": .string(driver), "volumeHandle": .string(handle),
        "volumeAttributes": ["storage.kubernetes.io/csiProvisionerIdentity": .string(driver)],
      ],
    ]
    spec["mountOptions"] = storageClass["mountOptions"]
    make(
      [
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": [
          "name": .string(handle), "finalizers": [.string(Self.provisionerFinalizer)],
          "annotations": ["pv.kubernetes.io/provisioned-by": .string(driver)],
        ], "spec": spec,
      ], Resources.volumes, at: now)
  }

  // MARK: Where the bytes come from

  private struct Obstacle: Error {
    var message: String
  }

  private func source(of claim: JSONValue) -> Result<VolumeSource, Obstacle> {
    guard let source = claim.value(at: ["spec", "dataSource"]) else { return .success(.empty) }
    let name = source.string("name") ?? ""
    let wanted =
      claim.string("spec", "resources", "requests", "storage")
      .flatMap { Quantity.whole($0) } ?? 0
    switch source.string("kind") {
    case "VolumeSnapshot": return snapshotSource(name, claim.namespace, wanted)
    case "PersistentVolumeClaim": return claimSource(name, claim.namespace, wanted)
    case let kind:
      return .failure(
        Obstacle(message: "error getting handle for DataSource Type \(kind ?? "") by Name \(name)"))
    }
  }

  private func snapshotSource(_ name: String, _ namespace: String, _ wanted: Int64)
    -> Result<VolumeSource, Obstacle>
  {
    let prefix = "error getting handle for DataSource Type VolumeSnapshot by Name \(name): "
    guard let snapshot = store[ObjectKey(Resources.snapshots, namespace, name)] else {
      return .failure(
        Obstacle(
          message: prefix + "error getting snapshot \(name) from api server: "
            + "volumesnapshots.snapshot.storage.k8s.io \"\(name)\" not found"))
    }
    if snapshot.isBeingDeleted {
      return .failure(Obstacle(message: prefix + "snapshot \(name) is currently being deleted"))
    }
    guard let content = boundContent(of: snapshot) else {
      return .failure(Obstacle(message: prefix + "snapshot \(name) not bound"))
    }
    guard snapshot.flag("status", "readyToUse"),
      let handle = content.string("status", "snapshotHandle")
    else { return .failure(Obstacle(message: prefix + "snapshot \(name) is not Ready")) }
    let size = content.integer("status", "restoreSize") ?? 0
    guard wanted >= size else {
      return .failure(
        Obstacle(
          message: prefix + "requested volume size \(wanted) is less than the size \(size) for "
            + "the source snapshot \(name)"))
    }
    return .success(.snapshot(handle))
  }

  private func claimSource(_ name: String, _ namespace: String, _ wanted: Int64)
    -> Result<VolumeSource, Obstacle>
  {
    let prefix = "error getting handle for DataSource Type PersistentVolumeClaim by Name \(name): "
    guard let claim = store[ObjectKey(Resources.claims, namespace, name)],
      claim.string("status", "phase") == "Bound", !claim.isBeingDeleted,
      let volume = store[
        ObjectKey(Resources.volumes, "", claim.string("spec", "volumeName") ?? "")],
      let handle = handle(of: volume)
    else {
      return .failure(Obstacle(message: prefix + "the PVC \(name) is not in state Bound"))
    }
    guard wanted >= Self.capacity(of: volume) else {
      return .failure(
        Obstacle(
          message: prefix + "new PVC request must be greater than or equal in size to the "
            + "specified PVC data source"))
    }
    return .success(.volume(handle))
  }
}
