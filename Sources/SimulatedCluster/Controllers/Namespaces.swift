import Documents

extension SimulatedKubernetes {
  /// Gives every namespace its service account, and empties those being deleted.
  mutating func manageNamespaces(at now: Timestamp) -> Timestamp? {
    for namespace in store.list(Resources.namespaces) {
      if namespace.isBeingDeleted {
        empty(namespace, at: now)
      } else if store[ObjectKey(Resources.serviceAccounts, namespace.name, "default")] == nil {
        make(
          [
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": ["name": "default", "namespace": .string(namespace.name)],
          ], Resources.serviceAccounts, at: now)
      }
    }
    return nil
  }

  private mutating func empty(_ namespace: JSONValue, at now: Timestamp) {
    var left: [(resource: Resource, count: Int)] = []
    var finalizers: [String: Int] = [:]
    for resource in registry.sorted where resource.isNamespaced && resource.isStored {
      for (key, object) in store.sorted(resource.id, namespace: namespace.name)
      where !object.isBeingDeleted {
        erase(key, at: now)
      }
      let rest = store.list(resource.id, namespace: namespace.name)
      guard !rest.isEmpty else { continue }
      left.append((resource, rest.count))
      for finalizer in rest.flatMap(\.finalizers) { finalizers[finalizer, default: 0] += 1 }
    }
    let content = left.map { resource, count in
      "\(resource.plural).\(resource.group) has \(count) resource instances"
    }.joined(separator: ", ")
    let holders = finalizers.keys.sorted().map { "\($0) in \(finalizers[$0]!) resource instances" }
      .joined(separator: ", ")
    change(ObjectKey(Resources.namespaces, "", namespace.name), at: now) { namespace in
      namespace.setCondition(
        "NamespaceDeletionContentFailure", false, reason: "ContentDeleted",
        message: "All content successfully deleted, may be waiting on finalization", at: now)
      namespace.setCondition(
        "NamespaceContentRemaining", !left.isEmpty,
        reason: left.isEmpty ? "ContentRemoved" : "SomeResourcesRemain",
        message: left.isEmpty
          ? "All content successfully removed" : "Some resources are remaining: \(content)",
        at: now)
      namespace.setCondition(
        "NamespaceFinalizersRemaining", !finalizers.isEmpty,
        reason: finalizers.isEmpty ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
        message: finalizers.isEmpty
          ? "All content-preserving finalizers finished"
          : "Some content in the namespace has finalizers remaining: \(holders)", at: now)
      if left.isEmpty { namespace.set(["spec", "finalizers"], to: nil) }
    }
  }
}
