import Documents

/// What a value of an API type looks like, as far as the API has to know: shape, how lists and maps
/// merge, and for custom resources every rule of their OpenAPI schema.
///
/// Immutable and shared: types are referred to from many places.
final class Schema: Sendable {
  enum Shape: Sendable {
    /// A struct: known members.
    case object([String: Schema])
    /// Members of any name, all of one type.
    case map(Schema)
    case list(Schema)
    case string, bytes, time, microTime, quantity, intOrString
    case integer(bits: Int)
    case number, boolean
    /// Anything at all.
    case any
  }

  /// How two lists merge under server-side apply.
  enum ListKind: Sendable, Equatable {
    case atomic, set
    case map(keys: [String])
  }

  /// How two values merge under a strategic merge patch.
  struct PatchStrategy: Sendable, Equatable {
    var merges = false
    /// Without one, a merging list is a list of primitive values.
    var mergeKey: String?
    var retainsKeys = false
    var replaces = false
  }

  let shape: Shape
  /// The full name in OpenAPI, for named types.
  let typeName: String?
  let listKind: ListKind
  /// A struct or map that server-side apply treats as one value.
  let isAtomic: Bool
  let patch: PatchStrategy
  let required: [String]
  /// Custom resources: keeps members it does not know.
  let preservesUnknown: Bool
  /// Custom resources: the OpenAPI node this was made from.
  let openAPI: JSONValue?
  /// The members' field numbers in protocol buffers; two for those of an embedded message.
  let numbers: [String: [Int]]

  init(
    _ shape: Shape, typeName: String? = nil, listKind: ListKind = .atomic, isAtomic: Bool = false,
    patch: PatchStrategy = PatchStrategy(), required: [String] = [], preservesUnknown: Bool = false,
    openAPI: JSONValue? = nil, numbers: [String: [Int]] = [:]
  ) {
    self.numbers = numbers
    self.shape = shape
    self.typeName = typeName
    self.listKind = listKind
    self.isAtomic = isAtomic
    self.patch = patch
    self.required = required
    self.preservesUnknown = preservesUnknown
    self.openAPI = openAPI
  }

  /// The same type where a member uses it in its own way.
  func used(isAtomic: Bool, patch: PatchStrategy) -> Schema {
    Schema(
      shape, typeName: typeName, listKind: listKind, isAtomic: self.isAtomic || isAtomic,
      patch: patch, required: required, preservesUnknown: preservesUnknown, openAPI: openAPI,
      numbers: numbers)
  }

  static let any = Schema(.any, preservesUnknown: true)

  /// The schema of a member; `nil` for one that a struct does not know.
  func member(_ name: String) -> Schema? {
    switch shape {
    case .object(let members): members[name] ?? (preservesUnknown ? .any : nil)
    case .map(let value): value
    case .any: .any
    default: nil
    }
  }

  /// The schema of a list's elements.
  var element: Schema {
    if case .list(let element) = shape { element } else { .any }
  }

  /// Whether members are merged one by one under server-side apply.
  var isGranular: Bool {
    if isAtomic { return false }
    return switch shape {
    case .object, .map: true
    case .any: true
    default: false
    }
  }
}
