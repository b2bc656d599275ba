import Documents

extension SimulatedKubernetes {
  private static let operationsMax = 10_000

  private static let patchTypes = [
    "application/json-patch+json", "application/merge-patch+json",
    "application/strategic-merge-patch+json", "application/apply-patch+yaml",
  ]

  mutating func patch(_ call: Call, _ options: WriteOptions) throws(APIError) -> (
    object: JSONValue, warnings: [String]
  ) {
    let type = String(call.request.contentType.prefix { $0 != ";" })
    if type == "application/apply-patch+yaml" { return try apply(call, options) }
    guard Self.patchTypes.contains(type), !(call.resource.isCustom && type.contains("strategic"))
    else {
      throw .unsupportedMediaType(
        accepted: call.resource.isCustom
          ? Self.patchTypes.filter { !$0.contains("strategic") } : Self.patchTypes)
    }
    guard let old = store[call.key] else { throw .notFound(call.resource, call.target.name) }
    let patched = try patched(
      call.presented(old), by: try call.body(), type: type, call)
    let (object, warnings) = try decode(patched, call, options)
    guard object.name == old.name else {
      throw .badRequest("the name of the object may not be changed by a patch")
    }
    let stored = try update(
      object, from: old, call.resource, options, subresource: call.target.subresource,
      at: call.now)
    return (stored, warnings)
  }

  private func patched(
    _ object: JSONValue, by patch: JSONValue, type: String, _ call: Call
  ) throws(APIError) -> JSONValue {
    switch type {
    case "application/json-patch+json":
      guard patch.arrayValue?.count ?? 0 <= Self.operationsMax else {
        throw APIError(
          code: 413, reason: "RequestEntityTooLarge",
          message: "The allowed maximum operations in a JSON patch is \(Self.operationsMax), got "
            + "\(patch.arrayValue?.count ?? 0)", details: [:])
      }
      do throws(JSONPatch.Failure) {
        return try JSONPatch(patch).applied(to: object)
      } catch {
        throw APIError(
          code: 422, reason: "Invalid",
          message: "the server rejected our request due to an error in our request: "
            + error.description, details: [:])
      }
    case "application/merge-patch+json":
      guard patch.objectValue != nil else {
        throw .badRequest("json: cannot unmarshal \(patch.typeName) into Go value of type map")
      }
      return MergePatch.apply(patch, to: object)
    default:
      do throws(StrategicMergePatch.Failure) {
        return try StrategicMergePatch.apply(patch, to: object, schema: call.version.schema)
      } catch {
        throw .badRequest(error.message)
      }
    }
  }

  /// Server-side apply; makes the object where there is none.
  private mutating func apply(_ call: Call, _ options: WriteOptions) throws(APIError) -> (
    object: JSONValue, warnings: [String]
  ) {
    guard call.request.parameter("fieldManager")?.isEmpty == false else {
      throw APIError(
        code: 400, reason: "BadRequest",
        message: "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: "
          + "is required for apply patch")
    }
    var body = try call.body()
    if body.objectValue != nil, body["metadata"]?["name"] == nil {
      body.set(["metadata", "name"], to: .string(call.target.name))
    }
    if body.list("metadata", "managedFields").isEmpty == false {
      throw .badRequest("metadata.managedFields must be nil")
    }
    guard body.name == call.target.name else {
      throw .badRequest(
        "the name of the object (\(body.name)) does not match the name on the URL "
          + "(\(call.target.name))")
    }
    var applied = try decodeApplied(body, call, options)
    let live = store[call.key]
    if let live, !applied.object.resourceVersion.isEmpty,
      live.resourceVersion != applied.object.resourceVersion
    {
      throw .conflict(call.resource, live.name, APIError.modified)
    }
    if call.resource.isNamespaced {
      applied.object.set(["metadata", "namespace"], to: .string(call.target.namespace))
    }
    let subresource = call.target.subresource
    if subresource == "status" {
      applied.object = applied.object.only(["apiVersion", "kind", "metadata", "status"])
      guard live != nil else { throw .notFound(call.resource, call.target.name) }
    } else if call.version.hasStatus {
      applied.object["status"] = nil
    }
    let merge = ServerSideApply(
      schema: call.version.schema, manager: options.manager, subresource: subresource,
      isForced: options.isForced, now: call.now)
    var result = try merge(applied.object, live: live)
    if call.resource.isCustom { result = call.version.schema.fillingDefaults(result) }
    guard let live else {
      let created = try insert(result, of: call.resource, options, at: call.now)
      return (created, applied.warnings)
    }
    let stored = try update(
      result, from: live, call.resource, options, subresource: subresource, isApply: true,
      at: call.now)
    return (stored, applied.warnings)
  }

  /// Decoded without defaults: those belong to nobody.
  private func decodeApplied(_ body: JSONValue, _ call: Call, _ options: WriteOptions)
    throws(APIError) -> (object: JSONValue, warnings: [String])
  {
    var (_, warnings) = try decode(body, call, options)
    var decoder = ObjectDecoder()
    let object = decoder.decode(body, as: call.version.schema, at: "") ?? [:]
    if options.fieldValidation != .warn { warnings = [] }
    return (object, warnings)
  }
}

extension JSONValue {
  fileprivate func only(_ members: [String]) -> JSONValue {
    .object((objectValue ?? [:]).filter { members.contains($0.key) })
  }
}
