import Documents

/// Where a schema stands: a file and a JSON pointer into it.
struct SchemaAddress: Hashable {
  var file: String
  var pointer: [String]

  /// What a `$ref` in this schema's file leads to.
  func resolving(_ reference: String) -> SchemaAddress {
    let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let pointer = parts.count > 1 ? parts[1].split(separator: "/").map(String.init) : []
    return SchemaAddress(file: parts[0].isEmpty ? file : String(parts[0]), pointer: pointer)
  }

  func appending(_ steps: String...) -> SchemaAddress {
    SchemaAddress(file: file, pointer: pointer + steps)
  }

  var description: String { file + "#/" + pointer.joined(separator: "/") }
}

/// Turns JSON into schema nodes, each address once.
struct SchemaCompiler {
  let files: [String: JSONValue]
  private var indices: [SchemaAddress: Int] = [:]
  private var nodes: [SchemaNode] = []

  init(files: [String: JSONValue]) { self.files = files }

  var finished: [SchemaNode] { nodes }

  mutating func compile(_ address: SchemaAddress) throws(SchemaError) -> Int {
    if let index = indices[address] { return index }
    let index = nodes.count
    indices[address] = index
    nodes.append(SchemaNode())  // reserves the index: a schema inside may refer to this one
    let schema = try value(at: address)
    nodes[index] = try node(schema, at: address)
    return index
  }

  private func value(at address: SchemaAddress) throws(SchemaError) -> JSONValue {
    var value = files[address.file]
    for step in address.pointer {
      value = value?[step] ?? Int(step).flatMap { value?[$0] }
    }
    guard let value else {
      throw SchemaError(message: "No schema at `\(address.description)`")
    }
    return value
  }

  private mutating func node(
    _ schema: JSONValue, at address: SchemaAddress
  ) throws(SchemaError) -> SchemaNode {
    var node = SchemaNode()
    if let accepts = schema.boolValue {
      node.isNever = !accepts
      return node
    }
    guard let keywords = schema.objectValue else {
      throw SchemaError(message: "The schema at `\(address.description)` is no object")
    }
    node.description = keywords["description"]?.stringValue
    if let reference = keywords["$ref"]?.stringValue {
      node.reference = try compile(address.resolving(reference))
      return node
    }
    try compileValues(keywords, into: &node, at: address)
    try compileObjects(keywords, into: &node, at: address)
    try compileArrays(keywords, into: &node, at: address)
    try compileCombinations(keywords, into: &node, at: address)
    return node
  }

  private func compileValues(
    _ keywords: [String: JSONValue], into node: inout SchemaNode, at address: SchemaAddress
  ) throws(SchemaError) {
    let typeNames = keywords["type"]?.arrayValue ?? keywords["type"].map { [$0] } ?? []
    for name in typeNames {
      guard let type = name.stringValue.flatMap(JSONType.init(rawValue:)) else {
        throw SchemaError(message: "Unknown type at `\(address.description)`")
      }
      node.types.append(type)
    }
    node.allowed = keywords["enum"]?.arrayValue ?? keywords["const"].map { [$0] }
    node.length = Self.range(keywords["minLength"], keywords["maxLength"])
    node.format = keywords["format"]?.stringValue
    if let pattern = keywords["pattern"]?.stringValue { node.pattern = try Pattern(pattern) }
    node.minimum = keywords["minimum"]?.doubleValue
    node.maximum = keywords["maximum"]?.doubleValue
    node.exclusiveMinimum = keywords["exclusiveMinimum"]?.doubleValue
    node.exclusiveMaximum = keywords["exclusiveMaximum"]?.doubleValue
    node.multipleOf = keywords["multipleOf"]?.doubleValue
  }

  private mutating func compileObjects(
    _ keywords: [String: JSONValue], into node: inout SchemaNode, at address: SchemaAddress
  ) throws(SchemaError) {
    let properties = keywords["properties"]?.objectValue ?? [:]
    node.propertyOrder = properties.keys.sorted()
    for name in node.propertyOrder {
      node.properties[name] = try compile(address.appending("properties", name))
    }
    for text in (keywords["patternProperties"]?.objectValue ?? [:]).keys.sorted() {
      let inner = try compile(address.appending("patternProperties", text))
      node.patternProperties.append((try Pattern(text), inner))
    }
    switch keywords["additionalProperties"] {
    case nil, .bool(true): break
    case .bool(false): node.additionalProperties = .nothing
    default:
      node.additionalProperties = .schema(try compile(address.appending("additionalProperties")))
    }
    if keywords["propertyNames"] != nil {
      node.propertyNames = try compile(address.appending("propertyNames"))
    }
    node.required = keywords["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    node.countOfProperties = Self.range(keywords["minProperties"], keywords["maxProperties"])
  }

  private mutating func compileArrays(
    _ keywords: [String: JSONValue], into node: inout SchemaNode, at address: SchemaAddress
  ) throws(SchemaError) {
    if keywords["items"]?.arrayValue != nil {
      throw SchemaError(message: "A list as `items` is not supported (`\(address.description)`)")
    }
    if keywords["items"] != nil { node.items = try compile(address.appending("items")) }
    if keywords["contains"] != nil { node.contains = try compile(address.appending("contains")) }
    node.countOfItems = Self.range(keywords["minItems"], keywords["maxItems"])
    node.hasUniqueItems = keywords["uniqueItems"]?.boolValue ?? false
  }

  private mutating func compileCombinations(
    _ keywords: [String: JSONValue], into node: inout SchemaNode, at address: SchemaAddress
  ) throws(SchemaError) {
    node.allOf = try compileList("allOf", keywords, at: address)
    node.anyOf = try compileList("anyOf", keywords, at: address)
    node.oneOf = try compileList("oneOf", keywords, at: address)
    if keywords["not"] != nil { node.not = try compile(address.appending("not")) }
    guard keywords["if"] != nil else { return }
    node.condition = (
      test: try compile(address.appending("if")),
      then: keywords["then"] == nil ? nil : try compile(address.appending("then")),
      otherwise: keywords["else"] == nil ? nil : try compile(address.appending("else"))
    )
  }

  private mutating func compileList(
    _ keyword: String, _ keywords: [String: JSONValue], at address: SchemaAddress
  ) throws(SchemaError) -> [Int] {
    var list: [Int] = []
    for index in (keywords[keyword]?.arrayValue ?? []).indices {
      list.append(try compile(address.appending(keyword, String(index))))
    }
    return list
  }

  private static func range(_ low: JSONValue?, _ high: JSONValue?) -> ClosedRange<Int> {
    let low = low?.intValue.map { Int($0) } ?? 0
    return low...max(low, high?.intValue.map { Int($0) } ?? Int.max)
  }
}

extension JSONValue {
  var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
