/// One resource of a Kubernetes API: where objects of a kind live.
///
/// `group` is empty for the core group. `plural` is the name in paths (`persistentvolumeclaims`).
public struct ResourceType: Hashable, Sendable, Codable {
  public var group: String
  public var version: String
  public var plural: String
  public var kind: String
  public var isNamespaced: Bool

  public init(
    group: String = "", version: String = "v1", plural: String, kind: String,
    isNamespaced: Bool = true
  ) {
    self.group = group
    self.version = version
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// `v1` or `apps/v1`: what an object says in `apiVersion`.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension ResourceType {
  public static let namespace = ResourceType(
    plural: "namespaces", kind: "Namespace", isNamespaced: false)
  public static let node = ResourceType(plural: "nodes", kind: "Node", isNamespaced: false)
  public static let pod = ResourceType(plural: "pods", kind: "Pod")
  public static let secret = ResourceType(plural: "secrets", kind: "Secret")
  public static let configMap = ResourceType(plural: "configmaps", kind: "ConfigMap")
  public static let service = ResourceType(plural: "services", kind: "Service")
  public static let serviceAccount = ResourceType(plural: "serviceaccounts", kind: "ServiceAccount")
  public static let event = ResourceType(plural: "events", kind: "Event")
  public static let claim = ResourceType(
    plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim")
  public static let volume = ResourceType(
    plural: "persistentvolumes", kind: "PersistentVolume", isNamespaced: false)
  public static let statefulSet = ResourceType(
    group: "apps", plural: "statefulsets", kind: "StatefulSet")
  public static let deployment = ResourceType(
    group: "apps", plural: "deployments", kind: "Deployment")
  public static let daemonSet = ResourceType(
    group: "apps", plural: "daemonsets", kind: "DaemonSet")
  public static let job = ResourceType(group: "batch", plural: "jobs", kind: "Job")
  public static let lease = ResourceType(
    group: "coordination.k8s.io", plural: "leases", kind: "Lease")
  public static let storageClass = ResourceType(
    group: "storage.k8s.io", plural: "storageclasses", kind: "StorageClass", isNamespaced: false)
  public static let snapshot = ResourceType(
    group: "snapshot.storage.k8s.io", plural: "volumesnapshots", kind: "VolumeSnapshot")
  public static let snapshotContent = ResourceType(
    group: "snapshot.storage.k8s.io", plural: "volumesnapshotcontents",
    kind: "VolumeSnapshotContent", isNamespaced: false)
  public static let snapshotClass = ResourceType(
    group: "snapshot.storage.k8s.io", plural: "volumesnapshotclasses",
    kind: "VolumeSnapshotClass", isNamespaced: false)
}

/// Snapshots of several volumes at one instant. Their API came in three versions.
extension ResourceType {
  public static let groupSnapshotVersions = ["v1", "v1beta2", "v1beta1"]
  private static let groupSnapshotAPI = "groupsnapshot.storage.k8s.io"

  public static func groupSnapshot(_ version: String = "v1") -> ResourceType {
    ResourceType(
      group: groupSnapshotAPI, version: version, plural: "volumegroupsnapshots",
      kind: "VolumeGroupSnapshot")
  }

  public static func groupSnapshotContent(_ version: String = "v1") -> ResourceType {
    ResourceType(
      group: groupSnapshotAPI, version: version, plural: "volumegroupsnapshotcontents",
      kind: "VolumeGroupSnapshotContent", isNamespaced: false)
  }

  public static func groupSnapshotClass(_ version: String = "v1") -> ResourceType {
    ResourceType(
      group: groupSnapshotAPI, version: version, plural: "volumegroupsnapshotclasses",
      kind: "VolumeGroupSnapshotClass", isNamespaced: false)
  }
}

extension [ResourceType] {
  /// Of each resource the version that stands first: in what a server says of itself, the one that
  /// its group prefers.
  ///
  /// - Complexity: O(*n*).
  public var preferred: [ResourceType] {
    var seen: Set<[String]> = []
    return filter { seen.insert([$0.group, $0.plural]).inserted }
  }
}
