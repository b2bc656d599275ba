import Documents

/// Reads the compact notation in which the built-in API types are written down.
///
/// ```
/// # io.k8s.api.core.v1                                  names the section's types in OpenAPI
/// Toleration@ key:str tolerationSeconds:i64             `@`: merged as one value
/// PodSpec containers!#2:[Container]=name~name           `!`: required
/// ```
/// `#2` is a member's field number in protocol buffers, `#2.7` that of field 7 of the message which
/// is embedded as field 2.
///
/// Types are `str bytes time mtime qty ios i32 i64 num bool any`, a named type, `[T]` and `{T}`.
/// After a list `=a,b` names the keys and `=*` a set for server-side apply; `~key` (or `~` alone,
/// for primitives) is the merge key of strategic patches, `^` retains keys, `%` replaces.
struct TypeNotation {
  private struct Declaration {
    var typeName: String
    var section: String
    var isAtomic: Bool
    var members: [Substring]
  }

  private var declarations: [String: Declaration] = [:]  // by full name
  private var sections: [String] = []
  private var built: [String: Schema] = [:]

  init(_ texts: [String]) {
    var section = ""
    var current = ""
    for line in texts.flatMap({ $0.split(separator: "\n") }) {
      let words = line.split(separator: " ")
      if line.hasPrefix("# ") {
        section = String(words[1])
        if !sections.contains(section) { sections.append(section) }
      } else if line.hasPrefix(" ") {
        declarations[current]?.members += words
      } else {
        let isAtomic = words[0].hasSuffix("@")
        current = section + "." + (isAtomic ? words[0].dropLast() : words[0])
        declarations[current] = Declaration(
          typeName: current, section: section, isAtomic: isAtomic, members: Array(words.dropFirst())
        )
      }
    }
  }

  /// All types by their full names.
  mutating func schemas() -> [String: Schema] {
    for name in declarations.keys.sorted() { _ = schema(named: name) }
    return built
  }

  private mutating func schema(named name: String) -> Schema {
    if let schema = built[name] { return schema }
    guard let declaration = declarations[name] else {
      preconditionFailure("type `\(name)` is not declared")
    }
    var members: [String: Schema] = [:]
    var required: [String] = []
    var numbers: [String: [Int]] = [:]
    for word in declaration.members {
      let colon = word.firstIndex(of: ":")!
      let head = word[..<colon].split(separator: "#")
      var key = head[0]
      if key.hasSuffix("!") {
        key.removeLast()
        required.append(String(key))
      }
      if head.count > 1 {
        numbers[String(key)] = head[1].split(separator: ".").map { Int($0)! }
      }
      members[String(key)] = type(word[word.index(after: colon)...], section: declaration.section)
    }
    let schema = Schema(
      .object(members), typeName: name, isAtomic: declaration.isAtomic, required: required,
      numbers: numbers)
    built[name] = schema
    return schema
  }

  private mutating func type(_ text: Substring, section: String) -> Schema {
    let end = Self.endOfType(text)
    let base = self.base(text[..<end], section: section)
    let usage = Usage(text[end...])
    guard case .list = base.shape else {
      return usage == Usage("") ? base : base.used(isAtomic: usage.isAtomic, patch: usage.patch)
    }
    return Schema(base.shape, listKind: usage.listKind, patch: usage.patch)
  }

  private mutating func base(_ text: Substring, section: String) -> Schema {
    switch text {
    case "str": return Schema(.string)
    case "bytes": return Schema(.bytes)
    case "time": return Schema(.time)
    case "mtime": return Schema(.microTime)
    case "qty": return Schema(.quantity)
    case "ios": return Schema(.intOrString)
    case "i32": return Schema(.integer(bits: 32))
    case "i64": return Schema(.integer(bits: 64))
    case "num": return Schema(.number)
    case "bool": return Schema(.boolean)
    case "any": return Schema.any
    default: break
    }
    if text.first == "[" {
      return Schema(.list(type(text.dropFirst().dropLast(), section: section)))
    }
    if text.first == "{" {
      return Schema(.map(type(text.dropFirst().dropLast(), section: section)))
    }
    for section in [section] + sections where declarations[section + "." + text] != nil {
      return schema(named: section + "." + text)
    }
    preconditionFailure("type `\(text)` is not declared")
  }

  /// Where the type itself ends and its usage marks begin.
  private static func endOfType(_ text: Substring) -> Substring.Index {
    guard text.first == "[" || text.first == "{" else {
      return text.firstIndex { "=~^%@".contains($0) } ?? text.endIndex
    }
    return text.index(after: text.lastIndex { "]}".contains($0) }!)
  }
}

/// The marks after a type.
private struct Usage: Equatable {
  var listKind = Schema.ListKind.atomic
  var patch = Schema.PatchStrategy()
  var isAtomic = false

  init(_ text: Substring) {
    var rest = text
    while let mark = rest.popFirst() {
      let end = rest.firstIndex { "=~^%@".contains($0) } ?? rest.endIndex
      let argument = rest[..<end]
      rest = rest[end...]
      switch mark {
      case "=":
        listKind =
          argument == "*" ? .set : .map(keys: argument.split(separator: ",").map(String.init))
      case "~":
        patch.merges = true
        patch.mergeKey = argument.isEmpty ? nil : String(argument)
      case "^": patch.retainsKeys = true
      case "%": patch.replaces = true
      case "@": isAtomic = true
      default: preconditionFailure("mark `\(mark)` is unknown")
      }
    }
  }
}
