import Documents

extension SimulatedKubernetes {
  mutating func answer(_ request: APIRequest, at now: Timestamp) throws(APIError) -> Answer {
    if request.method == "GET", let response = try documentation(request) {
      return .response(response)
    }
    guard let target = RequestTarget(path: request.path), !target.plural.isEmpty,
      let resource = registry.resource(
        group: target.group, version: target.version, plural: target.plural),
      let version = resource.version(target.version)
    else { throw .unknownPath }
    if resource.isNamespaced {
      guard target.namespace.isEmpty == false || target.name.isEmpty else { throw .unknownPath }
    } else if !target.namespace.isEmpty {
      throw .unknownPath
    }
    let call = Call(
      request: request, target: target, resource: resource, version: version, now: now)
    if !resource.isStored { return try review(call) }
    if !target.subresource.isEmpty { return try subresource(call) }
    return target.name.isEmpty ? try collection(call) : try single(call)
  }

  private mutating func collection(_ call: Call) throws(APIError) -> Answer {
    switch call.request.method {
    case "GET", "HEAD":
      return call.request.flag("watch") ? try watch(call) : try list(call)
    case "POST":
      guard !call.resource.isNamespaced || !call.target.namespace.isEmpty else {
        throw .methodNotAllowed()
      }
      let options = try WriteOptions(call.request)
      let (object, warnings) = try create(try call.body(), call, options)
      return present(object, call, status: 201, warnings: warnings)
    case "DELETE":
      guard !call.resource.isNamespaced || !call.target.namespace.isEmpty else {
        throw .methodNotAllowed()
      }
      return try deleteCollection(call)
    default: throw .methodNotAllowed()
    }
  }

  private mutating func single(_ call: Call) throws(APIError) -> Answer {
    switch call.request.method {
    case "GET", "HEAD":
      if call.request.flag("watch") { return try watch(call) }
      guard let object = store[call.key] else { throw .notFound(call.resource, call.target.name) }
      return present(object, call)
    case "PUT":
      let options = try WriteOptions(call.request)
      let (object, warnings) = try replace(try call.body(), call, options)
      return present(object, call, warnings: warnings)
    case "PATCH":
      let isNew = store[call.key] == nil
      let (object, warnings) = try patch(call, try WriteOptions(call.request))
      return present(object, call, status: isNew ? 201 : 200, warnings: warnings)
    case "DELETE":
      let options = try DeleteOptions(call.request)
      guard store[call.key] != nil else { throw .notFound(call.resource, call.target.name) }
      return .response(
        APIResponse(try delete(call.key, of: call.resource, options, at: call.now)))
    default: throw .methodNotAllowed()
    }
  }

  /// Answers with one object in the form the client asked for.
  func present(
    _ object: JSONValue, _ call: Call, status: Int = 200, warnings: [String] = []
  ) -> Answer {
    let object = call.presented(object)
    let body: JSONValue =
      switch Representation(call.request) {
      case .object: object
      case .metadata: Representation.metadataOnly(object)
      case .table(let includes):
        table(
          of: [object], call, includesObject: includes,
          metadata: [
            "resourceVersion": .string(object.resourceVersion)
          ])
      }
    var response = APIResponse(body, status: status)
    response.warnings = warnings
    return .response(response)
  }
}
