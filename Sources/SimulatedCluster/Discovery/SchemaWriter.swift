import Documents

/// Writes schemas as OpenAPI, each named type once.
struct SchemaWriter {
  private(set) var schemas: [String: JSONValue] = [:]
  private let prefix: String
  private let isVersion2: Bool

  init(prefix: String = "#/components/schemas/", isVersion2: Bool = false) {
    self.prefix = prefix
    self.isVersion2 = isVersion2
  }

  /// Writes the type of a resource, and says its name.
  mutating func name(of resource: Resource, _ version: String) -> String {
    guard let schema = resource.version(version)?.schema else {
      preconditionFailure("`\(resource.id)` has no version `\(version)`")
    }
    let name = schema.typeName ?? Self.name(resource, version)
    if schemas[name] == nil {
      schemas[name] = [:]
      schemas[name] = body(of: schema)
    }
    schemas[name]?["x-kubernetes-group-version-kind"] = [
      [
        "group": .string(resource.group), "version": .string(version),
        "kind": .string(resource.kind),
      ]
    ]
    return name
  }

  /// `io.velero.v1.Backup` for `backups.velero.io`.
  private static func name(_ resource: Resource, _ version: String) -> String {
    let group = resource.group.split(separator: ".").reversed().joined(separator: ".")
    return "\(group).\(version).\(resource.kind)"
  }

  private mutating func write(_ schema: Schema) -> JSONValue {
    guard let name = schema.typeName else { return decorated(body(of: schema), schema) }
    if schemas[name] == nil {
      schemas[name] = [:]
      schemas[name] = body(of: schema)
    }
    let reference: JSONValue = ["$ref": .string(prefix + name)]
    if isVersion2 { return reference }
    return decorated(["allOf": [reference], "default": [:]], schema)
  }

  /// Adds how a member merges.
  private func decorated(_ value: JSONValue, _ schema: Schema) -> JSONValue {
    var value = value
    if schema.openAPI == nil, case .list = schema.shape {
      switch schema.listKind {
      case .atomic: value["x-kubernetes-list-type"] = "atomic"
      case .set: value["x-kubernetes-list-type"] = "set"
      case .map(let keys):
        value["x-kubernetes-list-type"] = "map"
        value["x-kubernetes-list-map-keys"] = .array(keys.map(JSONValue.string))
      }
    }
    var strategies: [String] = []
    if schema.patch.merges { strategies.append("merge") }
    if schema.patch.retainsKeys { strategies.append("retainKeys") }
    if schema.patch.replaces { strategies.append("replace") }
    if !strategies.isEmpty {
      value["x-kubernetes-patch-strategy"] = .string(strategies.joined(separator: ","))
    }
    if let key = schema.patch.mergeKey { value["x-kubernetes-patch-merge-key"] = .string(key) }
    return value
  }

  private mutating func body(of schema: Schema) -> JSONValue {
    if var node = schema.openAPI {
      if case .object(let members) = schema.shape, members["metadata"] === BuiltInTypes.objectMeta {
        node.set(["properties", "metadata"], to: write(BuiltInTypes.objectMeta))
        node.set(["properties", "apiVersion"], to: ["type": "string"])
        node.set(["properties", "kind"], to: ["type": "string"])
      }
      return node
    }
    switch schema.shape {
    case .object(let members):
      var properties: [String: JSONValue] = [:]
      for name in members.keys.sorted() { properties[name] = write(members[name]!) }
      var value: JSONValue = [
        "type": "object", "properties": .object(properties),
        "description": .string(Self.title(schema)),
      ]
      if !schema.required.isEmpty {
        value["required"] = .array(schema.required.map(JSONValue.string))
      }
      if schema.isAtomic { value["x-kubernetes-map-type"] = "atomic" }
      return value
    case .map(let element):
      return ["type": "object", "additionalProperties": write(element)]
    case .list(let element): return ["type": "array", "items": write(element)]
    case .string: return ["type": "string"]
    case .bytes: return ["type": "string", "format": "byte"]
    case .time, .microTime: return ["type": "string", "format": "date-time"]
    case .quantity: return ["type": "string", "format": "quantity"]
    case .intOrString:
      return isVersion2
        ? ["type": "string", "format": "int-or-string"]
        : ["oneOf": [["type": "integer"], ["type": "string"]], "format": "int-or-string"]
    case .integer(let bits): return ["type": "integer", "format": .string("int\(bits)")]
    case .number: return ["type": "number"]
    case .boolean: return ["type": "boolean"]
    case .any: return ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    }
  }

  private static func title(_ schema: Schema) -> String {
    let name = schema.typeName?.split(separator: ".").last.map(String.init) ?? "Object"
    return "\(name) of the Kubernetes API"
  }
}
