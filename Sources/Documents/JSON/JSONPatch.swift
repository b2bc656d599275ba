/// A list of changes to a JSON document (RFC 6902).
public struct JSONPatch: Hashable, Sendable {
  public enum Operation: Hashable, Sendable {
    case add(JSONPointer, JSONValue)
    case remove(JSONPointer)
    case replace(JSONPointer, JSONValue)
    case move(from: JSONPointer, to: JSONPointer)
    case copy(from: JSONPointer, to: JSONPointer)
    case test(JSONPointer, JSONValue)
  }

  /// Why a document is no patch, or why a patch does not fit a document.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  public var operations: [Operation]

  public init(_ operations: [Operation]) { self.operations = operations }

  /// Reads a patch document: an array of objects with `op`, `path` and what the operation needs.
  public init(_ document: JSONValue) throws(Failure) {
    guard let elements = document.arrayValue else {
      throw Failure(description: "A JSON patch is an array of operations")
    }
    operations = []
    for (index, element) in elements.enumerated() {
      operations.append(try Self.operation(element, index))
    }
  }

  private static func operation(_ element: JSONValue, _ index: Int) throws(Failure) -> Operation {
    func pointer(_ member: String) throws(Failure) -> JSONPointer {
      guard let text = element[member]?.stringValue, let pointer = JSONPointer(text) else {
        throw Failure(description: "Operation \(index) of the patch has no valid `\(member)`")
      }
      return pointer
    }
    func value() throws(Failure) -> JSONValue {
      guard let value = element["value"] else {
        throw Failure(description: "Operation \(index) of the patch has no `value`")
      }
      return value
    }
    switch element["op"]?.stringValue {
    case "add": return .add(try pointer("path"), try value())
    case "remove": return .remove(try pointer("path"))
    case "replace": return .replace(try pointer("path"), try value())
    case "move": return .move(from: try pointer("from"), to: try pointer("path"))
    case "copy": return .copy(from: try pointer("from"), to: try pointer("path"))
    case "test": return .test(try pointer("path"), try value())
    default:
      throw Failure(description: "Operation \(index) of the patch has no known `op`")
    }
  }

  /// The document after all operations, or the failure of the first that does not fit.
  ///
  /// - Complexity: O(*k* · *d*) copies of containers, for *k* operations at depth *d*.
  public func applied(to document: JSONValue) throws(Failure) -> JSONValue {
    var document = document
    for operation in operations {
      switch operation {
      case .add(let path, let value): try document.add(value, at: path)
      case .remove(let path): _ = try document.remove(at: path)
      case .replace(let path, let value):
        _ = try document.remove(at: path)
        try document.add(value, at: path)
      case .move(let source, let path):
        guard !path.tokens.starts(with: source.tokens) || path == source else {
          throw Failure(description: "`\(source)` cannot be moved into itself")
        }
        try document.add(try document.remove(at: source), at: path)
      case .copy(let source, let path):
        guard let value = document.value(at: source) else { throw .missing(source) }
        try document.add(value, at: path)
      case .test(let path, let expected):
        guard document.value(at: path) == expected else {
          throw Failure(description: "`\(path)` is not what the patch expects")
        }
      }
    }
    return document
  }
}

/// A place in a JSON document (RFC 6901): `/spec/containers/0/image`.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  public var tokens: [String]

  public init(tokens: [String]) { self.tokens = tokens }

  /// - Returns: `nil` where `text` neither is empty nor begins with `/`.
  public init?(_ text: String) {
    guard text.isEmpty || text.hasPrefix("/") else { return nil }
    tokens = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
      Self.replacing("~0", with: "~", in: Self.replacing("~1", with: "/", in: String($0)))
    }
  }

  public var description: String {
    tokens.map {
      "/" + Self.replacing("/", with: "~1", in: Self.replacing("~", with: "~0", in: $0))
    }.joined()
  }

  private static func replacing(_ old: String, with new: String, in text: String) -> String {
    text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}

extension JSONPatch.Failure {
  fileprivate static func missing(_ path: JSONPointer) -> Self {
    Self(description: "There is nothing at `\(path)`")
  }
}

extension JSONValue {
  /// The value that a pointer leads to, if there is one.
  public func value(at pointer: JSONPointer) -> JSONValue? {
    var value: JSONValue? = self
    for token in pointer.tokens {
      switch value {
      case .array(let elements): value = Self.index(token).flatMap { elements.element(at: $0) }
      default: value = value?[token]
      }
    }
    return value
  }

  /// A decimal index without leading zeros.
  private static func index(_ token: String) -> Int? {
    guard token == "0" || !token.hasPrefix("0"), token.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      return nil
    }
    return Int(token)
  }

  fileprivate mutating func add(_ value: JSONValue, at pointer: JSONPointer) throws(JSONPatch
    .Failure)
  {
    guard let last = pointer.tokens.last else {
      self = value
      return
    }
    try change(pointer) { container throws(JSONPatch.Failure) in
      switch container {
      case .object: container[last] = value
      case .array(var elements):
        guard let index = last == "-" ? elements.count : Self.index(last), index <= elements.count
        else { throw .missing(pointer) }
        elements.insert(value, at: index)
        container = .array(elements)
      default: throw .missing(pointer)
      }
    }
  }

  fileprivate mutating func remove(at pointer: JSONPointer) throws(JSONPatch.Failure) -> JSONValue {
    guard let removed = value(at: pointer) else { throw .missing(pointer) }
    guard let last = pointer.tokens.last else {
      self = .null
      return removed
    }
    try change(pointer) { container throws(JSONPatch.Failure) in
      if case .array(var elements) = container, let index = Self.index(last) {
        elements.remove(at: index)
        container = .array(elements)
      } else {
        container[last] = nil
      }
    }
    return removed
  }

  /// Changes the container that holds the pointer's last token.
  private mutating func change(
    _ pointer: JSONPointer, _ depth: Int = 0,
    _ body: (inout JSONValue) throws(JSONPatch.Failure) -> Void
  ) throws(JSONPatch.Failure) {
    guard depth < pointer.tokens.count - 1 else { return try body(&self) }
    let token = pointer.tokens[depth]
    if case .array(var elements) = self {
      guard let index = Self.index(token), elements.indices.contains(index) else {
        throw .missing(pointer)
      }
      try elements[index].change(pointer, depth + 1, body)
      self = .array(elements)
    } else {
      guard var child = self[token] else { throw .missing(pointer) }
      try child.change(pointer, depth + 1, body)
      self[token] = child
    }
  }
}

extension Array {
  fileprivate func element(at index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
