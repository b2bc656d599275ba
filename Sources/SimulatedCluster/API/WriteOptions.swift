import Documents

/// What a write asks for besides its object.
struct WriteOptions: Sendable {
  enum FieldValidation: String, Sendable {
    case ignore = "Ignore"
    case warn = "Warn"
    case strict = "Strict"
  }

  var manager: String
  var isDryRun: Bool
  var fieldValidation: FieldValidation
  /// Server-side apply takes fields from other managers.
  var isForced: Bool

  init(_ request: APIRequest) throws(APIError) {
    let agent = request.userAgent.prefix { $0 != "/" }
    manager = request.parameter("fieldManager") ?? (agent.isEmpty ? "unknown" : String(agent))
    isForced = request.flag("force")
    switch request.parameter("dryRun") {
    case nil, "": isDryRun = false
    case "All": isDryRun = true
    case let other?:
      throw .badRequest("Invalid value: [\(other)]: dryRun: Unsupported value: \"\(other)\"")
    }
    let validation = request.parameter("fieldValidation") ?? ""
    fieldValidation = validation.isEmpty ? .warn : FieldValidation(rawValue: validation) ?? .warn
  }

  init(manager: String) {
    self.manager = manager
    isDryRun = false
    fieldValidation = .ignore
    isForced = false
  }
}
