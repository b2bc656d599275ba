import Diagnostics
import Documents

extension SchemaValidator {
  mutating func check(_ elements: [DocumentNode], _ place: ValidatedPlace, _ node: SchemaNode) {
    if elements.count < node.countOfItems.lowerBound {
      let least = node.countOfItems.lowerBound
      report(
        elements.isEmpty ? .missingField : .invalidValue,
        elements.isEmpty
          ? "\(place.subject) is empty" : "\(place.subject) needs at least \(least) items",
        at: place.owner)
    } else if elements.count > node.countOfItems.upperBound {
      report(
        .boundExceeded, "\(place.subject) has more than \(node.countOfItems.upperBound) items",
        at: place.owner)
      return
    }
    if let items = node.items {
      for (index, element) in elements.enumerated() {
        validate(ValidatedPlace(element, index: index, of: place), against: items)
      }
    }
    if node.hasUniqueItems { checkUnique(elements, place) }
    if let contains = node.contains {
      let fits = elements.enumerated().contains { index, element in
        findings(of: ValidatedPlace(element, index: index, of: place), against: contains).isEmpty
      }
      if !fits { report(.invalidValue, "\(place.subject) lacks an item it needs", at: place.owner) }
    }
  }

  private mutating func checkUnique(_ elements: [DocumentNode], _ place: ValidatedPlace) {
    var seen: [JSONValue: SourceSpan] = [:]
    for element in elements {
      if let first = seen[element.json] {
        report(
          .duplicateName, "\(place.subject) holds one item twice", at: element.firstSpan,
          notes: [Diagnostic.Note("First given here", at: first)])
      } else {
        seen[element.json] = element.firstSpan
      }
    }
  }

  mutating func check(_ entries: [DocumentEntry], _ place: ValidatedPlace, _ node: SchemaNode) {
    if !isDamaged {
      for name in node.required where !entries.contains(where: { $0.key == name }) {
        reportMissing(name, place, node)
      }
      if entries.count < node.countOfProperties.lowerBound {
        report(.missingField, "\(place.subject) is empty", at: place.owner)
      }
    }
    if entries.count > node.countOfProperties.upperBound {
      report(
        .boundExceeded,
        "\(place.subject) has more than \(node.countOfProperties.upperBound) fields",
        at: place.owner)
    }
    for entry in entries { check(entry, place, node) }
  }

  private mutating func reportMissing(_ name: String, _ place: ValidatedPlace, _ node: SchemaNode) {
    let message =
      place.name == nil
      ? "The document has no `\(name)`" : "\(place.subject) has no field `\(name)`"
    let field = node.properties[name].flatMap { resolve($0).description }
    report(
      .missingField, message, at: place.owner,
      hint: field.map { "`\(name)`: \($0)" } ?? "add `\(name)`")
  }

  private func resolve(_ index: Int) -> SchemaNode {
    var node = schema.nodes[index]
    for _ in 0..<schema.nodes.count {
      guard let reference = node.reference else { break }
      node = schema.nodes[reference]
    }
    return node
  }

  private mutating func check(_ entry: DocumentEntry, _ place: ValidatedPlace, _ node: SchemaNode) {
    if let names = node.propertyNames {
      let key = DocumentScalar(text: entry.key, style: .quoted)
      var name = ValidatedPlace(node: DocumentNode(.scalar(key), span: entry.keySpan))
      name.name = entry.key
      validate(name, against: names)
    }
    var isKnown = false
    if let property = node.properties[entry.key] {
      isKnown = true
      validate(ValidatedPlace(entry), against: property)
    }
    for (pattern, inner) in node.patternProperties where pattern.matches(entry.key) {
      isKnown = true
      validate(ValidatedPlace(entry), against: inner)
    }
    guard !isKnown else { return }
    switch node.additionalProperties {
    case .anything: break
    case .schema(let inner): validate(ValidatedPlace(entry), against: inner)
    case .nothing: reportUnknown(entry, place, node)
    }
  }

  private mutating func reportUnknown(
    _ entry: DocumentEntry, _ place: ValidatedPlace, _ node: SchemaNode
  ) {
    let owner = place.name.map { " in `\($0)`" } ?? ""
    let guess = Spelling.closest(to: entry.key, among: node.propertyOrder)
    report(
      .unknownField, "Unknown field `\(entry.key)`\(owner)", at: entry.keySpan,
      hint: guess.map { "did you mean `\($0)`?" }
        ?? "known fields are \(Spelling.list(node.propertyOrder, word: "and"))")
  }
}
