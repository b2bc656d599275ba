import Documents

extension SimulatedKubernetes {
  mutating func subresource(_ call: Call) throws(APIError) -> Answer {
    let name = call.target.subresource
    if name == "status", call.version.hasStatus { return try status(call) }
    if name == "scale", let paths = call.version.scale { return try scale(call, paths) }
    if call.resource.id == "namespaces", name == "finalize", call.request.method == "PUT" {
      return try finalize(call)
    }
    if call.resource.id == "serviceaccounts", name == "token", call.request.method == "POST" {
      return try token(call)
    }
    if call.resource.processSubresources.contains(name) {
      return .podConnection(try connection(call))
    }
    throw .unknownPath
  }

  private mutating func status(_ call: Call) throws(APIError) -> Answer {
    switch call.request.method {
    case "GET":
      guard let object = store[call.key] else { throw .notFound(call.resource, call.target.name) }
      return present(object, call)
    case "PUT":
      let (object, warnings) = try replace(
        try call.body(), call, try WriteOptions(call.request))
      return present(object, call, warnings: warnings)
    case "PATCH":
      let (object, warnings) = try patch(call, try WriteOptions(call.request))
      return present(object, call, warnings: warnings)
    default: throw .methodNotAllowed()
    }
  }

  private mutating func finalize(_ call: Call) throws(APIError) -> Answer {
    guard let old = store[call.key] else { throw .notFound(call.resource, call.target.name) }
    var new = old
    new.set(["spec", "finalizers"], to: .array(try call.body().list("spec", "finalizers")))
    return present(commit(new, over: old, at: call.key, call.resource), call)
  }

  // MARK: Scale

  private mutating func scale(_ call: Call, _ paths: Resource.ScalePaths) throws(APIError)
    -> Answer
  {
    guard let old = store[call.key] else { throw .notFound(call.resource, call.target.name) }
    let current = Self.scale(of: old, paths)
    guard call.request.method != "GET" else { return .response(APIResponse(current)) }
    var wanted: JSONValue
    switch call.request.method {
    case "PUT": wanted = try call.body()
    case "PATCH":
      let patch = try call.body()
      wanted = MergePatch.apply(patch, to: current)
    default: throw .methodNotAllowed()
    }
    guard let replicas = wanted.integer("spec", "replicas") ?? (wanted.spec == [:] ? 0 : nil),
      replicas >= 0
    else {
      throw .invalid(
        "Scale", group: "autoscaling", old.name,
        [
          .invalid(
            "spec.replicas", wanted.value(at: ["spec", "replicas"]) ?? .null,
            "must be greater than or equal to 0")
        ])
    }
    if !wanted.resourceVersion.isEmpty, wanted.resourceVersion != old.resourceVersion {
      throw .conflict(call.resource, old.name, APIError.modified)
    }
    var new = old
    new.set(paths.replicas, to: .integer(replicas))
    let options = try WriteOptions(call.request)
    noteUpdate(
      from: old, to: &new, call.resource, options, subresource: "scale", at: call.now)
    let stored = commit(new, over: old, at: call.key, call.resource, isDryRun: options.isDryRun)
    return .response(APIResponse(Self.scale(of: stored, paths)))
  }

  private static func scale(of object: JSONValue, _ paths: Resource.ScalePaths) -> JSONValue {
    var scale: JSONValue = [
      "kind": "Scale", "apiVersion": "autoscaling/v1",
      "metadata": [
        "name": .string(object.name), "namespace": .string(object.namespace),
        "uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion),
        "creationTimestamp": object.value(at: ["metadata", "creationTimestamp"]) ?? .null,
      ],
      "spec": ["replicas": .integer(object.value(at: paths.replicas)?.intValue ?? 0)],
      "status": ["replicas": .integer(object.value(at: paths.statusReplicas)?.intValue ?? 0)],
    ]
    if let path = paths.labelSelector, let selector = object.value(at: path) {
      let text = selector.stringValue ?? LabelSelector(object: selector).text
      scale.set(["status", "selector"], to: .string(text))
    }
    return scale
  }

  // MARK: Answers that are not stored

  private mutating func token(_ call: Call) throws(APIError) -> Answer {
    guard store[call.key] != nil else { throw .notFound(call.resource, call.target.name) }
    var request = try call.body()
    let seconds = request.integer("spec", "expirationSeconds") ?? 3600
    request["status"] = [
      "token": .string(
        "sandbox.\(call.target.namespace).\(call.target.name)."
          + identifiers.uid()),
      "expirationTimestamp": .string((call.now + .seconds(seconds)).rounded),
    ]
    return .response(APIResponse(request, status: 201))
  }

  /// Everyone may do everything here.
  func review(_ call: Call) throws(APIError) -> Answer {
    guard call.request.method == "POST" else { throw .methodNotAllowed() }
    var review = try call.body()
    review["apiVersion"] = .string(call.apiVersion)
    review["kind"] = .string(call.resource.kind)
    switch call.resource.kind {
    case "SelfSubjectReview":
      review["status"] = ["userInfo": ["username": "admin", "groups": ["system:masters"]]]
    case "SelfSubjectRulesReview":
      review["status"] = [
        "incomplete": false, "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
        "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
      ]
    default: review["status"] = ["allowed": true]
    }
    return .response(APIResponse(review, status: 201))
  }
}
