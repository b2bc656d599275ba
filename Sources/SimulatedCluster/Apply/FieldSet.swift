import Documents

/// A set of paths in an object, as `managedFields` writes them.
///
/// Path elements keep their written form: `f:spec`, `k:{"name":"app"}`, `v:"finalizer"`.
struct FieldSet: Sendable, Equatable {
  /// Whether the path that leads here belongs to the set itself.
  var isMember = false
  var children: [String: FieldSet] = [:]

  var isEmpty: Bool { !isMember && children.isEmpty }

  static let member = FieldSet(isMember: true)

  subscript(element: String) -> FieldSet {
    get { children[element] ?? FieldSet() }
    set { children[element] = newValue.isEmpty ? nil : newValue }
  }

  func union(_ other: FieldSet) -> FieldSet {
    FieldSet(
      isMember: isMember || other.isMember,
      children: children.merging(other.children) { $0.union($1) })
  }

  func subtracting(_ other: FieldSet) -> FieldSet {
    var result = FieldSet(isMember: isMember && !other.isMember)
    for (element, child) in children { result[element] = child.subtracting(other[element]) }
    return result
  }

  func intersection(_ other: FieldSet) -> FieldSet {
    var result = FieldSet(isMember: isMember && other.isMember)
    for (element, child) in children { result[element] = child.intersection(other[element]) }
    return result
  }

  /// Without the paths at or below members of `other`: a removed list item takes its fields along.
  func subtractingRecursively(_ other: FieldSet) -> FieldSet {
    if other.isMember { return FieldSet() }
    var result = FieldSet(isMember: isMember)
    for (element, child) in children {
      result[element] = child.subtractingRecursively(other[element])
    }
    return result
  }

  /// The members' paths as conflicts name them: `.spec.containers[name="app"].image`.
  func paths(_ prefix: String = "") -> [String] {
    var paths = isMember ? [prefix] : []
    for element in children.keys.sorted() {
      paths += children[element]!.paths(prefix + Self.readable(element))
    }
    return paths
  }

  private static func readable(_ element: String) -> String {
    let text = element.dropFirst(2)
    switch element.first {
    case "f": return "." + text
    case "k":
      let keys = (try? JSONValue(parsing: String(text)))?.objectValue ?? [:]
      let parts = keys.keys.sorted().map { "\($0)=\(CanonicalJSON.string(keys[$0]!))" }
      return "[" + parts.joined(separator: ",") + "]"
    default: return "[=" + text + "]"
    }
  }
}

extension FieldSet {
  /// As `fieldsV1` holds it.
  var encoded: JSONValue {
    var members: [String: JSONValue] = [:]
    if isMember, !children.isEmpty { members["."] = [:] }
    for (element, child) in children { members[element] = child.encoded }
    return .object(members)
  }

  init(decoding value: JSONValue) {
    let members = value.objectValue ?? [:]
    for (element, child) in members where element != "." {
      children[element] = FieldSet(decoding: child)
    }
    isMember = members["."] != nil || members.isEmpty
  }

  /// Everything an applied configuration says.
  init(applied value: JSONValue, schema: Schema) {
    switch (schema.isAtomic, value) {
    case (false, .object(let members)):
      let isMap = if case .object = schema.shape { false } else { true }
      for (name, member) in members {
        var child = FieldSet(applied: member, schema: schema.member(name) ?? .any)
        if isMap || member.objectValue?.isEmpty == true { child.isMember = true }
        children["f:" + name] = child
      }
    case (_, .array(let elements)) where schema.listKind != .atomic:
      for element in elements {
        var child = FieldSet()
        if case .map = schema.listKind {
          child = FieldSet(applied: element, schema: schema.element)
        }
        child.isMember = true
        children[ListIdentity.text(of: element, in: schema)] = child
      }
      if elements.isEmpty { isMember = true }
    default: isMember = true
    }
  }
}

/// Names the elements of sets and keyed lists.
enum ListIdentity {
  static func text(of element: JSONValue, in schema: Schema) -> String {
    guard case .map(let keys) = schema.listKind else {
      return "v:" + CanonicalJSON.string(element)
    }
    var identity: JSONValue = [:]
    for key in keys { identity[key] = element[key] ?? (key == "protocol" ? "TCP" : nil) }
    return "k:" + CanonicalJSON.string(identity)
  }
}
