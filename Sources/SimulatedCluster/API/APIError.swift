import Documents

/// A refusal, as a Kubernetes `Status` says it.
struct APIError: Error {
  var code: Int
  var reason: String
  var message: String
  var details: JSONValue?

  var status: JSONValue {
    var status: JSONValue = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
      "message": .string(message), "reason": .string(reason), "code": .integer(Int64(code)),
    ]
    status["details"] = details
    return status
  }

  var response: APIResponse {
    APIResponse(status, status: code)
  }
}

extension APIError {
  private static func details(
    _ resource: Resource?, _ name: String?, uid: String? = nil, causes: [JSONValue] = []
  ) -> JSONValue {
    var details: JSONValue = [:]
    if let name, !name.isEmpty { details["name"] = .string(name) }
    if let resource {
      if !resource.group.isEmpty { details["group"] = .string(resource.group) }
      details["kind"] = .string(resource.plural)
    }
    details["uid"] = uid.map { .string($0) }
    if !causes.isEmpty { details["causes"] = .array(causes) }
    return details
  }

  static func badRequest(_ message: String) -> APIError {
    APIError(code: 400, reason: "BadRequest", message: message)
  }

  /// No such path.
  static let unknownPath = APIError(
    code: 404, reason: "NotFound", message: "the server could not find the requested resource",
    details: [:])

  static func notFound(_ resource: Resource, _ name: String) -> APIError {
    APIError(
      code: 404, reason: "NotFound", message: "\(resource.id) \"\(name)\" not found",
      details: details(resource, name))
  }

  static func alreadyExists(_ resource: Resource, _ name: String) -> APIError {
    APIError(
      code: 409, reason: "AlreadyExists", message: "\(resource.id) \"\(name)\" already exists",
      details: details(resource, name))
  }

  static func conflict(_ resource: Resource, _ name: String, _ why: String) -> APIError {
    APIError(
      code: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on \(resource.id) \"\(name)\": \(why)",
      details: details(resource, name))
  }

  /// A deletion whose preconditions do not hold; a server names the kind here, not the resource.
  static func precondition(_ resource: Resource, _ name: String, _ why: String) -> APIError {
    var error = conflict(resource, name, why)
    let kind = resource.kind + (resource.group.isEmpty ? "" : ".\(resource.group)")
    error.message = "Operation cannot be fulfilled on \(kind) \"\(name)\": \(why)"
    error.details?["kind"] = .string(resource.kind)
    return error
  }

  static let modified =
    "the object has been modified; please apply your changes to the latest version and try again"

  static func applyConflict(_ message: String, causes: [JSONValue]) -> APIError {
    APIError(
      code: 409, reason: "Conflict", message: message, details: details(nil, nil, causes: causes))
  }

  static func forbidden(_ resource: Resource, _ name: String, _ why: String) -> APIError {
    APIError(
      code: 403, reason: "Forbidden", message: "\(resource.id) \"\(name)\" is forbidden: \(why)",
      details: details(resource, name))
  }

  static func namespaceTerminating(_ resource: Resource, _ name: String, _ namespace: String)
    -> APIError
  {
    var error = forbidden(
      resource, name,
      "unable to create new content in namespace \(namespace) because it is being terminated")
    error.details?["causes"] = [
      [
        "reason": "NamespaceTerminating",
        "message": .string("namespace \(namespace) is being terminated"),
        "field": "metadata.namespace",
      ]
    ]
    return error
  }

  static func methodNotAllowed() -> APIError {
    APIError(
      code: 405, reason: "MethodNotAllowed",
      message: "the server does not allow this method on the requested resource", details: [:])
  }

  static func unsupportedMediaType(accepted: [String]) -> APIError {
    APIError(
      code: 415, reason: "UnsupportedMediaType",
      message: "the body of the request was in an unknown format - accepted media types include: "
        + accepted.joined(separator: ", "), details: [:])
  }

  static func expired(_ message: String) -> APIError {
    APIError(code: 410, reason: "Expired", message: message)
  }

  static func invalid(_ kind: String, group: String, _ name: String, _ causes: [FieldError])
    -> APIError
  {
    let messages = causes.map(\.description)
    let text = messages.count == 1 ? messages[0] : "[" + messages.joined(separator: ", ") + "]"
    let qualified = group.isEmpty ? kind : "\(kind).\(group)"
    var details: JSONValue = ["name": .string(name), "kind": .string(kind)]
    if !group.isEmpty { details["group"] = .string(group) }
    details["causes"] = .array(causes.map(\.cause))
    return APIError(
      code: 422, reason: "Invalid", message: "\(qualified) \"\(name)\" is invalid: \(text)",
      details: details)
  }
}
