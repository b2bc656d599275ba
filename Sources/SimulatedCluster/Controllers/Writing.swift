import Documents

// How controllers write: without a request, under their own name, and only what really changes.
extension SimulatedKubernetes {
  private static let controllerManager = "kube-controller-manager"

  /// Changes an object in place; writes nothing where `body` changes nothing.
  mutating func change(
    _ key: ObjectKey, at now: Timestamp, _ body: (inout JSONValue) -> Void
  ) {
    guard let old = store[key], let resource = registry[key.resource] else { return }
    var new = old
    body(&new)
    guard new != old else { return }
    noteUpdate(
      from: old, to: &new, resource, WriteOptions(manager: Self.controllerManager),
      subresource: "", at: now)
    _ = commit(new, over: old, at: key, resource)
  }

  /// Creates an object.
  ///
  /// - Returns: `nil` where it is there already or may not be created.
  @discardableResult
  mutating func make(_ object: JSONValue, _ resource: String, at now: Timestamp) -> JSONValue? {
    guard let resource = registry[resource] else { return nil }
    do throws(APIError) {
      return try insert(
        object, of: resource, WriteOptions(manager: Self.controllerManager), at: now)
    } catch {
      return nil
    }
  }

  /// Deletes an object as a client would.
  mutating func erase(
    _ key: ObjectKey, at now: Timestamp, _ options: DeleteOptions = DeleteOptions()
  ) {
    guard let resource = registry[key.resource] else { return }
    do throws(APIError) {
      try delete(key, of: resource, options, at: now)
    } catch {
      return  // gone already, which is what was wanted
    }
  }

  /// The key of an object.
  func key(_ resource: String, _ object: JSONValue) -> ObjectKey {
    ObjectKey(resource, object.namespace, object.name)
  }
}
