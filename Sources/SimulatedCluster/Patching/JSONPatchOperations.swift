import Documents

/// JSON Patch (RFC 6902).
enum JSONPatchOperations {
  struct Failure: Error {
    var message: String
    /// A `test` that did not hold, rather than a patch that makes no sense.
    var isTest = false
  }

  static let operationsMax = 10_000

  static func apply(_ patch: JSONValue, to document: JSONValue) throws(Failure) -> JSONValue {
    guard let operations = patch.arrayValue else {
      throw Failure(message: "json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    }
    guard operations.count <= operationsMax else {
      throw Failure(
        message: "The allowed maximum operations in a JSON patch is \(operationsMax), "
          + "got \(operations.count)")
    }
    var document = document
    for operation in operations { try apply(operation: operation, to: &document) }
    return document
  }

  private static func apply(operation: JSONValue, to document: inout JSONValue) throws(Failure) {
    let path = try pointer(operation.string("path"))
    switch operation.string("op") {
    case "add": try add(try value(of: operation), at: path, to: &document)
    case "remove": _ = try remove(path, from: &document)
    case "replace":
      let value = try value(of: operation)
      if path.isEmpty {
        document = value
      } else {
        _ = try remove(path, from: &document)
        try add(value, at: path, to: &document)
      }
    case "move":
      let moved = try remove(try pointer(operation.string("from")), from: &document)
      try add(moved, at: path, to: &document)
    case "copy":
      let from = try pointer(operation.string("from"))
      guard let copied = get(from, in: document) else { throw missing(from) }
      try add(copied, at: path, to: &document)
    case "test":
      guard get(path, in: document) ?? .null == operation["value"] ?? .null else {
        throw Failure(
          message: "testing value \(operation.string("path") ?? "") failed", isTest: true)
      }
    default: throw Failure(message: "Unexpected kind: \(operation.string("op") ?? "unknown")")
    }
  }

  private static func value(of operation: JSONValue) throws(Failure) -> JSONValue {
    guard let value = operation["value"] else {
      throw Failure(message: "missing value in operation")
    }
    return value
  }

  private static func missing(_ path: [String]) -> Failure {
    Failure(
      message: "error in remove for path: '/\(path.joined(separator: "/"))': "
        + "Unable to remove nonexistent key")
  }

  private static func pointer(_ text: String?) throws(Failure) -> [String] {
    guard let text else { throw Failure(message: "missing path in operation") }
    if text.isEmpty { return [] }
    guard text.first == "/" else { throw Failure(message: "invalid path `\(text)`") }
    let parts: [Substring] = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropFirst().map { part in
      var name = ""
      var rest = part[...]
      while let character = rest.popFirst() {
        if character == "~", let code = rest.first, code == "0" || code == "1" {
          rest.removeFirst()
          name.append(code == "1" ? "/" : "~")
        } else {
          name.append(character)
        }
      }
      return name
    }
  }

  private static func get(_ path: [String], in value: JSONValue) -> JSONValue? {
    var value = value
    for part in path {
      let next = value.arrayValue == nil ? value[part] : Int(part).flatMap { value[$0] }
      guard let next else { return nil }
      value = next
    }
    return value
  }

  private static func add(_ new: JSONValue, at path: [String], to target: inout JSONValue)
    throws(Failure)
  {
    guard let last = path.last else {
      target = new
      return
    }
    try change(path.dropLast(), of: &target) { parent throws(Failure) in
      if var elements = parent.arrayValue {
        let index = last == "-" ? elements.count : Int(last) ?? -1
        guard index >= 0, index <= elements.count else {
          throw Failure(message: "add operation does not apply: doc is missing path: \(last)")
        }
        elements.insert(new, at: index)
        parent = .array(elements)
      } else if parent.objectValue != nil {
        parent[last] = new
      } else {
        throw missing(path)
      }
    }
  }

  private static func remove(_ path: [String], from target: inout JSONValue) throws(Failure)
    -> JSONValue
  {
    guard let last = path.last, let removed = get(path, in: target) else { throw missing(path) }
    try change(path.dropLast(), of: &target) { parent throws(Failure) in
      if var elements = parent.arrayValue {
        elements.remove(at: Int(last)!)
        parent = .array(elements)
      } else {
        parent[last] = nil
      }
    }
    return removed
  }

  private static func change(
    _ path: ArraySlice<String>, of value: inout JSONValue,
    _ body: (inout JSONValue) throws(Failure) -> Void
  ) throws(Failure) {
    guard let first = path.first else { return try body(&value) }
    if var elements = value.arrayValue {
      guard let index = Int(first), elements.indices.contains(index) else {
        throw missing(Array(path))
      }
      try change(path.dropFirst(), of: &elements[index], body)
      value = .array(elements)
    } else {
      guard var child = value[first] else { throw missing(Array(path)) }
      try change(path.dropFirst(), of: &child, body)
      value[first] = child
    }
  }
}
