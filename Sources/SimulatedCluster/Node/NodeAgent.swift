public import Documents

// What the node agent does.
extension SimulatedKubernetes {
  /// The pods bound to a node, those being deleted included, sorted by namespace and name.
  public func pods(onNode node: String) -> [JSONValue] {
    store.list(Resources.pods).filter { $0.string("spec", "nodeName") == node }
  }

  /// An object as the API would give it, for what pods refer to: claims, secrets, volumes.
  ///
  /// - Parameter resource: `secrets`, `persistentvolumeclaims`, `statefulsets.apps`
  public func object(_ resource: String, namespace: String = "", name: String) -> JSONValue? {
    store[ObjectKey(resource, namespace, name)]
  }

  /// All objects of a resource, or those of one namespace, by namespace and name.
  public func objects(_ resource: String, namespace: String? = nil) -> [JSONValue] {
    store.list(resource, namespace: namespace)
  }

  /// Replaces a pod's status; conditions set by others stay.
  ///
  /// - Returns: Whether there is a pod of that name and `uid`.
  @discardableResult
  public mutating func setPodStatus(
    namespace: String, name: String, uid: String, status: JSONValue, at now: Timestamp
  ) -> Bool {
    let key = ObjectKey(Resources.pods, namespace, name)
    guard let pod = store[key], pod.uid == uid else { return false }
    var status = status
    status["qosClass"] = pod.value(at: ["status", "qosClass"])
    let given = status.list("conditions")
    let kept = pod.list("status", "conditions").filter { condition in
      !given.contains { $0["type"] == condition["type"] }
    }
    if !kept.isEmpty { status["conditions"] = .array(kept + given) }
    change(key, at: now) { $0["status"] = status }
    return true
  }

  /// The node confirms that the containers of a pod being deleted are gone.
  public mutating func finishPodDeletion(
    namespace: String, name: String, uid: String, at now: Timestamp
  ) {
    let key = ObjectKey(Resources.pods, namespace, name)
    guard let pod = store[key], pod.uid == uid, pod.isBeingDeleted else { return }
    change(key, at: now) {
      $0.set(["metadata", "deletionGracePeriodSeconds"], to: 0)
    }
    if let left = store[key], left.finalizers.isEmpty { store.remove(key) }
  }
}
