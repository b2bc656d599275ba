import Documents

/// A label selector, as text of a query (`app=shop,tier in (db,cache),!old`) or as an object.
struct LabelSelector: Sendable, Equatable {
  enum Operator: Sendable, Equatable { case isIn, isNotIn, exists, doesNotExist }

  struct Requirement: Sendable, Equatable {
    var key: String
    var relation: Operator
    var values: [String] = []
  }

  var requirements: [Requirement] = []
  /// An absent selector, as opposed to an empty one, selects nothing.
  var selectsNothing = false

  init() {}

  /// Reads `{matchLabels, matchExpressions}`.
  init(object: JSONValue?) {
    guard let object, object.objectValue != nil else {
      selectsNothing = true
      return
    }
    let labels = object["matchLabels"]?.objectValue ?? [:]
    for key in labels.keys.sorted() {
      requirements.append(
        Requirement(key: key, relation: .isIn, values: [labels[key]?.stringValue ?? ""]))
    }
    for expression in object.list("matchExpressions") {
      let relation: Operator =
        switch expression.string("operator") {
        case "In": .isIn
        case "NotIn": .isNotIn
        case "Exists": .exists
        default: .doesNotExist
        }
      requirements.append(
        Requirement(
          key: expression.string("key") ?? "", relation: relation,
          values: expression.list("values").compactMap(\.stringValue)))
    }
  }

  init(text: String) throws(APIError) {
    for part in Self.split(text) {
      let trimmed = part.trimmed
      if trimmed.isEmpty { continue }
      guard let requirement = Self.requirement(trimmed) else {
        throw .badRequest(
          "unable to parse requirement: found '\(trimmed)', expected: in, notin, =, ==, !=")
      }
      requirements.append(requirement)
    }
  }

  /// Splits at commas outside of parentheses.
  private static func split(_ text: String) -> [Substring] {
    var depth = 0
    return text.split {
      if $0 == "(" { depth += 1 }
      if $0 == ")" { depth -= 1 }
      return $0 == "," && depth == 0
    }
  }

  private static func requirement(_ text: Substring) -> Requirement? {
    if text.first == "!" {
      return Requirement(key: String(text.dropFirst().trimmed), relation: .doesNotExist)
    }
    if let sign = text.firstIndex(of: "=") {
      let isNegated = sign > text.startIndex && text[text.index(before: sign)] == "!"
      let key = (isNegated ? text[..<text.index(before: sign)] : text[..<sign]).trimmed
      var value = text[text.index(after: sign)...]
      if value.first == "=" { value.removeFirst() }
      guard !key.isEmpty else { return nil }
      return Requirement(
        key: String(key), relation: isNegated ? .isNotIn : .isIn, values: [String(value.trimmed)])
    }
    let words = text.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return Requirement(key: String(text), relation: .exists) }
    let rest = words[1].trimmed
    for (word, relation) in [("notin", Operator.isNotIn), ("in", .isIn)]
    where rest.hasPrefix(word) {
      let list = rest.dropFirst(word.count).trimmed
      guard list.first == "(", list.last == ")" else { return nil }
      let values = list.dropFirst().dropLast().split(separator: ",").map { String($0.trimmed) }
      return Requirement(key: String(words[0]), relation: relation, values: values)
    }
    return nil
  }

  func matches(_ labels: [String: String]) -> Bool {
    guard !selectsNothing else { return false }
    return requirements.allSatisfy { requirement in
      let value = labels[requirement.key]
      return switch requirement.relation {
      case .isIn: value.map(requirement.values.contains) ?? false
      case .isNotIn: value.map { !requirement.values.contains($0) } ?? true
      case .exists: value != nil
      case .doesNotExist: value == nil
      }
    }
  }

  /// As a query writes it.
  var text: String {
    requirements.map { requirement in
      let list = "(" + requirement.values.joined(separator: ",") + ")"
      return switch requirement.relation {
      case .isIn where requirement.values.count == 1:
        "\(requirement.key)=\(requirement.values[0])"
      case .isIn: "\(requirement.key) in \(list)"
      case .isNotIn: "\(requirement.key) notin \(list)"
      case .exists: requirement.key
      case .doesNotExist: "!\(requirement.key)"
      }
    }.joined(separator: ",")
  }
}

extension Substring {
  var trimmed: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
