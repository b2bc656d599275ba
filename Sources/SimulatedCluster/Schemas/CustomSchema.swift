import Documents

extension Schema {
  /// Reads a structural schema: the `openAPIV3Schema` of a CustomResourceDefinition's version.
  static func custom(_ root: JSONValue) -> Schema {
    var members: [String: Schema] = [:]
    for (name, node) in root["properties"]?.objectValue ?? [:] {
      members[name] = custom(node: node)
    }
    members["apiVersion"] = Schema(.string)
    members["kind"] = Schema(.string)
    members["metadata"] = BuiltInTypes.objectMeta
    return Schema(
      .object(members), required: root.list("required").compactMap(\.stringValue),
      preservesUnknown: root.flag("x-kubernetes-preserve-unknown-fields"), openAPI: root)
  }

  private static func custom(node: JSONValue) -> Schema {
    if node.flag("x-kubernetes-int-or-string") { return Schema(.intOrString, openAPI: node) }
    let preserves = node.flag("x-kubernetes-preserve-unknown-fields")
    switch node.string("type") {
    case "object": return customObject(node, preserves: preserves)
    case "array":
      let keys = node.list("x-kubernetes-list-map-keys").compactMap(\.stringValue)
      let kind: ListKind =
        switch node.string("x-kubernetes-list-type") {
        case "map": .map(keys: keys)
        case "set": .set
        default: .atomic
        }
      return Schema(.list(custom(node: node["items"] ?? [:])), listKind: kind, openAPI: node)
    case "string": return Schema(.string, openAPI: node)
    case "integer": return Schema(.integer(bits: 64), openAPI: node)
    case "number": return Schema(.number, openAPI: node)
    case "boolean": return Schema(.boolean, openAPI: node)
    default: return Schema(.any, preservesUnknown: true, openAPI: node)
    }
  }

  private static func customObject(_ node: JSONValue, preserves: Bool) -> Schema {
    let isAtomic = node.string("x-kubernetes-map-type") == "atomic"
    if let additional = node["additionalProperties"], node["properties"] == nil,
      additional != false
    {
      let value = additional == true ? Schema.any : custom(node: additional)
      return Schema(.map(value), isAtomic: isAtomic, openAPI: node)
    }
    var members = (node["properties"]?.objectValue ?? [:]).mapValues { custom(node: $0) }
    if node.flag("x-kubernetes-embedded-resource") {
      members["apiVersion"] = Schema(.string)
      members["kind"] = Schema(.string)
      members["metadata"] = Schema(.any, preservesUnknown: true)
    }
    return Schema(
      .object(members), isAtomic: isAtomic,
      required: node.list("required").compactMap(\.stringValue), preservesUnknown: preserves,
      openAPI: node)
  }

  /// Fills in the defaults of a structural schema.
  func fillingDefaults(_ value: JSONValue) -> JSONValue {
    switch (shape, value) {
    case (.object(let members), .object(var given)):
      for name in members.keys.sorted() {
        let member = members[name]!
        if given[name] == nil, let standard = member.openAPI?["default"] { given[name] = standard }
        if let child = given[name] { given[name] = member.fillingDefaults(child) }
      }
      return .object(given)
    case (.map(let type), .object(let given)):
      return .object(given.mapValues { type.fillingDefaults($0) })
    case (.list(let type), .array(let elements)):
      return .array(elements.map { type.fillingDefaults($0) })
    default: return value
    }
  }
}
