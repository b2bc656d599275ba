import ClusterModel
import Documents
import Execution
import Planning
import RunTesting
import SimulatedCluster

extension Play {
  /// What must be there when all is done, and what must not.
  func lookAround(since template: Template, isClean: Bool) {
    world.at(clock.wall + .seconds(3600)) { state in
      for (name, application) in state.applications where application.isQuiesced {
        state.breach(.nothingStaysFrozen, "\(name) is held at the end")
      }
      state.checkLeftovers(template)
      state.checkKeepers(template)
      if scenario.shape.task == .protect { state.checkPoints(scenario.shape, isClean: isClean) }
    }
  }
}

extension WorldState {
  private static let types: [ResourceType] = [
    .job, .pod, .claim, .volume, .snapshot, .snapshotContent, .secret, .statefulSet,
    .groupSnapshot(), .groupSnapshotContent(),
  ]

  /// Kind, namespace and name of everything that is there, but for what was there before or was
  /// asked for.
  mutating func checkLeftovers(_ template: Template) {
    let before = template.state
    for type in Self.types {
      let old = Dictionary(
        before.cluster.objects(type.resourceName).map { ($0.id, $0["metadata", "uid"]) },
        uniquingKeysWith: { first, _ in first })
      let new = cluster.objects(type.resourceName)
      for object in new where old[object.id] == nil && !isWanted(object, type, template.shape) {
        breach(.nothingLeftBehind, "\(type.kind) \(object.id) is left")
      }
      let present = Dictionary(
        new.map { ($0.id, $0["metadata", "uid"]) }, uniquingKeysWith: { first, _ in first })
      for (id, uid) in old where present[id] != uid {
        breach(.nothingLeftBehind, "\(type.kind) \(id) is gone or another one")
      }
    }
    for claim in cluster.objects(ResourceType.claim.resourceName) {
      guard let cut = claim.label(CutGroup.label) else { continue }
      breach(.nothingLeftBehind, "claim \(claim.id) has the label of \(cut)")
    }
    if !storage.snapshots.isEmpty {
      breach(.nothingLeftBehind, "physical snapshots are left: \(storage.snapshots.keys.sorted())")
    }
  }

  /// What was paused works again, exactly as before.
  mutating func checkKeepers(_ template: Template) {
    let before = template.state.keepers
    for (name, keeper) in keepers.sorted(by: { $0.key < $1.key }) where before[name] != keeper {
      breach(.nothingLeftBehind, "\(name) is left as \(CanonicalJSON.string(keeper))")
    }
  }

  /// A restore leaves its namespace, and the volumes of that.
  private func isWanted(_ object: JSONValue, _ type: ResourceType, _ shape: Shape) -> Bool {
    guard shape.task == .restore else { return false }
    let place =
      type == .volume
      ? object["spec", "claimRef", "namespace"]?.stringValue
      : object["metadata", "namespace"]?.stringValue
    return place == Scene.restored(0)
  }

  /// Data that movers stored for a point and that the point does not use.
  private mutating func checkOrphans(of point: RecoveryPoint, in repository: String) {
    let held = repositories[Scene.location(of: repository)]?.snapshots ?? []
    let used = Set(point.volumes.map(\.snapshotID))
    for snapshot in held where snapshot.content != nil {
      guard snapshot.tags.contains("plan=\(point.plan)"),
        snapshot.tags.contains("point=\(point.name)"), !used.contains(snapshot.id)
      else { continue }
      breach(.nothingLeftBehind, "\(snapshot.id) in \(repository) belongs to no point")
    }
  }

  /// - Parameter isClean: Whether no runner has failed for good: one that could not tidy up leaves
  ///   that to the point's expiry.
  mutating func checkPoints(_ shape: Shape, isClean: Bool) {
    for repository in Scene.repositories.prefix(shape.copies) {
      var names: Set<String> = []
      let points = (repositories[Scene.location(of: repository)]?.points.map(\.point) ?? [])
        .filter { !allowsTwins || names.insert("\($0.plan)@\($0.name)").inserted }
      for index in shape.apps.indices {
        let plan = PlanKey(namespace: Scene.namespace(index), name: "db")
        let new = points.filter { $0.plan == plan && $0.run != "old" }
        // Where a run has taken more than a day, another slot has come.
        if new.isEmpty || Set(new.map(\.slot)).count < new.count {
          breach(.nothingTwice, "\(plan) has \(new.count) new points in \(repository)")
        }
        guard new.count == 1 else { continue }
        if isClean, !allowsTwins { checkOrphans(of: new[0], in: repository) }
        let old = points.filter { $0.plan == plan && $0.run == "old" }
        let kept = min(shape.olderPoints, 2)
        if old.count != kept {
          breach(.lastGoodPointStays, "\(plan) keeps \(old.count) older points, not \(kept)")
        }
      }
    }
  }
}

extension JSONValue {
  fileprivate var id: String {
    let namespace = self["metadata", "namespace"]?.stringValue ?? ""
    let name = self["metadata", "name"]?.stringValue ?? ""
    return namespace.isEmpty ? name : "\(namespace)/\(name)"
  }
}
