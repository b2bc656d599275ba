import Documents

extension SimulatedKubernetes {
  private static let scheduler = "default-scheduler"

  /// Binds pods to the node, when their claims are bound and there is room.
  mutating func schedule(at now: Timestamp) -> Timestamp? {
    guard let node = store[ObjectKey(Resources.nodes, "", configuration.nodeName)] else {
      return nil
    }
    let pods = store.sorted(Resources.pods)
    var room = NodeRoom(node, pods: pods.map(\.value))
    for (key, pod) in pods
    where pod.string("spec", "nodeName") == nil && !pod.isBeingDeleted
      && pod.list("spec", "schedulingGates").isEmpty
    {
      let obstacle = obstacle(to: pod, on: node, at: now) ?? room.obstacle(to: pod)
      if let obstacle {
        refuse(key, pod, because: obstacle, at: now)
      } else {
        room.take(pod)
        assign(key, pod, at: now)
      }
    }
    return nil
  }

  private mutating func assign(_ key: ObjectKey, _ pod: JSONValue, at now: Timestamp) {
    let node = configuration.nodeName
    change(key, at: now) { pod in
      pod.set(["spec", "nodeName"], to: .string(node))
      pod.setCondition("PodScheduled", true, at: now)
    }
    note(
      pod, "Normal", "Scheduled",
      "Successfully assigned \(pod.namespace)/\(pod.name) to \(node)", by: Self.scheduler, at: now)
  }

  private mutating func refuse(
    _ key: ObjectKey, _ pod: JSONValue, because obstacle: String, at now: Timestamp
  ) {
    let message =
      "0/1 nodes are available: \(obstacle). preemption: 0/1 nodes are available: "
      + "1 Preemption is not helpful for scheduling."
    change(key, at: now) { pod in
      pod.setCondition(
        "PodScheduled", false, reason: "Unschedulable", message: message, at: now)
    }
    note(pod, "Warning", "FailedScheduling", message, by: Self.scheduler, at: now)
  }

  /// What keeps a pod from the node, capacity aside.
  private mutating func obstacle(to pod: JSONValue, on node: JSONValue, at now: Timestamp)
    -> String?
  {
    if node.flag("spec", "unschedulable") { return "1 node(s) were unschedulable" }
    let wanted = pod.value(at: ["spec", "nodeSelector"])?.objectValue ?? [:]
    if wanted.contains(where: { node.labels[$0.key] != $0.value.stringValue }) {
      return "1 node(s) didn't match Pod's node affinity/selector"
    }
    return claimObstacle(pod, at: now)
  }

  private mutating func claimObstacle(_ pod: JSONValue, at now: Timestamp) -> String? {
    var waitsForVolume = false
    for name in Self.claimNames(of: pod) {
      let key = ObjectKey(Resources.claims, pod.namespace, name)
      guard let claim = store[key] else { return "persistentvolumeclaim \"\(name)\" not found" }
      if claim.isBeingDeleted { return "persistentvolumeclaim \"\(name)\" is being deleted" }
      if claim.string("status", "phase") == "Lost" {
        return "persistentvolumeclaim \"\(name)\" bound to non-existent persistentvolume "
          + "\"\(claim.string("spec", "volumeName") ?? "")\""
      }
      if claim.list("spec", "accessModes").contains("ReadWriteOncePod"),
        isUsed(claim, byOtherThan: pod)
      {
        return "1 node has pod using PersistentVolumeClaim with the same name and "
          + "ReadWriteOncePod access mode"
      }
      guard claim.string("status", "phase") != "Bound" else { continue }
      guard waitsForConsumer(claim) else {
        return "pod has unbound immediate PersistentVolumeClaims"
      }
      waitsForVolume = true
      let node = configuration.nodeName
      change(key, at: now) { $0.annotate("volume.kubernetes.io/selected-node", node) }
    }
    return waitsForVolume ? "1 node(s) are waiting for volumes to be provisioned" : nil
  }

  private func isUsed(_ claim: JSONValue, byOtherThan pod: JSONValue) -> Bool {
    store.list(Resources.pods, namespace: claim.namespace).contains { other in
      other.uid != pod.uid && other.string("spec", "nodeName") != nil
        && !Self.isFinished(other) && Self.claimNames(of: other).contains(claim.name)
    }
  }

  static func claimNames(of pod: JSONValue) -> [String] {
    pod.list("spec", "volumes").compactMap { $0.string("persistentVolumeClaim", "claimName") }
  }

  static func isFinished(_ pod: JSONValue) -> Bool {
    let phase = pod.string("status", "phase")
    return phase == "Succeeded" || phase == "Failed"
  }
}

/// What is left of a node's capacity.
private struct NodeRoom {
  private var cpu: Int64
  private var memory: Int64
  private var pods: Int

  init(_ node: JSONValue, pods all: [JSONValue]) {
    func allocatable(_ name: String) -> Int64 {
      node.string("status", "allocatable", name).flatMap { Quantity.milli($0) } ?? 0
    }
    cpu = allocatable("cpu")
    memory = allocatable("memory") / 1000
    pods = Int(allocatable("pods") / 1000)
    for pod in all
    where pod.string("spec", "nodeName") != nil && !SimulatedKubernetes.isFinished(pod) {
      take(pod)
    }
  }

  private static func request(_ name: String, of pod: JSONValue) -> Int64 {
    func sum(_ containers: [JSONValue]) -> [Int64] {
      containers.map {
        $0.string("resources", "requests", name).flatMap { Quantity.milli($0) } ?? 0
      }
    }
    let main = sum(pod.list("spec", "containers")).reduce(Int64(0)) {
      $0.addingReportingOverflow($1).partialValue
    }
    return max(main, sum(pod.list("spec", "initContainers")).max() ?? 0)
  }

  mutating func take(_ pod: JSONValue) {
    cpu -= Self.request("cpu", of: pod)
    memory -= Self.request("memory", of: pod) / 1000
    pods -= 1
  }

  func obstacle(to pod: JSONValue) -> String? {
    if pods < 1 { return "1 Too many pods" }
    if Self.request("cpu", of: pod) > max(cpu, 0) { return "1 Insufficient cpu" }
    if Self.request("memory", of: pod) / 1000 > max(memory, 0) { return "1 Insufficient memory" }
    return nil
  }
}
