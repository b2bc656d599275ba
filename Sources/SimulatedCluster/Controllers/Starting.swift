import Documents

extension SimulatedKubernetes {
  /// Creates what every cluster has before its first client: namespaces, the node, storage.
  mutating func start(at now: Timestamp) {
    guard !hasStarted else { return }
    hasStarted = true
    for name in ["kube-system", "default", "kube-public", "kube-node-lease"] {
      make(
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]],
        Resources.namespaces, at: now)
    }
    for definition in SnapshotDefinitions.all { make(definition, Resources.definitions, at: now) }
    refreshRegistry()
    makeNode(at: now)
    makeStorage(at: now)
    _ = establishDefinitions(at: now)
  }

  private mutating func makeNode(at now: Timestamp) {
    let name = configuration.nodeName
    let labels: JSONValue = [
      "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
    ]
    make(
      [
        "apiVersion": "v1", "kind": "Node",
        "metadata": ["name": .string(name), "labels": labels], "spec": [:],
      ], Resources.nodes, at: now)
    let capacity: JSONValue = [
      "cpu": .string(configuration.nodeCPU), "memory": .string(configuration.nodeMemory),
      "pods": .string(String(configuration.nodePods)), "ephemeral-storage": "100Gi",
    ]
    let configuration = configuration
    change(ObjectKey(Resources.nodes, "", name), at: now) { node in
      node["status"] = [
        "capacity": capacity, "allocatable": capacity,
        "addresses": [
          ["type": "InternalIP", "address": .string(configuration.nodeAddress)],
          ["type": "Hostname", "address": .string(name)],
        ],
        "nodeInfo": [
          "kubeletVersion": .string(configuration.version), "kubeProxyVersion": "",
          "operatingSystem": "linux", "architecture": "amd64", "osImage": "sandbox",
          "kernelVersion": "", "containerRuntimeVersion": "bubblewrap://0", "machineID": "",
          "systemUUID": "", "bootID": "",
        ],
      ]
      node.setCondition(
        "Ready", true, reason: "KubeletReady", message: "kubelet is posting ready status", at: now)
    }
  }

  private mutating func makeStorage(at now: Timestamp) {
    let driver = JSONValue.string(configuration.storageDriver)
    make(
      [
        "apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": ["name": driver],
        "spec": ["attachRequired": false],
      ], "csidrivers.storage.k8s.io", at: now)
    for (name, mode, isDefault) in [
      ("sandbox-ssd", "Immediate", true), ("sandbox-late", "WaitForFirstConsumer", false),
    ] {
      var metadata: JSONValue = ["name": .string(name)]
      if isDefault {
        metadata["annotations"] = ["storageclass.kubernetes.io/is-default-class": "true"]
      }
      make(
        [
          "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata,
          "provisioner": driver, "reclaimPolicy": "Delete", "volumeBindingMode": .string(mode),
          "allowVolumeExpansion": true,
        ], Resources.storageClasses, at: now)
    }
    make(
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass",
        "metadata": [
          "name": "sandbox-snapshots",
          "annotations": ["snapshot.storage.kubernetes.io/is-default-class": "true"],
        ], "driver": driver, "deletionPolicy": "Delete",
      ], Resources.snapshotClasses, at: now)
    make(
      [
        "apiVersion": "groupsnapshot.storage.k8s.io/v1", "kind": "VolumeGroupSnapshotClass",
        "metadata": [
          "name": "sandbox-groups",
          "annotations": ["groupsnapshot.storage.kubernetes.io/is-default-class": "true"],
        ], "driver": driver, "deletionPolicy": "Delete",
      ], Resources.groupClasses, at: now)
  }
}
