import Documents

extension SimulatedKubernetes {
  /// Deletes what has lost its owners, and lets owners go that wait for their dependents.
  ///
  /// - Complexity: O(*k*) in the number of changes since the last call.
  mutating func collectGarbage(at now: Timestamp) -> Timestamp? {
    for resource in store.resources {
      let seen = controllers.collected[resource] ?? 0
      let latest = revision
      let changes = store.changes(of: resource, after: seen)
      controllers.collected[resource] = latest
      guard let changes else {
        for (key, _) in store.sorted(resource) { checkOwners(of: key, at: now) }
        continue
      }
      for change in changes {
        let key = ObjectKey(resource, change.object.namespace, change.object.name)
        switch change.kind {
        case .deleted: ownerIsGone(change.object, at: now)
        case .added, .modified:
          if !change.object.ownerReferences.isEmpty { checkOwners(of: key, at: now) }
          if change.object.isBeingDeleted { releaseOwner(key, at: now) }
        }
      }
    }
    return nil
  }

  private mutating func ownerIsGone(_ owner: JSONValue, at now: Timestamp) {
    for key in store.dependents(of: owner.uid) { checkOwners(of: key, at: now) }
    for reference in owner.ownerReferences {
      guard let key = ownerKey(reference, namespace: owner.namespace) else { continue }
      releaseOwner(key, at: now)
    }
  }

  private func ownerKey(_ reference: JSONValue, namespace: String) -> ObjectKey? {
    guard
      let resource = registry.resource(
        apiVersion: reference.string("apiVersion") ?? "", kind: reference.string("kind") ?? "")
    else { return nil }
    let key = resource.key(namespace, reference.string("name") ?? "")
    return store[key]?.uid == reference.string("uid") ? key : nil
  }

  /// Deletes an object all of whose owners are gone; forgets owners while others are left.
  private mutating func checkOwners(of key: ObjectKey, at now: Timestamp) {
    guard let object = store[key], !object.isBeingDeleted else { return }
    let references = object.ownerReferences
    guard !references.isEmpty else { return }
    let alive = references.filter { store.contains(uid: $0.string("uid") ?? "") }
    let waiting = alive.filter { reference in
      guard let owner = ownerKey(reference, namespace: object.namespace).flatMap({ store[$0] })
      else { return false }
      return owner.finalizers.contains("foregroundDeletion")
        && reference.flag("blockOwnerDeletion")
    }
    if alive.isEmpty || waiting.count == alive.count {
      var options = DeleteOptions()
      if !waiting.isEmpty, !store.dependents(of: object.uid).isEmpty {
        options.propagation = .foreground
      }
      erase(key, at: now, options)
    } else if alive.count < references.count {
      change(key, at: now) { $0.set(["metadata", "ownerReferences"], to: .array(alive)) }
    }
  }

  /// Lets an owner go that is being deleted, once its dependents are gone or orphaned.
  private mutating func releaseOwner(_ key: ObjectKey, at now: Timestamp) {
    guard let owner = store[key], owner.isBeingDeleted else { return }
    if owner.finalizers.contains("orphan") {
      for dependent in store.dependents(of: owner.uid) {
        change(dependent, at: now) { object in
          let rest = object.ownerReferences.filter { $0.string("uid") != owner.uid }
          object.set(
            ["metadata", "ownerReferences"], to: rest.isEmpty ? nil : .array(rest))
        }
      }
      change(key, at: now) { $0.removeFinalizer("orphan") }
    } else if owner.finalizers.contains("foregroundDeletion") {
      let dependents = store.dependents(of: owner.uid)
      for dependent in dependents { checkOwners(of: dependent, at: now) }
      let blocking = dependents.contains { dependent in
        store[dependent]?.ownerReferences.contains {
          $0.string("uid") == owner.uid && $0.flag("blockOwnerDeletion")
        } ?? false
      }
      if !blocking { change(key, at: now) { $0.removeFinalizer("foregroundDeletion") } }
    }
  }
}
