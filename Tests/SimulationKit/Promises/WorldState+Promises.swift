import Backends
import ClusterModel
import Documents
import Planning
import Ports
import SimulatedCluster

/// What must be true after every step, whoever did what.
extension WorldState {
  mutating func keepPromises() {
    for (name, application) in applications {
      guard let freeze = application.freezes.last, freeze.ended == nil else { continue }
      if now - freeze.began > application.freezeMax {
        breach(.nothingStaysFrozen, "\(name) is frozen since \(freeze.began)")
        applications[name]!.thaw(at: now)
      }
    }
    guard cluster.revision != checkedRevision else { return }
    checkedRevision = cluster.revision
    checkOwners()
    checkMovers()
  }

  private mutating func checkMovers() {
    guard moversMax < .max else { return }
    let working = cluster.objects("jobs.batch", namespace: Scene.movers).filter { job in
      job.label(OwnershipLabels.managedBy) == OwnershipLabels.manager
        && (job["status", "active"]?.intValue ?? 0) > 0
    }
    if working.count > moversMax {
      breach(.nothingTwice, "\(working.count) movers are at work, \(moversMax) may be")
    }
  }

  /// One physical snapshot has one owner that deletes it.
  private mutating func checkOwners() {
    var owners: [String: String] = [:]
    for content in cluster.objects("volumesnapshotcontents.snapshot.storage.k8s.io") {
      guard content["spec", "deletionPolicy"]?.stringValue == "Delete",
        let handle = content["status", "snapshotHandle"]?.stringValue
          ?? content["spec", "source", "snapshotHandle"]?.stringValue
      else { continue }
      let name = content["metadata", "name"]?.stringValue ?? ""
      if let other = owners.updateValue(name, forKey: handle) {
        breach(.nothingLeftBehind, "\(handle) is owned by \(other) and by \(name)")
      }
    }
  }

  /// An object that a process has made.
  mutating func made(_ object: JSONValue, as type: ResourceType, by process: String) {
    let place = object["metadata", "namespace"]?.stringValue
    if place == Scene.restored(0), isGitOpsActive,
      !isTaken(Scene.restored(0), byOthersThan: process)
    {
      breach(.nothingLeftBehind, "\(type.kind) is made in \(Scene.restored(0)) beside GitOps")
    }
    guard type == .job, let namespace = planNamespace(of: object) else { return }
    let words =
      object["spec", "template", "spec", "containers"]?.arrayValue?.first?["command"]?
      .arrayValue?.compactMap(\.stringValue) ?? []
    // The session of a runner that stands still holds until its machine wakes; nobody else can
    // end it, and nobody waits for it.
    if words.contains("backup"), applications[namespace]?.isHeld(by: process) == true {
      breach(.cutBeforeCopy, "data of \(namespace) moves while it is quiesced, by \(process)")
    }
  }

  /// Whether another process has an application's lease now.
  func isTaken(_ application: String, byOthersThan process: String) -> Bool {
    let lease = LeaseTarget(application: application, namespace: "").reference.name
    return leasesTaken[lease].map { $0.by != process } ?? false
  }

  private func planNamespace(of object: JSONValue) -> String? {
    object.label(OwnershipLabels.plan).flatMap { $0.split(separator: ".").first.map(String.init) }
  }

  /// An object that a process is about to change or delete.
  ///
  /// - Parameter patch: What it changes; `nil` where it deletes.
  mutating func changing(_ reference: ObjectReference, by patch: JSONValue? = nil) {
    guard
      let object = cluster.object(
        reference.type.resourceName, namespace: reference.namespace ?? "", name: reference.name)
    else { return }
    if object.label(OwnershipLabels.managedBy) == OwnershipLabels.manager { return }
    if reference.type == .lease { return }
    // The members of a group are known to it by a label of ours, and by nothing else.
    if reference.type == .claim, let labels = patch?["metadata", "labels"]?.objectValue,
      patch == ["metadata": ["labels": [CutGroup.label: labels[CutGroup.label] ?? .null]]]
    {
      return
    }
    if reference.type.isGitOpsKeeper, reference.name != "held" { return }
    // A staged volume is known by its mark, or by the claim of ours that holds it.
    if reference.type == .volume,
      object.label("oadp-plan.dev/stage") != nil
        || object["spec", "claimRef", "namespace"]?.stringValue == Scene.movers
    {
      return
    }
    breach(.nothingLeftBehind, "\(reference) is changed, which no run made")
  }

