public import Documents

/// A compiled JSON Schema (draft-07): what a document may look like.
///
/// Nodes refer to each other by index, so that schemas may be recursive.
public struct Schema: Sendable {
  let nodes: [SchemaNode]
  let root: Int

  /// Compiles the schema in one of several files that may refer to each other.
  ///
  /// - Parameters:
  ///   - file: The name of the file to begin with.
  ///   - files: By the names that `$ref` uses: `common.json#/definitions/duration`.
  /// - Throws: ``SchemaError`` where a schema has no meaning: the author's mistake, not the user's.
  public init(file: String, in files: [String: JSONValue]) throws(SchemaError) {
    var compiler = SchemaCompiler(files: files)
    root = try compiler.compile(SchemaAddress(file: file, pointer: []))
    nodes = compiler.finished
  }

  public init(_ schema: JSONValue) throws(SchemaError) {
    try self.init(file: "", in: ["": schema])
  }
}

/// Why a schema cannot be compiled.
public struct SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String

  public init(message: String) { self.message = message }

  public var description: String { message }
}

/// One schema within a compiled ``Schema``. Other schemas are named by their index.
struct SchemaNode: Sendable {
  enum Additional: Sendable {
    case anything
    case nothing
    case schema(Int)
  }

  /// What a `$ref` leads to; draft-07 ignores everything beside it.
  var reference: Int?
  /// `false` as a schema: nothing fits.
  var isNever = false

  var types: [JSONType] = []
  var allowed: [JSONValue]?
  var description: String?

  var properties: [String: Int] = [:]
  var propertyOrder: [String] = []
  var patternProperties: [(pattern: Pattern, node: Int)] = []
  var additionalProperties = Additional.anything
  var propertyNames: Int?
  var required: [String] = []
  var countOfProperties: ClosedRange<Int> = 0...Int.max

  var items: Int?
  var countOfItems: ClosedRange<Int> = 0...Int.max
  var hasUniqueItems = false
  var contains: Int?

  var length: ClosedRange<Int> = 0...Int.max
  var pattern: Pattern?
  var format: String?

  var minimum: Double?
  var maximum: Double?
  var exclusiveMinimum: Double?
  var exclusiveMaximum: Double?
  var multipleOf: Double?

  var allOf: [Int] = []
  var anyOf: [Int] = []
  var oneOf: [Int] = []
  var not: Int?
  var condition: (test: Int, then: Int?, otherwise: Int?)?
}

/// The types of JSON Schema.
enum JSONType: String, Sendable, CaseIterable {
  case null, boolean, integer, number, string, array, object

  func matches(_ node: DocumentNode) -> Bool {
    switch (self, node.content) {
    case (.array, .sequence), (.object, .mapping): true
    case (_, .scalar(let scalar)): matches(scalar.value)
    default: false
    }
  }

  private func matches(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.null, .null), (.boolean, .bool), (.string, .string): true
    case (.number, .number), (.number, .integer), (.integer, .integer): true
    case (.integer, .number(let number)): number == number.rounded()
    default: false
    }
  }

  /// As a message names it after "must be".
  var words: String {
    switch self {
    case .null: "nothing"
    case .boolean: "`true` or `false`"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "a mapping"
    }
  }

  static func words(for node: DocumentNode) -> String {
    switch node.content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "nothing"
      case .bool: "`\(scalar.text)`"
      case .integer, .number: "a number"
      default: "text"
      }
    }
  }
}
