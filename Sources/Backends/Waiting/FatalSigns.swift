import Documents
import Execution

/// Signs in an object's status or events that no waiting will mend, one function for each kind of
/// object. Everything here is arithmetic on what was read.
struct FatalSigns {
  let patience: Patience
  let now: Timestamp
  /// Of the namespaces looked at, oldest first.
  let events: [JSONValue]

  // MARK: Pods

  func ofPod(_ pod: JSONValue) -> ActionFailure? {
    lost(pod) ?? images(pod) ?? configuration(pod) ?? mounts(pod) ?? memory(pod) ?? schedule(pod)
  }

  private func lost(_ pod: JSONValue) -> ActionFailure? {
    let disruption = pod.condition("DisruptionTarget")?["reason"]?.stringValue
    let reason = pod["status", "reason"]?.stringValue
    let node = pod["spec", "nodeName"]?.stringValue ?? "unknown"
    if reason == "NodeLost" || disruption == "DeletionByTaintManager"
      || pod["status", "phase"]?.stringValue == "Unknown"
    {
      return ActionFailure(
        .transient, "Node `\(node)` of \(pod.title) was lost",
        evidence: ["hint: look at the node; the next try runs where the scheduler finds room"])
    }
    guard reason == "Evicted" else { return nil }
    return ActionFailure(
      .transient, "\(pod.title) was evicted from node `\(node)`: \(pod.statusMessage)",
      evidence: ["hint: free what the node lacks, or set `concurrency.perNode` lower"])
  }

  private func images(_ pod: JSONValue) -> ActionFailure? {
    for container in pod.containers {
      let image = container["image"]?.stringValue ?? ""
      guard let reason = container["state", "waiting", "reason"]?.stringValue else { continue }
      let said = container["state", "waiting", "message"]?.stringValue ?? reason
      switch reason {
      case "InvalidImageName", "ErrImageNeverPull": break
      case "ErrImagePull", "ImagePullBackOff":
        guard isPast(patience.imageGrace, pod) else { continue }
      default: continue
      }
      return ActionFailure(
        .permanent, "Image `\(image)` of \(pod.title) cannot be pulled: \(reason)",
        evidence: [
          Evidence.line(said),
          "hint: correct the image (of movers: --mover-image), or the node's access to its "
            + "registry",
        ])
    }
    return nil
  }

