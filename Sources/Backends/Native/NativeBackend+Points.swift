import ClusterModel
import Documents
import Execution
import FoundationEssentials
import Planning
import Ports
import Runner

extension NativeBackend {
  func ensureRepository(_ action: EnsureRepository) async throws(ActionFailure) -> JSONValue {
    let address = RepositoryAddress(action.repository)
    if action.repository.isCreatedWhenMissing {
      let isNew = try await storing { () async throws(StoreError) in
        try await store.ensure(address)
      }
      return ["created": .bool(isNew)]
    }
    let catalog = try await storing { () async throws(StoreError) in
      try await store.catalog(of: address)
    }
    switch catalog.state {
    case .present: return ["created": false]
    case .missing:
      throw ActionFailure(.permanent, "Repository `\(address.name)` does not exist")
    case .unreadable(let why):
      throw ActionFailure(.permanent, "Repository `\(address.name)` cannot be read: \(why)")
    }
  }

  func captureObjects(
    _ action: CaptureObjects, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let resources = try await calling { () async throws(ClusterError) in
      try await cluster.resources()
    }
    let wanted = Set(action.kinds)
    var objects: [JSONValue] = []
    for type in resources where type.isNamespaced && wanted.contains(type.kind) {
      let list = try await calling { () async throws(ClusterError) in
        try await cluster.list(type, namespace: action.namespace, selector: "")
      }
      for var object in list.items {
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        if ObjectCleaner.isCaptured(object) { objects.append(ObjectCleaner.cleaned(object)) }
      }
    }
    let at = step.now()
    await captures.keep(CaptureTable.Capture(objects: objects, at: at), by: step.node.id)
    return ["count": .integer(Int64(objects.count)), "at": .string(at.description)]
  }

  /// Measures what was reached and writes the manifest: now, and not before, the point exists.
  func sealPoint(_ action: SealPoint, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let address = RepositoryAddress(action.repository)
    if let earlier = try await sealedEarlier(action, address) { return earlier }

    let measured = try Consistency.measure(action, step)
    guard measured.isAtLeast(action.requiredConsistency) else {
      throw ActionFailure(
        .verification,
        "The cuts reached consistency `\(measured.level)`, the plan requires "
          + "`\(action.requiredConsistency)`", evidence: measured.reasons)
    }
    let volumes = try sealedVolumes(action, step)
    try await verify(volumes, action, address)

    var files: [StoredFile] = []
    var objects: [RecoveryPoint.Object] = []
    var capture: CaptureTable.Capture?
    if let node = action.capture {
      capture = await captures.capture(by: node)
      guard let capture else {
        throw ActionFailure(.transient, "The captured objects are no longer in memory")
      }
      (objects, files) = Self.files(for: capture.objects)
    }
    let artifacts = try artifacts(of: action, step)
    files += artifacts.map { StoredFile(path: "artifacts/\($0.name)", bytes: $0.bytes) }

    let point = RecoveryPoint(
      plan: action.plan, name: action.point, slot: action.slot,
      cutAt: volumes.map(\.cutAt).max() ?? step.now().description,
      sealedAt: step.now().description, consistency: measured.level,
      quiescedSeconds: measured.quiescedSeconds, cluster: settings.cluster, run: step.runID,
      volumes: volumes, objects: objects, objectsCapturedAt: capture?.at.description,
      artifacts: artifacts.map {
        RecoveryPoint.Artifact(name: $0.name, path: "artifacts/\($0.name)")
      })
    guard let manifest = try? JSONValue(encoding: point) else {
      preconditionFailure("a recovery point without infinite numbers has a JSON form: \(point)")
    }
    files.append(
      StoredFile(
        path: RecoveryPoint.manifestPath, bytes: Array(CanonicalJSON.pretty(manifest).utf8)))
    let manifestID = try await storing { () async throws(StoreError) in
      try await store.store(files, tags: action.tags, in: address)
    }
    // A runner whose machine slept inside that very request may come second.
    if let other = try await sealedPoint(action, address, besides: manifestID) {
      try await storing { () async throws(StoreError) in
        try await store.forget([manifestID], in: address)
      }
      return sealed(other.manifestID, other.point)
    }
    try await forgetOrphans(action, address)
    return sealed(manifestID, point)
  }

  /// Forgets what movers stored for the point and nobody uses: a copy that was finished while the
  /// run was being stopped is made again, and the first one has no name in any manifest.
  ///
  /// What any manifest of the point names stays, and so does every manifest.
  private func forgetOrphans(
    _ action: SealPoint, _ address: RepositoryAddress
  ) async throws(ActionFailure) {
    try await storing { () async throws(StoreError) in
      let manifests = try await store.catalog(of: address).entries.filter {
        $0.point.plan == action.plan && $0.point.name == action.point
      }
      let used = Set(
        manifests.flatMap { [$0.manifestID] + $0.point.volumes.map(\.snapshotID) })
      let orphans = try await store.snapshots(tagged: action.tags, in: address)
        .filter { !used.contains($0) }
      if !orphans.isEmpty { try await store.forget(orphans, in: address) }
    }
  }

