import ClusterModel
import Documents
import ProtectionModel

/// What has to be done for one protection plan.
struct ProtectionWork: Hashable, Sendable {
  let plan: PlanKey
  var point: PointWork?
  var expiries: [ExpiryWork] = []
}

/// A recovery point to be made.
struct PointWork: Hashable, Sendable {
  let name: String
  let slot: Timestamp?
  let key: RunKey
  var volumes: [VolumeWork]
  var groups: [GroupWork] = []
  var hooks: [HookWork]
  var copies: [CopyWork]
  /// Kinds of objects to capture.
  var captures: [String]
  var keepsSnapshots: Bool
  var requiredConsistency: Consistency
  /// What the hooks, and groups that hold everything, promise.
  var expectedConsistency: Consistency
  /// Why volumes are cut in a way that the plan would rather not have.
  var notices: [String] = []

  func group(named name: String) -> GroupWork? { groups.first { $0.name == name } }
}

/// A volume to be cut.
struct VolumeWork: Hashable, Sendable {
  let name: String
  let claim: ObservedClaim
  let driver: String
  let cut: Cut

  enum Cut: Hashable, Sendable {
    /// By a snapshot of its own, whose class was found for this reason.
    case alone(snapshotClass: String, reason: String)
    /// By a group snapshot.
    case group(String)
  }
}

/// Volumes that one group snapshot cuts at one instant.
struct GroupWork: Hashable, Sendable {
  let name: String
  let driver: String
  /// The VolumeGroupSnapshotClass.
  let groupClass: String
  /// The API version that the server prefers.
  let version: String
  /// The names of its volumes.
  let volumes: [String]
}

/// A blueprint with its parameters filled in, and the pod that it runs in.
struct HookWork: Hashable, Sendable {
  let blueprint: String
  let pod: String
  let container: String?
  let quiesce: HookBlueprint.Quiesce
  let cuts: [CutRule]
  let consistency: Consistency
  /// The most that the project allows.
  let freezeMax: Duration?
}

/// A repository that receives the point.
struct CopyWork: Hashable, Sendable {
  let name: String
  let repository: RepositoryTarget
}

/// A recovery point whose time is over.
struct ExpiryWork: Hashable, Sendable {
  let repository: RepositoryTarget
  let point: String
  let manifestID: String
  let volumeSnapshotIDs: [String]

  init(_ entry: CatalogEntry, in repository: RepositoryTarget) {
    self.repository = repository
    point = entry.point.name
    manifestID = entry.manifestID
    volumeSnapshotIDs = entry.point.volumes.map(\.snapshotID)
  }
}

/// What has to be done for one restore plan.
struct RestoreWork: Hashable, Sendable {
  let plan: PlanKey
  let key: RunKey
  let mark: RestoreMark
  let repository: RepositoryTarget
  let manifestID: String
  let targetNamespace: String
  /// Whether that is another namespace than the point's.
  let isCopy: Bool
  let namespaceUID: String?
  var volumes: [RestoredVolume]
  /// In the order in which they are made: before the volumes are there, and after.
  var earlyObjects: [RecoveryPoint.Object]
  var lateObjects: [RecoveryPoint.Object]
  let existing: String
  let images: [String: String]
  let patches: [RestoreObjects.ObjectPatch]
  /// GitOps objects that are paused meanwhile.
  var pauses: [ObjectReference] = []
  /// Workloads to wait for.
  var workloads: [ObjectReference]
  let hooks: [RestoreHook]
  let checks: [RestoreCheck]
}

/// A volume to be filled.
struct RestoredVolume: Hashable, Sendable {
  let name: String
  let claim: String
  let snapshotID: String
  let storageClass: String?
  let accessModes: [String]
  let volumeMode: String
  let bytes: Int64
  /// What is written into it before anything starts on it.
  let artifacts: [RestoreArtifact]
}