  private func configuration(_ pod: JSONValue) -> ActionFailure? {
    for container in pod.containers {
      guard let reason = container["state", "waiting", "reason"]?.stringValue,
        ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]
          .contains(reason), isPast(patience.configurationGrace, pod)
      else { continue }
      let said = container["state", "waiting", "message"]?.stringValue ?? reason
      return ActionFailure(
        .permanent, "A container of \(pod.title) cannot be made: \(Evidence.line(said))",
        evidence: ["hint: make what the message names, in namespace `\(pod.namespace)`"])
    }
    return nil
  }

  private func mounts(_ pod: JSONValue) -> ActionFailure? {
    guard pod["status", "phase"]?.stringValue == "Pending",
      isPast(patience.configurationGrace, pod),
      let event = lastEvent(of: pod, "Pod", ["FailedMount"]), let said = event.said,
      said.contains("not found"), said.contains("secret") || said.contains("configmap")
    else { return nil }
    return ActionFailure(
      .permanent, "A volume of \(pod.title) cannot be mounted: \(Evidence.line(said))",
      evidence: ["hint: make what the message names, in namespace `\(pod.namespace)`"])
  }

  private func memory(_ pod: JSONValue) -> ActionFailure? {
    let ends = pod.containers.flatMap {
      [$0["state", "terminated"], $0["lastState", "terminated"]]
    }
    guard ends.contains(where: { $0?["reason"]?.stringValue == "OOMKilled" }) else { return nil }
    return ActionFailure(
      .permanent, "\(pod.title) was killed because it ran out of memory",
      evidence: ["hint: raise the memory limit that namespace `\(pod.namespace)` sets for pods"])
  }

  private func schedule(_ pod: JSONValue) -> ActionFailure? {
    guard let condition = pod.condition("PodScheduled"), condition["status"] == "False",
      condition["reason"]?.stringValue == "Unschedulable",
      isPast(patience.schedulingGrace, pod)
    else { return nil }
    let said = condition["message"]?.stringValue ?? "no reason given"
    return ActionFailure(
      .transient, "\(pod.title) finds no node: \(Evidence.line(said))",
      evidence: ["hint: free or add what the scheduler misses"])
  }

  // MARK: What makes pods

  /// A controller that may not make a pod says so in events only.
  func ofPodMaker(_ object: JSONValue, _ kind: String) -> ActionFailure? {
    guard let event = lastEvent(of: object, kind, ["FailedCreate"]), let said = event.said else {
      return nil
    }
    let title = "\(kind) \(object.namespace)/\(object.name)"
    if said.contains("exceeded quota") {
      return ActionFailure(
        .transient, "\(title) can make no pod: \(Evidence.line(said))", evidence: [Self.quotaHint])
    }
    guard said.contains("service account") || said.contains("forbidden") else { return nil }
    return ActionFailure(
      .permanent, "\(title) can make no pod: \(Evidence.line(said))",
      evidence: ["hint: make what the message names, in namespace `\(object.namespace)`"])
  }

  static let quotaHint = "hint: raise the quota of the namespace, or free some of it"

  // MARK: Claims

  func ofClaim(_ claim: JSONValue) -> ActionFailure? {
    let title = "PersistentVolumeClaim \(claim.namespace)/\(claim.name)"
    if claim["status", "phase"]?.stringValue == "Lost" {
      return ActionFailure(
        .permanent, "\(title) has lost its volume",
        evidence: ["hint: remove the claim; its volume is gone"])
    }
    guard claim["status", "phase"]?.stringValue != "Bound",
      let event = lastEvent(of: claim, "PersistentVolumeClaim", ["ProvisioningFailed"]),
      let said = event.said
    else { return nil }
    if said.contains("storageclass"), said.contains("not found") {
      return ActionFailure(
        .permanent, "\(title) names a storage class that is not there: \(Evidence.line(said))",
        evidence: ["hint: make the class, or map it to another one"])
    }
    guard Self.isFinal(said) else { return nil }
    return ActionFailure(
      .permanent, "\(title) gets no volume: \(Evidence.line(said))",
      evidence: ["hint: mend what the driver says; it is not asked again before"])
  }

  // MARK: Snapshots

  /// A snapshotter retries most errors by itself; those that no retry mends end the wait early.
  func ofSnapshot(_ object: JSONValue?) -> ActionFailure? {
    guard let object, let said = object["status", "error", "message"]?.stringValue else {
      return nil
    }
    let kind = object["kind"]?.stringValue ?? "VolumeSnapshot"
    let place = object.namespace.isEmpty ? "" : object.namespace + "/"
    let title = "\(kind) \(place)\(object.name)"
    let words = said.lowercased()
    if words.contains("snapshotclass") || words.contains("snapshot class"),
      words.contains("not found") || words.contains("cannot find")
    {
      return ActionFailure(
        .permanent, "\(title) names a snapshot class that is not there: \(Evidence.line(said))",
        evidence: ["hint: make the class, or name another one in the policy"])
    }
    guard Self.isFinal(said) else { return nil }
    return ActionFailure(
      .permanent, "\(title) is refused: \(Evidence.line(said))",
      evidence: ["hint: mend what the driver says, and apply again"])
  }

  /// What a driver says when asking again cannot help: gRPC codes, and the usual words.
  static func isFinal(_ said: String) -> Bool {
    let words = said.lowercased()
    return [
      "maximum", "not found", "notfound", "denied", "forbidden", "invalid", "not supported",
      "unsupported", "unimplemented", "exceeded quota", "outofrange", "out of range",
    ].contains { words.contains($0) }
  }

  // MARK: Reading

  private func isPast(_ grace: Duration, _ pod: JSONValue) -> Bool {
    guard let made = pod["metadata", "creationTimestamp"]?.stringValue.flatMap(Timestamp.init)
    else { return true }
    return now - made >= grace
  }

  private func lastEvent(
    of object: JSONValue, _ kind: String, _ reasons: Set<String>
  ) -> JSONValue? {
    events.last { event in
      event["involvedObject", "kind"]?.stringValue == kind
        && event["involvedObject", "namespace"]?.stringValue ?? "" == object.namespace
        && event["involvedObject", "name"]?.stringValue == object.name
        && reasons.contains(event["reason"]?.stringValue ?? "")
    }
  }
}

extension JSONValue {
  var containers: [JSONValue] {
    ["initContainerStatuses", "containerStatuses"].flatMap {
      self["status", $0]?.arrayValue ?? []
    }
  }

  fileprivate var title: String { "Pod \(namespace)/\(name)" }
  fileprivate var statusMessage: String {
    Evidence.line(self["status", "message"]?.stringValue ?? "no reason given")
  }
  fileprivate var said: String? { self["message"]?.stringValue }
}
