import Documents

extension SimulatedKubernetes {
  /// The pods a workload controls, by name; pods without a controller that it selects are adopted.
  mutating func ownedPods(
    of owner: JSONValue, selector: JSONValue?, adopts: Bool = true, at now: Timestamp
  ) -> [JSONValue] {
    let selector = LabelSelector(object: selector)
    let pods = store.list(Resources.pods, namespace: owner.namespace)
    guard adopts, !owner.isBeingDeleted else {
      return pods.filter { $0.controllerReference?.string("uid") == owner.uid }
    }
    for pod in pods
    where pod.controllerReference == nil && !pod.isBeingDeleted && selector.matches(pod.labels) {
      change(key(Resources.pods, pod), at: now) { pod in
        pod.set(
          ["metadata", "ownerReferences"], to: .array(pod.ownerReferences + [owner.ownerReference]))
      }
    }
    return store.list(Resources.pods, namespace: owner.namespace).filter {
      $0.controllerReference?.string("uid") == owner.uid
    }
  }

  /// A pod from a template.
  func pod(from template: JSONValue, owner: JSONValue, labels: [String: String] = [:]) -> JSONValue
  {
    var metadata: JSONValue = [
      "namespace": .string(owner.namespace), "ownerReferences": [owner.ownerReference],
    ]
    let all = template.labels.merging(labels) { _, new in new }
    if !all.isEmpty { metadata["labels"] = .object(all.mapValues(JSONValue.string)) }
    for member in ["annotations", "finalizers"] {
      metadata[member] = template.value(at: ["metadata", member])
    }
    return [
      "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.spec,
    ]
  }

  static func isReady(_ pod: JSONValue) -> Bool {
    pod.string("status", "phase") == "Running" && pod.isTrue("Ready")
  }

  /// Ready for as long as `minReadySeconds` says.
  static func isAvailable(_ pod: JSONValue, _ workload: JSONValue, at now: Timestamp) -> Bool {
    guard isReady(pod), !pod.isBeingDeleted else { return false }
    guard let end = availability(pod, workload) else { return true }
    return end <= now
  }

  /// When a ready pod becomes available.
  static func availability(_ pod: JSONValue, _ workload: JSONValue) -> Timestamp? {
    let seconds = workload.integer("spec", "minReadySeconds") ?? 0
    guard seconds > 0, isReady(pod) else { return nil }
    let since = pod.condition("Ready")?.string("lastTransitionTime").flatMap { Timestamp($0) }
    return since.map { $0 + .seconds(seconds) }
  }
}
