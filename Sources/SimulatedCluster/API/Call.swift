import Documents

/// A request whose path has been understood.
struct Call {
  var request: APIRequest
  var target: RequestTarget
  var resource: Resource
  var version: Resource.Version
  var now: Timestamp

  var key: ObjectKey { resource.key(target.namespace, target.name) }
  var apiVersion: String { resource.apiVersion(version.name) }

  /// The body as an object.
  func body() throws(APIError) -> JSONValue {
    if request.contentType.contains("vnd.kubernetes.protobuf") {
      return try Self.parse(protobuf: request.body, as: version.schema)
    }
    guard
      request.contentType.isEmpty || request.contentType.contains("json")
        || request.contentType.contains("apply-patch+yaml")
    else { throw .unsupportedMediaType(accepted: ["application/json"]) }
    if let object = request.object { return object }
    return try Self.parse(request.body)
  }

  static func parse(protobuf bytes: [UInt8], as schema: Schema) throws(APIError) -> JSONValue {
    do {
      return try ProtobufDecoder.object(bytes, schema: schema)
    } catch {
      throw .badRequest(error.message)
    }
  }

  static func parse(_ bytes: [UInt8]) throws(APIError) -> JSONValue {
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw .badRequest("the object provided is unrecognized (must be of type JSON): \(error)")
    }
  }

  /// A stored object as an item of a list: the list says what its items are, unless they are custom
  /// resources, which a server keeps as they came.
  func listed(_ object: JSONValue) -> JSONValue {
    if resource.isCustom { return presented(object) }
    var object = object
    object["apiVersion"] = nil
    object["kind"] = nil
    return object
  }

  /// A stored object in the version of this call.
  func presented(_ object: JSONValue) -> JSONValue {
    var object = object
    object["apiVersion"] = .string(apiVersion)
    object["kind"] = .string(resource.kind)
    return object
  }
}
