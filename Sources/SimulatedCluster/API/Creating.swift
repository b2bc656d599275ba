import Documents

extension SimulatedKubernetes {
  mutating func create(_ body: JSONValue, _ call: Call, _ options: WriteOptions) throws(APIError)
    -> (object: JSONValue, warnings: [String])
  {
    var (object, warnings) = try decode(body, call, options)
    let namespace = call.target.namespace
    if call.resource.isNamespaced {
      guard object.namespace.isEmpty || object.namespace == namespace else {
        throw .badRequest(
          "the namespace of the provided object does not match the namespace sent on the request")
      }
      object.set(["metadata", "namespace"], to: .string(namespace))
    } else {
      object.set(["metadata", "namespace"], to: nil)
    }
    if !object.resourceVersion.isEmpty {
      throw APIError(
        code: 500, reason: "InternalError",
        message: "resourceVersion should not be set on objects to be created", details: [:])
    }
    object.set(["metadata", "managedFields"], to: nil)
    let created = try insert(object, of: call.resource, options, at: call.now)
    return (created, warnings)
  }

  /// Creates a decoded object: name, defaults, admission, validation, storage.
  @discardableResult
  mutating func insert(
    _ object: JSONValue, of resource: Resource, _ options: WriteOptions, at now: Timestamp
  ) throws(APIError) -> JSONValue {
    var object = object
    name(&object)
    let key = resource.key(object.namespace, object.name)
    let hasStatus = resource.version(resource.storageVersion)?.hasStatus == true
    if hasStatus { object["status"] = nil }
    let original = object
    Defaults.fill(&object, resource: resource.id)
    try admit(&object, resource)
    var errors = Validation.metadata(object, resource)
    errors += Validation.errors(in: object, resource: resource)
    guard errors.isEmpty else {
      throw .invalid(
        resource.kind, group: resource.group, object.name, errors)
    }
    if store[key] != nil { throw .alreadyExists(resource, object.name) }
    object.change("metadata") { metadata in
      metadata["uid"] = .string(identifiers.uid())
      metadata["creationTimestamp"] = .string(now.rounded)
      metadata["deletionTimestamp"] = nil
      metadata["deletionGracePeriodSeconds"] = nil
      metadata["generation"] = Generation.isKept(for: resource) ? 1 : nil
    }
    CreationRules.prepare(&object, resource: resource.id, cluster: self, at: now)
    if original["metadata"]?["managedFields"] == nil {
      noteUpdate(from: nil, to: &object, resource, options, subresource: "", at: now)
    }
    object["apiVersion"] = .string(resource.storageAPIVersion)
    object["kind"] = .string(resource.kind)
    guard !options.isDryRun else { return object }
    let stored = store.write(object, at: key)
    if resource.id == "customresourcedefinitions.apiextensions.k8s.io" { refreshRegistry() }
    return stored
  }

  private mutating func name(_ object: inout JSONValue) {
    guard object.name.isEmpty, let prefix = object.string("metadata", "generateName") else {
      return
    }
    object.set(["metadata", "name"], to: .string(prefix.prefix(58) + identifiers.suffix()))
  }

  func noteUpdate(
    from old: JSONValue?, to object: inout JSONValue, _ resource: Resource,
    _ options: WriteOptions, subresource: String, at now: Timestamp
  ) {
    guard configuration.keepsManagedFields else { return }
    var managers = ManagedFields(of: old ?? [:])
    var (before, after) = (old, object)
    if subresource.isEmpty, resource.version(resource.storageVersion)?.hasStatus == true {
      before?["status"] = nil
      after["status"] = nil
    }
    managers.noteUpdate(
      from: before, to: after, schema: resource.schema, manager: options.manager,
      subresource: subresource, at: now)
    object.set(["metadata", "managedFields"], to: managers.encoded)
  }

  /// Admission: the namespace must be there and alive.
  private func admit(_ object: inout JSONValue, _ resource: Resource) throws(APIError) {
    guard resource.isNamespaced else { return }
    let namespaces = registry["namespaces"]!
    guard let namespace = store[namespaces.key("", object.namespace)] else {
      throw .notFound(namespaces, object.namespace)
    }
    if namespace.isBeingDeleted {
      throw .namespaceTerminating(resource, object.name, object.namespace)
    }
    if resource.id == "persistentvolumeclaims" { admitClaim(&object) }
  }

  /// A claim without a class gets the default one.
  private func admitClaim(_ claim: inout JSONValue) {
    guard claim.value(at: ["spec", "storageClassName"]) == nil,
      claim.annotations["volume.beta.kubernetes.io/storage-class"] == nil
    else { return }
    let standard = store.list("storageclasses.storage.k8s.io").last {
      $0.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
    }
    if let standard { claim.set(["spec", "storageClassName"], to: .string(standard.name)) }
  }
}

/// Which objects count the changes of what is asked of them.
enum Generation {
  private static let builtIn: Set<String> = [
    "pods", "deployments.apps", "statefulsets.apps", "replicasets.apps", "daemonsets.apps",
    "jobs.batch", "cronjobs.batch", "poddisruptionbudgets.policy",
    "networkpolicies.networking.k8s.io", "ingresses.networking.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "endpointslices.discovery.k8s.io",
    "csidrivers.storage.k8s.io",
  ]

  static func isKept(for resource: Resource) -> Bool {
    resource.isCustom || builtIn.contains(resource.id)
  }

  /// Whether a change asks for something new.
  static func changes(from old: JSONValue, to new: JSONValue, _ resource: Resource) -> Bool {
    guard isKept(for: resource) else { return false }
    var (old, new) = (old.objectValue ?? [:], new.objectValue ?? [:])
    for member in ["metadata", "apiVersion", "kind"] {
      old[member] = nil
      new[member] = nil
    }
    if resource.version(resource.storageVersion)?.hasStatus == true {
      old["status"] = nil
      new["status"] = nil
    }
    return old != new
  }
}
