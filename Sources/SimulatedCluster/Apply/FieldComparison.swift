import Documents

/// What differs between two states of an object, field by field.
struct FieldComparison {
  /// Added or of another value.
  var changed = FieldSet()
  var removed = FieldSet()

  init(_ old: JSONValue?, _ new: JSONValue?, schema: Schema) {
    self = Self.compare(old, new, schema)
  }

  private init(changed: FieldSet, removed: FieldSet) {
    self.changed = changed
    self.removed = removed
  }

  private static func compare(_ old: JSONValue?, _ new: JSONValue?, _ schema: Schema)
    -> FieldComparison
  {
    let none = FieldComparison(changed: FieldSet(), removed: FieldSet())
    if old == new { return none }
    guard let new else { return FieldComparison(changed: FieldSet(), removed: all(old!, schema)) }
    guard let old else { return FieldComparison(changed: all(new, schema), removed: FieldSet()) }
    if schema.isGranular, let old = old.objectValue, let new = new.objectValue {
      return compare(old.keyed("f:"), new.keyed("f:")) {
        schema.member(String($0.dropFirst(2))) ?? .any
      }
    }
    if schema.listKind != .atomic, let old = old.arrayValue, let new = new.arrayValue {
      func keyed(_ elements: [JSONValue]) -> [String: JSONValue] {
        Dictionary(
          elements.map { (ListIdentity.text(of: $0, in: schema), $0) },
          uniquingKeysWith: { _, last in last })
      }
      return compare(keyed(old), keyed(new)) { _ in schema.element }
    }
    return FieldComparison(changed: .member, removed: FieldSet())
  }

  private static func compare(
    _ old: [String: JSONValue], _ new: [String: JSONValue], schema: (String) -> Schema
  ) -> FieldComparison {
    var result = FieldComparison(changed: FieldSet(), removed: FieldSet())
    for key in Set(old.keys).union(new.keys) {
      var inner = compare(old[key], new[key], schema(key))
      if !key.hasPrefix("f:") {
        if old[key] == nil { inner.changed.isMember = true }
        if new[key] == nil { inner.removed.isMember = true }
      }
      result.changed[key] = inner.changed
      result.removed[key] = inner.removed
    }
    return result
  }

  /// Every path of a value that appeared or went, containers of open maps and lists included.
  private static func all(_ value: JSONValue, _ schema: Schema) -> FieldSet {
    var set = FieldSet(applied: value, schema: schema)
    mark(&set, value, schema)
    return set
  }

  private static func mark(_ set: inout FieldSet, _ value: JSONValue, _ schema: Schema) {
    switch value {
    case .object(let members) where schema.isGranular:
      if case .object = schema.shape {} else { set.isMember = true }
      for (name, member) in members {
        var child = set["f:" + name]
        mark(&child, member, schema.member(name) ?? .any)
        set["f:" + name] = child
      }
    case .array(let elements) where schema.listKind != .atomic:
      set.isMember = true
      for element in elements {
        let key = ListIdentity.text(of: element, in: schema)
        var child = set[key]
        mark(&child, element, schema.element)
        set[key] = child
      }
    default: break
    }
  }
}

extension Dictionary where Key == String {
  fileprivate func keyed(_ prefix: String) -> [String: Value] {
    var result: [String: Value] = [:]
    for (key, value) in self { result[prefix + key] = value }
    return result
  }
}
