/// What a cluster looked like at one instant, reduced to what planning asks about.
///
/// A value: it can be written to a file on a machine with access and planned from on one without.
public struct ObservedCluster: Hashable, Sendable, Codable {
  public var identity: ClusterIdentity
  /// RFC 3339.
  public var observedAt: String
  public var namespaces: [ObservedNamespace]
  public var claims: [ObservedClaim]
  public var workloads: [ObservedWorkload]
  public var pods: [ObservedPod]
  public var storageClasses: [ObservedStorageClass]
  public var snapshotClasses: [ObservedSnapshotClass]
  /// `nil` where the cluster serves no group snapshots, or nobody asked whether it does.
  public var groupSnapshots: ObservedGroupSnapshots?
  /// `nil` where no restore asked for them.
  public var surroundings: ObservedSurroundings?

  public init(
    identity: ClusterIdentity, observedAt: String, namespaces: [ObservedNamespace] = [],
    claims: [ObservedClaim] = [], workloads: [ObservedWorkload] = [], pods: [ObservedPod] = [],
    storageClasses: [ObservedStorageClass] = [], snapshotClasses: [ObservedSnapshotClass] = [],
    groupSnapshots: ObservedGroupSnapshots? = nil, surroundings: ObservedSurroundings? = nil
  ) {
    self.identity = identity
    self.observedAt = observedAt
    self.namespaces = namespaces
    self.claims = claims
    self.workloads = workloads
    self.pods = pods
    self.storageClasses = storageClasses
    self.snapshotClasses = snapshotClasses
    self.groupSnapshots = groupSnapshots
    self.surroundings = surroundings
  }
}

/// Which cluster this is. The uid of the namespace `kube-system` outlives every rename.
public struct ClusterIdentity: Hashable, Sendable, Codable {
  public var name: String
  public var uid: String
  public var serverVersion: String

  public init(name: String, uid: String, serverVersion: String) {
    self.name = name
    self.uid = uid
    self.serverVersion = serverVersion
  }
}

public struct ObservedNamespace: Hashable, Sendable, Codable {
  public var name: String
  public var uid: String
  public var labels: [String: String]
  public var isTerminating: Bool

  public init(name: String, uid: String, labels: [String: String], isTerminating: Bool) {
    self.name = name
    self.uid = uid
    self.labels = labels
    self.isTerminating = isTerminating
  }
}

/// A PersistentVolumeClaim, with what its volume says where it is bound.
public struct ObservedClaim: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  public var uid: String
  public var labels: [String: String]
  /// `Pending`, `Bound` or `Lost`.
  public var phase: String
  public var volumeName: String?
  /// The CSI driver of the bound volume; `nil` for volumes that no driver can snapshot.
  public var driver: String?
  public var storageClass: String?
  public var accessModes: [String]
  /// `Filesystem` or `Block`.
  public var volumeMode: String
  /// The capacity where bound, else the request.
  public var bytes: Int64
  /// RFC 3339.
  public var createdAt: String
  /// The annotation that a restore leaves, ``RestoreMark/annotation``.
  public var restoredFrom: String?

  public init(
    namespace: String, name: String, uid: String, labels: [String: String], phase: String,
    volumeName: String?, driver: String?, storageClass: String?, accessModes: [String],
    volumeMode: String, bytes: Int64, createdAt: String, restoredFrom: String? = nil
  ) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
    self.labels = labels
    self.phase = phase
    self.volumeName = volumeName
    self.driver = driver
    self.storageClass = storageClass
    self.accessModes = accessModes
    self.volumeMode = volumeMode
    self.bytes = bytes
    self.createdAt = createdAt
    self.restoredFrom = restoredFrom
  }

  public var reference: ObjectReference {
    ObjectReference(.claim, namespace: namespace, name: name)
  }
}

/// A StatefulSet or Deployment.
public struct ObservedWorkload: Hashable, Sendable, Codable {
  public var kind: String
  public var namespace: String
  public var name: String
  public var uid: String
  public var labels: [String: String]
  public var replicas: Int
  /// The labels that select its pods.
  public var podLabels: [String: String]

  public init(
    kind: String, namespace: String, name: String, uid: String, labels: [String: String],
    replicas: Int, podLabels: [String: String]
  ) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
    self.labels = labels
    self.replicas = replicas
    self.podLabels = podLabels
  }
}

public struct ObservedPod: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  public var uid: String
  public var labels: [String: String]
  public var phase: String
  public var isReady: Bool
  public var containers: [String]
  /// The claims it mounts, by name.
  public var claims: [String]
  /// The kind and name of what made it, through a ReplicaSet to its Deployment.
  public var owner: String?

  public init(
    namespace: String, name: String, uid: String, labels: [String: String], phase: String,
    isReady: Bool, containers: [String], claims: [String], owner: String?
  ) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
    self.labels = labels
    self.phase = phase
    self.isReady = isReady
    self.containers = containers
    self.claims = claims
    self.owner = owner
  }
}

public struct ObservedStorageClass: Hashable, Sendable, Codable {
  public var name: String
  public var provisioner: String
  public var isDefault: Bool
  public var isBoundOnFirstUse: Bool

  public init(name: String, provisioner: String, isDefault: Bool, isBoundOnFirstUse: Bool) {
    self.name = name
    self.provisioner = provisioner
    self.isDefault = isDefault
    self.isBoundOnFirstUse = isBoundOnFirstUse
  }
}

public struct ObservedSnapshotClass: Hashable, Sendable, Codable {
  public var name: String
  public var driver: String
  public var isDefault: Bool
  /// `Delete` or `Retain`.
  public var deletionPolicy: String
  public var labels: [String: String]

  public init(
    name: String, driver: String, isDefault: Bool, deletionPolicy: String, labels: [String: String]
  ) {
    self.name = name
    self.driver = driver
    self.isDefault = isDefault
    self.deletionPolicy = deletionPolicy
    self.labels = labels
  }
}

/// How a cluster serves group snapshots.
public struct ObservedGroupSnapshots: Hashable, Sendable, Codable {
  /// The version that the server prefers, one of ``ResourceType/groupSnapshotVersions``.
  public var version: String
  /// The VolumeGroupSnapshotClasses.
  public var classes: [ObservedSnapshotClass]

  public init(version: String, classes: [ObservedSnapshotClass]) {
    self.version = version
    self.classes = classes
  }
}
