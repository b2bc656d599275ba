import ClusterModel
import ProtectionModel

/// The nodes of one restore plan, as far as the passes have made them.
struct RestoreNodes {
  let work: RestoreWork
  /// What every change has to wait for: what was asked and done beforehand.
  var foundation: NodeID?
  var pause: NodeID?
  var namespace: NodeID?
  var earlyObjects: NodeID?
  /// What a volume's binding has to wait for, by volume: its data, then its artifacts.
  var filled: [String: NodeID] = [:]
  /// Everything that works on a volume's stage, by volume.
  var movers: [String: [NodeID]] = [:]
  var stages: [String: NodeID] = [:]
  /// The Jobs that worked on a stage.
  var jobs: [String: [String]] = [:]
  var bindings: [NodeID] = []
  var lateObjects: NodeID?
  var workloads: [NodeID] = []

  init(work: RestoreWork) { self.work = work }

  var repositorySlot: String { SlotNames.repository(work.repository.name) }
  /// The limits that work on a volume counts against.
  func slots(of volume: RestoredVolume, _ more: String...) -> [String] {
    more + [SlotNames.storageClass(volume.storageClass), SlotNames.namespace(work.targetNamespace)]
  }
  func address(_ operation: String) -> String { "\(work.plan):\(operation)" }
  func address(_ volume: String, _ operation: String) -> String {
    "\(work.plan)/\(volume):\(operation)"
  }

  /// The claim that holds a volume's data before any workload can see it.
  func staged(_ volume: RestoredVolume) -> ObjectReference {
    ObjectReference(
      .claim, namespace: work.repository.moverNamespace, name: work.key.name(volume.name))
  }

  func target(_ volume: RestoredVolume) -> ObjectReference {
    ObjectReference(.claim, namespace: work.targetNamespace, name: volume.claim)
  }

  /// The namespace that the plan was made for, where it was there.
  var namespacePreconditions: [Precondition] {
    work.namespaceUID.map {
      [Precondition(ObjectReference(.namespace, name: work.targetNamespace), uid: $0)]
    } ?? []
  }

  func restored(_ objects: [RecoveryPoint.Object]) -> RestoreObjects {
    RestoreObjects(
      repository: work.repository, manifestID: work.manifestID,
      objects: objects.map {
        RestoreObjects.CapturedObject(kind: $0.kind, name: $0.name, path: $0.path)
      },
      targetNamespace: work.targetNamespace, isCopy: work.isCopy, existing: work.existing,
      images: work.images,
      patches: work.patches)
  }
}