  /// A manifest has been written: from now on the point is offered for restore.
  mutating func sealed(_ manifestID: String, in location: String) {
    guard let repository = repositories[location],
      let point = repository.points.first(where: { $0.manifestID == manifestID })?.point
    else { return }
    sealedConsistencies.append(point.consistency)
    let name = "\(point.plan)@\(point.name)"
    let twins = repository.points.filter {
      $0.point.plan == point.plan && ($0.point.name == point.name || $0.point.slot == point.slot)
    }
    if twins.count > 1, !allowsTwins {
      breach(.nothingTwice, "\(name) is there \(twins.count) times")
    }
    var moments: [Timestamp] = []
    for volume in point.volumes {
      guard let content = repository[volume.snapshotID]?.content else {
        breach(.successIsEvidence, "\(name) names \(volume.snapshotID), which is not there")
        continue
      }
      guard content.origin == "\(point.plan.namespace)/\(volume.claim)", let moment = content.moment
      else {
        breach(.wholeOrInvisible, "\(name)/\(volume.name) holds `\(content.origin)`")
        continue
      }
      // The content of a cut that was undone is of another moment than the cut of the manifest.
      if let cutAt = Timestamp(volume.cutAt),
        applications[point.plan.namespace]?.couldHold(moment, at: cutAt) == false
      {
        breach(
          .wholeOrInvisible,
          "\(name)/\(volume.name) is said to be of \(volume.cutAt), and is of \(moment)")
      }
      moments.append(moment)
    }
    guard ["Application", "Group", "Bracketed"].contains(point.consistency),
      let first = moments.min(), let last = moments.max(),
      let application = applications[point.plan.namespace]
    else { return }
    // One cut of everything needs nobody to hold still.
    if point.consistency == "Group" {
      if first != last {
        breach(.consistencyIsMeasured, "\(name) was cut from \(first) to \(last), not at once")
      }
      return
    }
    if !application.wasHeld(from: first, through: last) {
      breach(
        .consistencyIsMeasured,
        "\(name) calls itself \(point.consistency), its cuts are of \(first) to \(last)")
    }
  }

  /// Snapshots are about to be forgotten.
  mutating func forgetting(_ ids: [String], in location: String) {
    guard var repository = repositories[location] else { return }
    let before = repository.points
    repository.snapshots.removeAll { ids.contains($0.id) }
    repositories[location] = repository
    let after = repository.points
    for plan in Set(before.map(\.point.plan)) {
      let newest = before.filter { $0.point.plan == plan }.map(\.point).max { $0.cutAt < $1.cutAt }
      if let newest, !after.contains(where: { $0.point == newest }) {
        breach(.lastGoodPointStays, "\(plan)@\(newest.name), the newest, is forgotten")
      }
    }
    for (_, point) in after {
      for volume in point.volumes where repository[volume.snapshotID] == nil {
        breach(.wholeOrInvisible, "\(point.plan)@\(point.name) lost \(volume.snapshotID)")
      }
    }
  }

  /// A hook or check of a restore runs: everything that it looks at must be there.
  mutating func checkHook(_ command: [String], in container: ContainerReference) {
    guard let expected = expectedContents[container.namespace] else { return }
    let pod = cluster.object("pods", namespace: container.namespace, name: container.pod)
    let claims = (pod?["spec", "volumes"]?.arrayValue ?? []).compactMap {
      $0["persistentVolumeClaim", "claimName"]?.stringValue
    }
    for claim in claims {
      guard let wanted = expected[claim] else { continue }
      let held = content(ofClaim: claim, in: container.namespace)
      if held?.origin != wanted.origin || held?.moment != wanted.moment {
        breach(
          .hookAfterData,
          "\(command.joined(separator: " ")) runs on \(claim), which holds "
            + "`\(held?.origin ?? "nothing")` of \(held?.moment?.description ?? "no moment")")
      }
      if let handle = handle(ofClaim: claim, in: container.namespace), isMoverAt(handle) {
        breach(.hookAfterData, "\(command.joined(separator: " ")) runs while a mover has \(claim)")
      }
    }
  }

  private func isMoverAt(_ handle: String) -> Bool {
    cluster.objects("pods", namespace: Scene.movers).contains { pod in
      guard pod["status", "phase"]?.stringValue == "Running" else { return false }
      let claims = (pod["spec", "volumes"]?.arrayValue ?? []).compactMap {
        $0["persistentVolumeClaim", "claimName"]?.stringValue
      }
      return claims.contains { self.handle(ofClaim: $0, in: Scene.movers) == handle }
    }
  }
}
