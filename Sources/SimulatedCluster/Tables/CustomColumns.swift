import Documents

extension Resource.Version {
  /// The columns a CustomResourceDefinition asks for.
  var customColumns: [Column] {
    guard !printerColumns.isEmpty else { return [.name, .age] }
    return [.name]
      + printerColumns.map { definition in
        let path = JSONPath(definition.string("jsonPath") ?? "")
        let type = definition.string("type") ?? "string"
        return Column(
          name: definition.string("name") ?? "", type: type,
          priority: definition.integer("priority") ?? 0
        ) { object, now in
          guard let value = path.first(in: object) else { return .null }
          guard type == "date" else { return Self.cell(value, type) }
          return .string(
            HumanDuration.text(since: value.stringValue.flatMap { Timestamp($0) }, at: now))
        }
      }
  }

  private static func cell(_ value: JSONValue, _ type: String) -> JSONValue {
    switch (type, value) {
    case ("integer", .integer), ("number", .integer), ("number", .number), ("boolean", .bool):
      value
    case (_, .string): value
    case (_, .bool(let flag)): .string(String(flag))
    default: .string(CanonicalJSON.string(value))
    }
  }
}

/// The simple JSON paths of printer columns: `.status.phase`, `.metadata.annotations['a/b']`,
/// `.status.conditions[?(@.type=="Ready")].status`.
struct JSONPath: Sendable {
  private enum Step: Sendable {
    case member(String)
    case index(Int)
    case all
    case matching(member: String, value: String)
  }

  private var steps: [Step] = []

  init(_ text: String) {
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case ".": steps += Self.member(&rest)
      case "[":
        guard let end = rest.firstIndex(of: "]") else { return }
        if let step = Self.bracket(rest[..<end]) { steps.append(step) }
        rest = rest[rest.index(after: end)...]
      default: break
      }
    }
  }

  private static func member(_ rest: inout Substring) -> [Step] {
    var name = ""
    while let character = rest.first, character != ".", character != "[" {
      rest.removeFirst()
      if character == "\\", let escaped = rest.popFirst() {
        name.append(escaped)
      } else {
        name.append(character)
      }
    }
    return name.isEmpty ? [] : [.member(name)]
  }

  private static func bracket(_ text: Substring) -> Step? {
    if text == "*" { return .all }
    if let index = Int(text) { return .index(index) }
    if text.hasPrefix("?(@."), let sign = text.range(of: "==") {
      let member = text[..<sign.lowerBound].dropFirst(4).trimmed
      let value = text[sign.upperBound...].filter { $0 != "\"" && $0 != "'" && $0 != ")" }
      return .matching(member: String(member), value: String(value[...].trimmed))
    }
    return .member(text.filter { $0 != "'" && $0 != "\"" })
  }

  func first(in value: JSONValue) -> JSONValue? {
    var values = [value]
    for step in steps {
      values = values.flatMap { value -> [JSONValue] in
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
          let elements = value.arrayValue ?? []
          return value[index < 0 ? elements.count + index : index].map { [$0] } ?? []
        case .all: return value.arrayValue ?? []
        case .matching(let member, let wanted):
          return (value.arrayValue ?? []).filter { $0[member]?.stringValue == wanted }
        }
      }
    }
    return values.first
  }
}

extension Substring {
  fileprivate func range(of needle: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
      start = index(after: start)
    }
    return nil
  }
}