  /// A crash between writing the manifest and noting it must not make a second point.
  private func sealedEarlier(
    _ action: SealPoint, _ address: RepositoryAddress
  ) async throws(ActionFailure) -> JSONValue? {
    guard let sealedPoint = try await sealedPoint(action, address) else { return nil }
    // The crash may have left its lock, too.
    _ = try await storing { () async throws(StoreError) in try await store.ensure(address) }
    try await forgetOrphans(action, address)
    return sealed(sealedPoint.manifestID, sealedPoint.point)
  }

  /// The first manifest of the point, other than one that is ours.
  private func sealedPoint(
    _ action: SealPoint, _ address: RepositoryAddress, besides own: String? = nil
  ) async throws(ActionFailure) -> CatalogEntry? {
    let catalog = try await storing { () async throws(StoreError) in
      try await store.catalog(of: address)
    }
    return catalog.entries.first {
      $0.point.plan == action.plan && $0.point.name == action.point && $0.manifestID != own
    }
  }

  private func sealed(_ manifestID: String, _ point: RecoveryPoint) -> JSONValue {
    [
      "manifestID": .string(manifestID), "point": .string(point.name),
      "consistency": .string(point.consistency), "quiescedSeconds": .number(point.quiescedSeconds),
      "bytesProcessed": .integer(point.volumes.map(\.bytesProcessed).reduce(0, +)),
      "bytesAdded": .integer(point.volumes.map(\.bytesAdded).reduce(0, +)),
    ]
  }

  private func sealedVolumes(
    _ action: SealPoint, _ step: Step
  ) throws(ActionFailure) -> [RecoveryPoint.Volume] {
    var volumes: [RecoveryPoint.Volume] = []
    for volume in action.volumes {
      let cut = try step.cut(of: volume.name, by: volume.cut)
      let copy = try step.result(of: volume.copy)
      volumes.append(
        RecoveryPoint.Volume(
          name: volume.name, claim: volume.claim.name,
          snapshotID: copy["snapshotID"]?.stringValue ?? "",
          cutAt: cut["creationTime"]?.stringValue ?? "", bytes: volume.bytes,
          bytesProcessed: copy["bytesProcessed"]?.intValue ?? 0,
          bytesAdded: copy["bytesAdded"]?.intValue ?? 0, files: copy["files"]?.intValue ?? 0,
          storageClass: volume.storageClass, accessModes: volume.accessModes,
          volumeMode: volume.volumeMode))
    }
    return volumes
  }

  /// What the movers said they stored is looked for in the repository before anyone relies on it.
  private func verify(
    _ volumes: [RecoveryPoint.Volume], _ action: SealPoint, _ address: RepositoryAddress
  ) async throws(ActionFailure) {
    let present = try await storing { () async throws(StoreError) in
      Set(try await store.snapshots(tagged: action.tags, in: address))
    }
    for volume in volumes where !present.contains(volume.snapshotID) {
      throw ActionFailure(
        .verification, "The copy of volume `\(volume.name)` is not in repository `\(address.name)`",
        evidence: ["the mover named snapshot `\(volume.snapshotID)`"])
    }
  }

  private func artifacts(
    of action: SealPoint, _ step: Step
  ) throws(ActionFailure) -> [(name: String, bytes: [UInt8])] {
    var artifacts: [(name: String, bytes: [UInt8])] = []
    for node in action.artifactSteps {
      let result = try step.result(of: node)
      guard let name = result["artifact"]?.stringValue,
        let bytes = result["base64"]?.stringValue.flatMap({ Data(base64Encoded: $0) })
      else { throw ActionFailure(.permanent, "\(step.address(of: node)) captured no artifact") }
      artifacts.append((name, Array(bytes)))
    }
    return artifacts
  }

  private static func files(
    for objects: [JSONValue]
  ) -> ([RecoveryPoint.Object], [StoredFile]) {
    var entries: [RecoveryPoint.Object] = []
    var files: [StoredFile] = []
    for object in objects {
      let kind = object["kind"]?.stringValue ?? ""
      let path = "objects/\(kind)/\(object.name).json"
      entries.append(
        RecoveryPoint.Object(
          apiVersion: object["apiVersion"]?.stringValue ?? "", kind: kind, name: object.name,
          path: path))
      files.append(StoredFile(path: path, bytes: Array(CanonicalJSON.pretty(object).utf8)))
    }
    return (entries, files)
  }

  func expirePoint(_ action: ExpirePoint) async throws(ActionFailure) -> JSONValue {
    let address = RepositoryAddress(action.repository)
    let named = [action.manifestID] + action.volumeSnapshotIDs
    let forgotten = try await storing { () async throws(StoreError) in
      // What its movers stored beside that goes with it.
      let tagged = try await store.snapshots(
        tagged: PointTags.point(action.plan, action.point), in: address)
      let all = named + tagged.filter { !named.contains($0) }
      try await store.forget(all, in: address)
      return all.count
    }
    return ["forgotten": .integer(Int64(forgotten))]
  }
}
