import Documents

extension SimulatedKubernetes {
  mutating func replace(_ body: JSONValue, _ call: Call, _ options: WriteOptions) throws(APIError)
    -> (object: JSONValue, warnings: [String])
  {
    let (object, warnings) = try decode(body, call, options)
    guard object.name == call.target.name else {
      throw .badRequest(
        "the name of the object (\(object.name)) does not match the name on the URL "
          + "(\(call.target.name))")
    }
    guard let old = store[call.key] else { throw .notFound(call.resource, call.target.name) }
    if object.resourceVersion.isEmpty, Self.needsRevision(call.resource) {
      throw .invalid(
        call.resource.kind, group: call.resource.group, object.name,
        [.invalid("metadata.resourceVersion", .integer(0), "must be specified for an update")])
    }
    let stored = try update(
      object, from: old, call.resource, options, subresource: call.target.subresource,
      at: call.now)
    return (stored, warnings)
  }

  private static func needsRevision(_ resource: Resource) -> Bool {
    resource.isCustom || resource.id == "leases.coordination.k8s.io" || resource.id == "events"
  }

  /// Puts a new state in place of an old one: what may not change is kept or refused, the
  /// generation grows, and an object that waited for its last finalizer goes.
  mutating func update(
    _ object: JSONValue, from old: JSONValue, _ resource: Resource, _ options: WriteOptions,
    subresource: String, isApply: Bool = false, at now: Timestamp
  ) throws(APIError) -> JSONValue {
    let key = resource.key(old.namespace, old.name)
    if !object.resourceVersion.isEmpty, object.resourceVersion != old.resourceVersion {
      throw .conflict(resource, old.name, APIError.modified)
    }
    if !object.uid.isEmpty, object.uid != old.uid {
      throw .conflict(
        resource, old.name,
        "Precondition failed: UID in precondition: \(object.uid), UID in object meta: \(old.uid)")
    }
    var new = merged(object, old, resource, subresource: subresource)
    Defaults.fill(&new, resource: resource.id)
    var errors = Validation.metadata(new, resource)
    errors += Validation.errors(in: new, resource: resource)
    errors += Validation.changes(from: old, to: new, resource: resource)
    guard errors.isEmpty else {
      throw .invalid(resource.kind, group: resource.group, old.name, errors)
    }
    if isApply {
      new.set(["metadata", "managedFields"], to: object.value(at: ["metadata", "managedFields"]))
    } else {
      let kept = object.value(at: ["metadata", "managedFields"])
      var base = old
      if let kept, kept != old.value(at: ["metadata", "managedFields"]) {
        base.set(["metadata", "managedFields"], to: kept == [] ? nil : kept)
      }
      noteUpdate(from: base, to: &new, resource, options, subresource: subresource, at: now)
    }
    return commit(new, over: old, at: key, resource, isDryRun: options.isDryRun)
  }

  /// The parts of `object` that this request may change, over the rest of `old`.
  private func merged(
    _ object: JSONValue, _ old: JSONValue, _ resource: Resource, subresource: String
  ) -> JSONValue {
    let hasStatus = resource.version(resource.storageVersion)?.hasStatus == true
    var new: JSONValue
    if subresource == "status" {
      new = old
      new["status"] = object["status"]
      if !resource.isCustom {
        for member in ["labels", "annotations", "finalizers"] {
          new.set(["metadata", member], to: object.value(at: ["metadata", member]))
        }
      }
    } else {
      new = object
      if hasStatus { new["status"] = old["status"] }
    }
    for member in [
      "name", "namespace", "uid", "creationTimestamp", "generation", "resourceVersion",
      "deletionTimestamp", "deletionGracePeriodSeconds", "generateName", "selfLink",
    ] { new.set(["metadata", member], to: old.value(at: ["metadata", member])) }
    if old.value(at: ["metadata", "generateName"]) == nil {
      new.set(
        ["metadata", "generateName"], to: object.value(at: ["metadata", "generateName"]))
    }
    for member in ["labels", "annotations"]
    where new.value(at: ["metadata", member]) == [:] {
      new.set(["metadata", member], to: nil)
    }
    if old.isBeingDeleted {  // no finalizer may be added any more
      let rest = new.finalizers.filter(old.finalizers.contains)
      new.set(
        ["metadata", "finalizers"], to: rest.isEmpty ? nil : .array(rest.map(JSONValue.string)))
    } else if new.finalizers.isEmpty {
      new.set(["metadata", "finalizers"], to: nil)
    }
    new["apiVersion"] = .string(resource.storageAPIVersion)
    new["kind"] = .string(resource.kind)
    if resource.id == Resources.services, new.string("spec", "type") != "ExternalName" {
      for member in ["clusterIP", "clusterIPs"] where new.value(at: ["spec", member]) == nil {
        new.set(["spec", member], to: old.value(at: ["spec", member]))
      }
    }
    if resource.id == "secrets", let plain = new["stringData"]?.objectValue {
      CreationRules.encode(plain, into: &new)
    }
    return new
  }

  /// Writes a state that has been checked; writes nothing where nothing changed.
  mutating func commit(
    _ object: JSONValue, over old: JSONValue, at key: ObjectKey, _ resource: Resource,
    isDryRun: Bool = false
  ) -> JSONValue {
    var new = object
    if Generation.changes(from: old, to: new, resource) {
      new.set(["metadata", "generation"], to: .integer(old.generation + 1))
    }
    if new == old || isDryRun { return new }
    if Self.isReadyToGo(new, resource) {
      store.remove(key)
    } else {
      new = store.write(new, at: key)
    }
    if resource.id == "customresourcedefinitions.apiextensions.k8s.io" { refreshRegistry() }
    return new
  }

  /// Whether nothing holds an object any more that is being deleted.
  static func isReadyToGo(_ object: JSONValue, _ resource: Resource) -> Bool {
    guard object.isBeingDeleted, object.finalizers.isEmpty else { return false }
    if resource.id == "namespaces" { return object.list("spec", "finalizers").isEmpty }
    return (object.integer("metadata", "deletionGracePeriodSeconds") ?? 0) == 0
  }
}
