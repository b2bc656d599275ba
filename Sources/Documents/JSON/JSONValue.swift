/// A JSON value without positions: what travels to and from a Kubernetes API, a journal or a
/// plan file.
///
/// Whole numbers that fit keep all their digits as ``integer(_:)``; every other number is a
/// ``number(_:)``. Objects have no order of their own: ``CanonicalJSON`` writes keys sorted.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue {
  public var isNull: Bool { self == .null }

  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  public var intValue: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  public var objectValue: [String: JSONValue]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member `key` of an object; `nil` where this is no object or has no such member.
  ///
  /// Setting a member of a value that is no object makes it one; setting `nil` removes the member.
  public subscript(key: String) -> JSONValue? {
    get { objectValue?[key] }
    set {
      var members = objectValue ?? [:]
      self = .null  // gives up the shared reference, so that the change below is made in place
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element `index` of an array; `nil` where this is no array or has no such element.
  public subscript(index: Int) -> JSONValue? {
    guard let elements = arrayValue, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The value at the end of a path of object members: `pod["status", "phase"]`.
  public subscript(first: String, second: String, rest: String...) -> JSONValue? {
    get {
      var value = self[first]?[second]
      for key in rest { value = value?[key] }
      return value
    }
    set { set([first, second] + rest, to: newValue) }
  }

  /// Sets (or with `nil` removes) the value at the end of a path, making objects on the way.
  public mutating func set(_ path: some Collection<String>, to value: JSONValue?) {
    guard let first = path.first else {
      self = value ?? .null
      return
    }
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      self[first] = value
      return
    }
    if value == nil, self[first] == nil { return }
    var child = self[first] ?? .object([:])
    child.set(rest, to: value)
    self[first] = child
  }

  /// What kind of value this is, in the words of JSON Schema.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(nilLiteral: ()) { self = .null }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}
