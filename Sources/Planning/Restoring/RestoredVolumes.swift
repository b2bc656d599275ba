import ClusterModel
import Diagnostics
import ProtectionModel

/// Finds what each volume of a recovery point becomes in the target.
struct RestoredVolumes {
  let context: PlanningContext
  let plan: RestorePlan
  let point: RecoveryPoint

  func resolve(
    _ missing: [RecoveryPoint.Volume], _ bag: inout DiagnosticBag
  ) -> [RestoredVolume] {
    for mapped in plan.map.volumes where !point.volumes.contains(where: { $0.name == mapped.name })
    {
      bag.add(
        Diagnostic(
          .restoreTargetUnfit,
          "The recovery point has no volume `\(mapped.name)` that `map` speaks of",
          at: plan.source,
          hint: "it has \(HumanText.list(point.volumes.map { "`\($0.name)`" }.sorted()))"))
    }
    return missing.map { volume in
      let mapping = plan.map.volumes.first { $0.name == volume.name }
      let storageClass = storageClass(for: volume, mapping)
      check(storageClass, volume, &bag)
      let bytes = mapping?.size?.bytes ?? volume.bytes
      if bytes < volume.bytesProcessed {
        bag.add(
          Diagnostic(
            .restoreTargetUnfit,
            "Volume `\(volume.name)` of \(HumanText.bytes(bytes)) is too small for "
              + "\(HumanText.bytes(volume.bytesProcessed)) of data", at: plan.source,
            hint: "raise its `size` under `map.volumes`"))
      }
      return RestoredVolume(
        name: volume.name, claim: volume.claim, snapshotID: volume.snapshotID,
        storageClass: storageClass,
        accessModes: mapping.flatMap {
          $0.accessModes.isEmpty ? nil : $0.accessModes.map(\.rawValue)
        } ?? volume.accessModes,
        volumeMode: volume.volumeMode, bytes: bytes, artifacts: artifacts(for: volume, &bag))
    }
  }

  private func storageClass(
    for volume: RecoveryPoint.Volume, _ mapping: RestoreMapping.Volume?
  ) -> String? {
    if let named = mapping?.storageClass { return named }
    let mapped = volume.storageClass.flatMap { plan.map.storageClasses[$0] }
    return mapped ?? plan.map.storageClasses["*"] ?? volume.storageClass
  }

  private func check(
    _ storageClass: String?, _ volume: RecoveryPoint.Volume, _ bag: inout DiagnosticBag
  ) {
    let classes = context.cluster.storageClasses
    if let storageClass {
      guard classes[storageClass] == nil else { return }
      let names = classes.keys.sorted().map { "`\($0)`" }
      bag.add(
        Diagnostic(
          .restoreTargetUnfit,
          "StorageClass `\(storageClass)` for volume `\(volume.name)` is not in the cluster",
          at: plan.source,
          hint: "map it under `map.storageClasses` to one of \(HumanText.list(names))"))
    } else if !classes.values.contains(where: \.isDefault) {
      bag.add(
        Diagnostic(
          .restoreTargetUnfit,
          "Volume `\(volume.name)` needs a default StorageClass, and the cluster has none",
          at: plan.source, hint: "name one under `map.volumes`"))
    }
  }

  /// What the origin's hooks say must be written into the volume before anything starts on it.
  private func artifacts(
    for volume: RecoveryPoint.Volume, _ bag: inout DiagnosticBag
  ) -> [RestoreArtifact] {
    let uses = context.desired.origin(of: plan)?.hooks ?? []
    return uses.compactMap { context.desired.blueprint(for: $0) }.flatMap { blueprint in
      blueprint.restore.filter { $0.names(volume.name) }.filter { artifact in
        if point.artifacts.contains(where: { $0.name == artifact.artifact }) { return true }
        // A point that the hook did not vouch for was cut without it, and needs nothing of it.
        let reached = Consistency(rawValue: point.consistency) ?? .fuzzy
        guard reached >= blueprint.consistency ?? .volume else { return false }
        bag.add(
          Diagnostic(
            .pointNotFound,
            "Recovery point `\(point.name)` holds no artifact `\(artifact.artifact)`, "
              + "without which "
              + "volume `\(volume.name)` must not be started", at: plan.source,
            hint: "choose another point"))
        return false
      }
    }
  }
}

extension RestoreArtifact {
  fileprivate func names(_ volume: String) -> Bool {
    volume == self.volume || volume.hasPrefix(self.volume + "-")
  }
}
