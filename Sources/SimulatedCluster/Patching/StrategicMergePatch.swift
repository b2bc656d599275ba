import Documents

/// Kubernetes' strategic merge patch: lists of built-in types merge by their keys.
enum StrategicMergePatch {
  struct Failure: Error { var message: String }

  static func apply(_ patch: JSONValue, to original: JSONValue, schema: Schema) throws(Failure)
    -> JSONValue
  {
    try merge(patch, into: original, schema: schema) ?? [:]
  }

  private static let order = "$setElementOrder/"
  private static let deletion = "$deleteFromPrimitiveList/"

  /// - Returns: `nil` where the patch deletes the value.
  private static func merge(_ patch: JSONValue, into original: JSONValue?, schema: Schema)
    throws(Failure) -> JSONValue?
  {
    guard let changes = patch.objectValue else { return stripped(patch) }
    switch changes["$patch"]?.stringValue {
    case "delete": return nil
    case "replace": return stripped(patch)
    case nil, "merge": break
    case let directive?: throw Failure(message: "unknown patch directive `\(directive)`")
    }
    if schema.patch.replaces { return stripped(patch) }
    var result = original?.objectValue ?? [:]
    if let retained = changes["$retainKeys"]?.arrayValue {
      result = result.filter { retained.contains(.string($0.key)) }
    }
    for key in changes.keys.sorted() where key.hasPrefix(deletion) {
      let field = String(key.dropFirst(deletion.count))
      let gone = changes[key]?.arrayValue ?? []
      if let elements = result[field]?.arrayValue {
        result[field] = .array(elements.filter { !gone.contains($0) })
      }
    }
    for key in changes.keys.sorted() where !key.hasPrefix("$") {
      let change = changes[key]!
      if change.isNull {
        result[key] = nil
        continue
      }
      let member = schema.member(key) ?? .any
      if let elements = change.arrayValue {
        result[key] = .array(
          try merge(elements, into: result[key]?.arrayValue ?? [], schema: member))
      } else {
        result[key] = try merge(change, into: result[key], schema: member)
      }
    }
    for key in changes.keys.sorted() where key.hasPrefix(order) {
      let field = String(key.dropFirst(order.count))
      if let elements = result[field]?.arrayValue {
        let schema = schema.member(field) ?? .any
        result[field] = .array(
          sorted(elements, by: changes[key]?.arrayValue ?? [], key: schema.patch.mergeKey))
      }
    }
    return .object(result)
  }

  private static func merge(
    _ changes: [JSONValue], into original: [JSONValue], schema: Schema
  ) throws(Failure) -> [JSONValue] {
    guard schema.patch.merges else { return changes.compactMap(stripped) }
    guard let key = schema.patch.mergeKey else {
      return original + changes.filter { !original.contains($0) }
    }
    if changes.contains(where: { $0.string("$patch") == "replace" }) {
      return changes.filter { $0.string("$patch") != "replace" }.compactMap(stripped)
    }
    var result = original
    for change in changes {
      guard let identity = change[key] else {
        throw Failure(
          message:
            "map: \(CanonicalJSON.string(change)) does not contain declared merge key: \(key)"
        )
      }
      let index = result.firstIndex { $0[key] == identity }
      if change.string("$patch") == "delete" {
        result.removeAll { $0[key] == identity }
      } else if let merged = try merge(
        change, into: index.map { result[$0] }, schema: schema.element)
      {
        if let index { result[index] = merged } else { result.append(merged) }
      }
    }
    return result
  }

  /// Puts elements into the order a patch asks for; those it does not name keep their place
  /// relative to the named element before them.
  private static func sorted(_ elements: [JSONValue], by order: [JSONValue], key: String?)
    -> [JSONValue]
  {
    func identity(_ element: JSONValue) -> JSONValue? {
      key.map { element[$0] ?? .null } ?? element
    }
    let wanted = order.map(identity)
    var named: [JSONValue] = []
    for identity in wanted {
      if let element = elements.first(where: { self.identity($0, key) == identity }) {
        named.append(element)
      }
    }
    var result = named
    for (index, element) in elements.enumerated() where !wanted.contains(identity(element)) {
      let before = elements[..<index].last { candidate in
        result.contains { identity($0) == identity(candidate) }
      }
      let place = before.flatMap { found in
        result.firstIndex { identity($0) == identity(found) }.map { $0 + 1 }
      }
      result.insert(element, at: place ?? 0)
    }
    return result
  }

  private static func identity(_ element: JSONValue, _ key: String?) -> JSONValue? {
    key.map { element[$0] ?? .null } ?? element
  }

  /// A patch's value as it is stored: without directives and nulls.
  private static func stripped(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .null: return nil
    case .array(let elements): return .array(elements.compactMap(stripped))
    case .object(let members):
      if members["$patch"]?.stringValue == "delete" { return nil }
      var kept: [String: JSONValue] = [:]
      for (key, member) in members where !key.hasPrefix("$") { kept[key] = stripped(member) }
      return .object(kept)
    default: return value
    }
  }
}
