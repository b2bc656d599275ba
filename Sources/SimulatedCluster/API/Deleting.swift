import Documents

/// What a deletion asks for: a body of `DeleteOptions` or query parameters.
struct DeleteOptions: Sendable {
  enum Propagation: String, Sendable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
  }

  var gracePeriodSeconds: Int64?
  var propagation: Propagation?
  var uid: String?
  var resourceVersion: String?
  var isDryRun = false

  init() {}

  init(_ request: APIRequest) throws(APIError) {
    let body = try Self.body(of: request)
    gracePeriodSeconds =
      body.integer("gracePeriodSeconds")
      ?? request.parameter("gracePeriodSeconds").flatMap { Int64($0) }
    let policy = body.string("propagationPolicy") ?? request.parameter("propagationPolicy")
    if let policy {
      guard let propagation = Propagation(rawValue: policy) else {
        throw .badRequest(
          "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: "
            + "\"\(policy)\": supported values: \"Background\", \"Foreground\", \"Orphan\"")
      }
      self.propagation = propagation
    } else if let orphans = body["orphanDependents"]?.boolValue {
      propagation = orphans ? .orphan : .background
    }
    uid = body.string("preconditions", "uid")
    resourceVersion = body.string("preconditions", "resourceVersion")
    isDryRun =
      body.list("dryRun").contains("All") || request.parameter("dryRun") == "All"
  }
}

extension DeleteOptions {
  private static func body(of request: APIRequest) throws(APIError) -> JSONValue {
    if let object = request.object { return object }
    if request.body.isEmpty { return [:] }
    guard request.contentType.contains("vnd.kubernetes.protobuf") else {
      return try Call.parse(request.body)
    }
    return try Call.parse(
      protobuf: request.body,
      as: BuiltInTypes.schema("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"))
  }
}

extension SimulatedKubernetes {
  /// Deletes an object, or marks it where finalizers or a grace period hold it.
  ///
  /// - Returns: A `Status` where the object is gone, otherwise the marked object.
  @discardableResult
  mutating func delete(
    _ key: ObjectKey, of resource: Resource, _ options: DeleteOptions, at now: Timestamp
  ) throws(APIError) -> JSONValue {
    guard let old = store[key] else { throw .notFound(resource, key.name) }
    try check(options, old, resource)
    var object = old
    switch options.propagation {
    case .foreground: object.addFinalizer("foregroundDeletion")
    case .orphan: object.addFinalizer("orphan")
    case .background, nil: break
    }
    let grace = Self.gracePeriod(of: old, resource, options)
    let before = old.integer("metadata", "deletionGracePeriodSeconds")
    if !old.isBeingDeleted {
      object.set(["metadata", "deletionTimestamp"], to: .string((now + .seconds(grace)).rounded))
      // A namespace's deletion is its own: no grace period is spoken of.
      if resource.id != "namespaces" {
        object.set(["metadata", "deletionGracePeriodSeconds"], to: .integer(grace))
      }
      if Generation.isKept(for: resource), old.generation > 0 {
        object.set(["metadata", "generation"], to: .integer(old.generation + 1))
      }
    } else if let before, grace < before, resource.id == "pods" {
      object.set(["metadata", "deletionTimestamp"], to: .string((now + .seconds(grace)).rounded))
      object.set(["metadata", "deletionGracePeriodSeconds"], to: .integer(grace))
    }
    if resource.id == "namespaces" {
      object.set(["status", "phase"], to: "Terminating")
    }
    guard !options.isDryRun else { return object }
    if Self.isReadyToGo(object, resource) {
      store.remove(key)
      if resource.id == "customresourcedefinitions.apiextensions.k8s.io" { refreshRegistry() }
      return Self.success(old, resource)
    }
    return object == old ? old : store.write(object, at: key)
  }

  private func check(_ options: DeleteOptions, _ object: JSONValue, _ resource: Resource)
    throws(APIError)
  {
    if let uid = options.uid, uid != object.uid {
      throw .precondition(
        resource, object.name,
        "the UID in the precondition (\(uid)) does not match the UID in record "
          + "(\(object.uid)). The object might have been deleted and then recreated")
    }
    if let version = options.resourceVersion, version != object.resourceVersion {
      throw .precondition(
        resource, object.name,
        "the ResourceVersion in the precondition (\(version)) does not match the "
          + "ResourceVersion in record (\(object.resourceVersion)). The object might have been "
          + "modified")
    }
  }

  private static func gracePeriod(
    of object: JSONValue, _ resource: Resource, _ options: DeleteOptions
  ) -> Int64 {
    guard resource.id == "pods" else { return 0 }
    let phase = object.string("status", "phase")
    if object.string("spec", "nodeName") == nil || phase == "Succeeded" || phase == "Failed" {
      return 0
    }
    return max(
      0, options.gracePeriodSeconds ?? object.integer("spec", "terminationGracePeriodSeconds") ?? 30
    )
  }

  private static func success(_ object: JSONValue, _ resource: Resource) -> JSONValue {
    var details: JSONValue = [
      "name": .string(object.name), "kind": .string(resource.plural), "uid": .string(object.uid),
    ]
    if !resource.group.isEmpty { details["group"] = .string(resource.group) }
    return [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
      "details": details,
    ]
  }

  mutating func deleteCollection(_ call: Call) throws(APIError) -> Answer {
    let selectors = try Selectors(call.request, for: call.resource)
    let options = try DeleteOptions(call.request)
    let namespace = call.target.namespace.isEmpty ? nil : call.target.namespace
    var deleted: [JSONValue] = []
    for (key, object) in store.sorted(call.resource.id, namespace: namespace)
    where selectors.matches(object) {
      try delete(key, of: call.resource, options, at: call.now)
      deleted.append(call.listed(object))
    }
    return .response(
      APIResponse([
        "kind": .string(call.resource.listKind), "apiVersion": .string(call.apiVersion),
        "metadata": ["resourceVersion": .string(String(revision))], "items": .array(deleted),
      ]))
  }
}
