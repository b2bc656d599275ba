import Documents

/// Lays an applied configuration over the live object, and takes fields out of it again.
enum AppliedMerge {
  static func merge(_ applied: JSONValue, into live: JSONValue?, schema: Schema) -> JSONValue {
    guard let live else { return applied }
    if schema.isGranular, let given = applied.objectValue, var members = live.objectValue {
      for (name, value) in given {
        members[name] = merge(value, into: members[name], schema: schema.member(name) ?? .any)
      }
      return .object(members)
    }
    if schema.listKind != .atomic, let given = applied.arrayValue, let elements = live.arrayValue {
      return .array(merge(given, into: elements, schema: schema))
    }
    return applied
  }

  /// Applied elements in their own order; live ones they do not name keep following the element
  /// they followed.
  private static func merge(_ given: [JSONValue], into live: [JSONValue], schema: Schema)
    -> [JSONValue]
  {
    let liveKeys = live.map { ListIdentity.text(of: $0, in: schema) }
    let givenKeys = given.map { ListIdentity.text(of: $0, in: schema) }
    var result: [(key: String, value: JSONValue)] = []
    for (key, element) in zip(givenKeys, given) {
      let current = liveKeys.firstIndex(of: key).map { live[$0] }
      result.append((key, merge(element, into: current, schema: schema.element)))
    }
    for (index, key) in liveKeys.enumerated() where !givenKeys.contains(key) {
      let before = liveKeys[..<index].last { name in result.contains { $0.key == name } }
      let place = before.flatMap { name in result.firstIndex { $0.key == name } }
      result.insert((key, live[index]), at: place.map { $0 + 1 } ?? 0)
    }
    return result.map(\.value)
  }

  /// Takes the members of `fields` out of a value; what becomes empty by that goes too, unless it
  /// is in `kept`.
  ///
  /// - Returns: `nil` where nothing is left.
  static func remove(
    _ fields: FieldSet, from value: JSONValue, schema: Schema, keeping kept: FieldSet
  ) -> JSONValue? {
    if fields.isEmpty { return value }
    if fields.isMember, kept.isEmpty { return nil }
    if schema.isGranular, var members = value.objectValue {
      for (element, child) in fields.children where element.hasPrefix("f:") {
        let name = String(element.dropFirst(2))
        guard let member = members[name] else { continue }
        members[name] = remove(
          child, from: member, schema: schema.member(name) ?? .any, keeping: kept[element])
      }
      return members.isEmpty && kept.isEmpty ? nil : .object(members)
    }
    if schema.listKind != .atomic, let elements = value.arrayValue {
      let left = elements.compactMap { element -> JSONValue? in
        let key = ListIdentity.text(of: element, in: schema)
        guard let child = fields.children[key] else { return element }
        return remove(child, from: element, schema: schema.element, keeping: kept[key])
      }
      return left.isEmpty && kept.isEmpty ? nil : .array(left)
    }
    return value
  }
}
