import Documents

/// Checks the values of a custom resource against its OpenAPI schema.
struct CustomValidation {
  private(set) var errors: [FieldError] = []

  /// Checks a whole object, whose types are already right.
  mutating func check(_ object: JSONValue, schema: Schema) {
    guard case .object(let members) = schema.shape else { return }
    for name in schema.required where object[name] == nil { errors.append(.required(name)) }
    for name in members.keys.sorted() {
      guard name != "metadata", let value = object[name], let node = members[name]?.openAPI else {
        continue
      }
      check(value, node, name)
    }
  }

  private mutating func check(_ value: JSONValue, _ node: JSONValue, _ path: String) {
    if value.isNull { return }
    switch value {
    case .object(let members): check(members, node, path)
    case .array(let elements): check(elements, node, path)
    case .string(let text): check(text, node, path)
    case .integer(let number): check(Double(number), value, node, path)
    case .number(let number): check(number, value, node, path)
    default: break
    }
    let allowed = node.list("enum")
    if !allowed.isEmpty, !allowed.contains(value) {
      errors.append(
        FieldError(
          path, .notSupported(value, supported: allowed.map { $0.stringValue ?? "\($0)" })))
    }
    checkCombinations(value, node, path)
  }

  private mutating func check(_ members: [String: JSONValue], _ node: JSONValue, _ path: String) {
    for name in node.list("required").compactMap(\.stringValue) where members[name] == nil {
      errors.append(.required(path + "." + name))
    }
    let properties = node["properties"]?.objectValue ?? [:]
    for name in members.keys.sorted() {
      guard let child = properties[name] ?? node["additionalProperties"] else { continue }
      check(members[name]!, child, path + "." + name)
    }
    if let max = node.integer("maxProperties"), members.count > max {
      errors.append(FieldError(path, .tooMany(count: members.count, max: Int(max))))
    }
  }

  private mutating func check(_ elements: [JSONValue], _ node: JSONValue, _ path: String) {
    for (index, element) in elements.enumerated() {
      if let items = node["items"] { check(element, items, "\(path)[\(index)]") }
    }
    if let max = node.integer("maxItems"), elements.count > max {
      errors.append(FieldError(path, .tooMany(count: elements.count, max: Int(max))))
    }
    if let min = node.integer("minItems"), elements.count < min {
      errors.append(
        .invalid(
          path, .integer(Int64(elements.count)),
          "\(path) in body should have at least \(min) items"))
    }
    checkUnique(elements, node, path)
  }

  private mutating func checkUnique(_ elements: [JSONValue], _ node: JSONValue, _ path: String) {
    let keys = node.list("x-kubernetes-list-map-keys").compactMap(\.stringValue)
    guard node.string("x-kubernetes-list-type") == "set" || !keys.isEmpty else { return }
    var seen: Set<JSONValue> = []
    for (index, element) in elements.enumerated() {
      var identity = element
      if !keys.isEmpty {
        identity = [:]
        for key in keys { identity[key] = element[key] }
      }
      if !seen.insert(identity).inserted {
        errors.append(FieldError("\(path)[\(index)]", .duplicate(identity)))
      }
    }
  }

  private mutating func check(_ text: String, _ node: JSONValue, _ path: String) {
    if let max = node.integer("maxLength"), text.unicodeScalars.count > max {
      errors.append(FieldError(path, .tooLong(max: Int(max))))
    }
    if let min = node.integer("minLength"), text.unicodeScalars.count < min {
      errors.append(
        .invalid(path, .string(text), "\(path) in body should be at least \(min) chars long"))
    }
    if let pattern = node.string("pattern"), !Self.matches(text, pattern) {
      errors.append(.invalid(path, .string(text), "\(path) in body should match '\(pattern)'"))
    }
    if node.string("format") == "date-time", Timestamp(text) == nil {
      errors.append(
        .invalid(path, .string(text), "\(path) in body must be of type date-time: \"\(text)\""))
    }
  }

  /// A pattern that cannot be read refuses nothing.
  private static func matches(_ text: String, _ pattern: String) -> Bool {
    do {
      return try Regex(pattern).firstMatch(in: text) != nil
    } catch {
      return true
    }
  }

  private mutating func check(
    _ number: Double, _ value: JSONValue, _ node: JSONValue, _ path: String
  ) {
    func bound(_ name: String) -> Double? {
      switch node[name] {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    }
    if let minimum = bound("minimum"), number < minimum {
      errors.append(
        .invalid(
          path, value,
          "\(path) in body should be greater than or equal to "
            + CanonicalJSON.string(node["minimum"]!)
        ))
    }
    if let maximum = bound("maximum"), number > maximum {
      errors.append(
        .invalid(
          path, value,
          "\(path) in body should be less than or equal to "
            + CanonicalJSON.string(node["maximum"]!)
        ))
    }
  }

  private mutating func checkCombinations(_ value: JSONValue, _ node: JSONValue, _ path: String) {
    func accepts(_ branch: JSONValue) -> Bool {
      if let type = branch.string("type"), type != value.typeName,
        !(type == "number" && value.typeName == "integer")
      {
        return false
      }
      var inner = CustomValidation()
      inner.check(value, branch, path)
      return inner.errors.isEmpty
    }
    for branch in node.list("allOf") { check(value, branch, path) }
    let anyOf = node.list("anyOf")
    if !anyOf.isEmpty, !anyOf.contains(where: accepts) {
      errors.append(
        .invalid(path, value, "\(path) in body must validate at least one schema (anyOf)"))
    }
    let oneOf = node.list("oneOf")
    if !oneOf.isEmpty, oneOf.count(where: accepts) != 1 {
      errors.append(
        .invalid(path, value, "\(path) in body must validate one and only one schema (oneOf)"))
    }
    if let not = node["not"], accepts(not) {
      errors.append(.invalid(path, value, "\(path) in body must not validate the schema (not)"))
    }
  }
}
