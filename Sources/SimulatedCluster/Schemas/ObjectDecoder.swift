import Documents

/// Reads an object by its schema: checks types, drops what is unknown and remembers where it was.
struct ObjectDecoder {
  /// Why a value is not of its type.
  struct Mismatch: Error {
    var path: String
    var found: JSONValue
    var expected: Schema
    /// The type the member belongs to.
    var owner: String
  }

  /// Unknown members: `spec.containers[0].imagee`.
  private(set) var unknown: [String] = []
  private(set) var mismatches: [Mismatch] = []

  /// - Returns: The value as it is kept; `nil` for a null that means nothing.
  mutating func decode(_ value: JSONValue, as schema: Schema, at path: String, owner: String = "")
    -> JSONValue?
  {
    if value.isNull {
      if schema.openAPI?["nullable"]?.boolValue == true { return value }
      if schema.openAPI != nil, schema.openAPI?["default"] == nil, schema.openAPI?["type"] != nil {
        mismatch(value, schema, path, owner)
      }
      if case .any = schema.shape { return value }
      return nil
    }
    switch (schema.shape, value) {
    case (.any, _): return value
    case (.object(let members), .object(let given)):
      return object(given, members, schema, path)
    case (.map(let type), .object(let given)):
      var kept: [String: JSONValue] = [:]
      for key in given.keys.sorted() {
        kept[key] = decode(given[key]!, as: type, at: path + "." + key, owner: owner)
      }
      return .object(kept)
    case (.list(let type), .array(let elements)):
      return .array(
        elements.enumerated().compactMap { index, element in
          decode(element, as: type, at: "\(path)[\(index)]", owner: owner)
        })
    case (.string, .string), (.bytes, .string), (.time, .string), (.microTime, .string),
      (.quantity, .string), (.intOrString, .string), (.intOrString, .integer), (.boolean, .bool),
      (.integer, .integer), (.number, .integer), (.number, .number):
      return value
    case (.quantity, .integer(let number)): return .string(String(number))
    case (.quantity, .number(let number)): return .string(String(number))
    case (.integer, .number(let number)):
      if let integer = Int64(exactly: number) { return .integer(integer) }
    default: break
    }
    mismatch(value, schema, path, owner)
    return value
  }

  private mutating func object(
    _ given: [String: JSONValue], _ members: [String: Schema], _ schema: Schema, _ path: String
  ) -> JSONValue {
    var kept: [String: JSONValue] = [:]
    let owner = schema.typeName.map { String($0.split(separator: ".").last!) } ?? ""
    for key in given.keys.sorted() {
      let place = path.isEmpty ? key : path + "." + key
      if let type = members[key] {
        kept[key] = decode(given[key]!, as: type, at: place, owner: owner)
      } else if schema.preservesUnknown {
        kept[key] = given[key]
      } else {
        unknown.append(place)
      }
    }
    return .object(kept)
  }

  private mutating func mismatch(
    _ value: JSONValue, _ schema: Schema, _ path: String, _ owner: String
  ) {
    mismatches.append(Mismatch(path: path, found: value, expected: schema, owner: owner))
  }
}

extension ObjectDecoder.Mismatch {
  /// In the words of Go's JSON decoder, which clients of the built-in API know.
  var decodingMessage: String {
    let found =
      switch self.found {
      case .bool: "bool"
      case .integer, .number: "number"
      default: self.found.typeName
      }
    var field = ""
    var isInIndex = false
    for character in path {
      if character == "[" { isInIndex = true }
      if !isInIndex { field.append(character) }
      if character == "]" { isInIndex = false }
    }
    return "json: cannot unmarshal \(found) into Go struct field \(owner).\(field) of type "
      + expected.goType
  }

  /// In the words of the validation of custom resources.
  var fieldError: FieldError {
    let type = expected.openAPI?["type"]?.stringValue ?? "object"
    return FieldError(
      path, .typeInvalid(.string(found.isNull ? "null" : found.typeName)),
      "\(path) in body must be of type \(type): \"\(found.isNull ? "null" : found.typeName)\"")
  }
}

extension Schema {
  fileprivate var goType: String {
    switch shape {
    case .object: "v1." + (typeName?.split(separator: ".").last.map(String.init) ?? "Object")
    case .map(let value): "map[string]" + value.goType
    case .list(let element): "[]" + element.goType
    case .integer(let bits): "int\(bits)"
    case .number: "float64"
    case .boolean: "bool"
    case .bytes: "[]uint8"
    case .quantity: "resource.Quantity"
    case .intOrString: "intstr.IntOrString"
    case .time, .microTime: "v1.Time"
    case .string, .any: "string"
    }
  }
}
