import Documents

/// One mistake in an object, in the words of the API.
struct FieldError: Sendable, Equatable {
  enum Problem: Sendable, Equatable {
    case required
    case invalid(JSONValue)
    case typeInvalid(JSONValue)
    case duplicate(JSONValue)
    case notSupported(JSONValue, supported: [String])
    case forbidden
    case tooLong(max: Int)
    case tooMany(count: Int, max: Int)
  }

  var field: String
  var problem: Problem
  var detail: String

  init(_ field: String, _ problem: Problem, _ detail: String = "") {
    self.field = field
    self.problem = problem
    self.detail = detail
  }

  static func required(_ field: String, _ detail: String = "") -> FieldError {
    FieldError(field, .required, detail)
  }

  static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
    FieldError(field, .invalid(value), detail)
  }

  static func notSupported(_ field: String, _ value: String, _ supported: [String]) -> FieldError {
    FieldError(field, .notSupported(.string(value), supported: supported))
  }

  static func forbidden(_ field: String, _ detail: String) -> FieldError {
    FieldError(field, .forbidden, detail)
  }

  var reason: String {
    switch problem {
    case .required: "FieldValueRequired"
    case .invalid: "FieldValueInvalid"
    case .typeInvalid: "FieldValueTypeInvalid"
    case .duplicate: "FieldValueDuplicate"
    case .notSupported: "FieldValueNotSupported"
    case .forbidden: "FieldValueForbidden"
    case .tooLong: "FieldValueTooLong"
    case .tooMany: "FieldValueTooMany"
    }
  }

  /// Without the field: `Invalid value: "x": must be positive`.
  var message: String {
    switch problem {
    case .required: return joined("Required value")
    case .invalid(let value), .typeInvalid(let value):
      return joined("Invalid value: \(Self.text(value))")
    case .duplicate(let value): return joined("Duplicate value: \(Self.text(value))")
    case .notSupported(let value, let supported):
      let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
      return "Unsupported value: \(Self.text(value)): supported values: \(list)"
    case .forbidden: return joined("Forbidden")
    case .tooLong(let max): return "Too long: may not be more than \(max) bytes"
    case .tooMany(let count, let max):
      return "Too many: \(count): must have at most \(max) items"
    }
  }

  private func joined(_ text: String) -> String { detail.isEmpty ? text : "\(text): \(detail)" }

  static func text(_ value: JSONValue) -> String {
    let text = CanonicalJSON.string(value)
    return text.count > 300 ? String(text.prefix(300)) + "..." : text
  }

  var cause: JSONValue {
    ["reason": .string(reason), "message": .string(message), "field": .string(field)]
  }
}

extension FieldError: CustomStringConvertible {
  var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
