import ClusterModel
import Documents

/// Which CSI driver serves a volume.
struct DriverIndex {
  private var drivers: [String: String] = [:]

  init(volumes: [JSONValue]) {
    for volume in volumes {
      guard let name = volume["metadata", "name"]?.stringValue else { continue }
      drivers[name] = volume["spec", "csi", "driver"]?.stringValue
    }
  }

  func driver(of volume: String?) -> String? { volume.flatMap { drivers[$0] } }
}

func namespace(_ object: JSONValue) -> ObservedNamespace {
  ObservedNamespace(
    name: object.name, uid: object.uid, labels: object.labels,
    isTerminating: object["metadata", "deletionTimestamp"] != nil)
}

func claim(_ object: JSONValue, drivers: DriverIndex) -> ObservedClaim {
  let volumeName = object["spec", "volumeName"]?.stringValue
  let capacity =
    object["status", "capacity", "storage"] ?? object["spec", "resources", "requests", "storage"]
  return ObservedClaim(
    namespace: object.namespace, name: object.name, uid: object.uid, labels: object.labels,
    phase: object["status", "phase"]?.stringValue ?? "Pending", volumeName: volumeName,
    driver: drivers.driver(of: volumeName),
    storageClass: object["spec", "storageClassName"]?.stringValue,
    accessModes: object["spec", "accessModes"]?.strings ?? [],
    volumeMode: object["spec", "volumeMode"]?.stringValue ?? "Filesystem",
    bytes: capacity?.stringValue.flatMap(Quantity.bytes) ?? 0,
    createdAt: object["metadata", "creationTimestamp"]?.stringValue ?? "",
    restoredFrom: object.annotations[RestoreMark.annotation])
}

func workload(_ object: JSONValue, kind: String) -> ObservedWorkload {
  ObservedWorkload(
    kind: kind, namespace: object.namespace, name: object.name, uid: object.uid,
    labels: object.labels, replicas: Int(object["spec", "replicas"]?.intValue ?? 1),
    podLabels: object["spec", "selector", "matchLabels"]?.stringMap ?? [:])
}

func pod(_ object: JSONValue) -> ObservedPod {
  let containers = object["spec", "containers"]?.arrayValue ?? []
  let volumes = object["spec", "volumes"]?.arrayValue ?? []
  return ObservedPod(
    namespace: object.namespace, name: object.name, uid: object.uid, labels: object.labels,
    phase: object["status", "phase"]?.stringValue ?? "Pending", isReady: object.isReady,
    containers: containers.compactMap { $0["name"]?.stringValue },
    claims: volumes.compactMap { $0["persistentVolumeClaim", "claimName"]?.stringValue },
    owner: object.controller)
}

func storageClass(_ object: JSONValue) -> ObservedStorageClass {
  ObservedStorageClass(
    name: object.name, provisioner: object["provisioner"]?.stringValue ?? "",
    isDefault: object.annotations["storageclass.kubernetes.io/is-default-class"] == "true",
    isBoundOnFirstUse: object["volumeBindingMode"]?.stringValue == "WaitForFirstConsumer")
}

func snapshotClass(_ object: JSONValue) -> ObservedSnapshotClass {
  ObservedSnapshotClass(
    name: object.name, driver: object["driver"]?.stringValue ?? "",
    isDefault: ["snapshot", "groupsnapshot"].contains {
      object.annotations["\($0).storage.kubernetes.io/is-default-class"] == "true"
    },
    deletionPolicy: object["deletionPolicy"]?.stringValue ?? "Delete", labels: object.labels)
}

extension JSONValue {
  /// `Kind/name` of the controlling owner. A ReplicaSet that a Deployment made carries that
  /// Deployment's name before the last hyphen.
  fileprivate var controller: String? {
    let owners = self["metadata", "ownerReferences"]?.arrayValue ?? []
    guard let owner = owners.first(where: { $0["controller"]?.boolValue == true }),
      let kind = owner["kind"]?.stringValue, let name = owner["name"]?.stringValue
    else { return nil }
    if kind == "ReplicaSet", labels["pod-template-hash"] != nil,
      let hyphen = name.lastIndex(of: "-")
    {
      return "Deployment/" + name[..<hyphen]
    }
    return "\(kind)/\(name)"
  }
}
