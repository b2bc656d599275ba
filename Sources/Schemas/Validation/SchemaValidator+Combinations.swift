import Diagnostics
import Documents

extension SchemaNode {
  /// Whether what fits is said by other schemas.
  var isCombination: Bool { !allOf.isEmpty || !anyOf.isEmpty || !oneOf.isEmpty }
}

extension SchemaValidator {
  mutating func checkCombinations(_ place: ValidatedPlace, _ node: SchemaNode) {
    for index in node.allOf { validate(place, against: index) }
    if !node.anyOf.isEmpty { checkBranches(node.anyOf, place, isExclusive: false) }
    if !node.oneOf.isEmpty { checkBranches(node.oneOf, place, isExclusive: true) }
    if let not = node.not, findings(of: place, against: not).isEmpty {
      let fields = schema.nodes[not].required
      let message =
        fields.isEmpty
        ? "\(place.subject) is not allowed here"
        : "\(Spelling.list(fields, word: "and")) exclude each other"
      report(.conflictingFields, message, at: place.owner)
    }
    if let condition = node.condition {
      let fits = findings(of: place, against: condition.test).isEmpty
      if let branch = fits ? condition.then : condition.otherwise {
        validate(place, against: branch)
      }
    }
  }

  private mutating func checkBranches(
    _ branches: [Int], _ place: ValidatedPlace, isExclusive: Bool
  ) {
    if let choices = requiredAlternatives(branches), place.node.entries != nil {
      return checkAlternatives(choices, place, isExclusive: isExclusive)
    }
    let results = branches.map { findings(of: place, against: $0) }
    let fitting = results.count { $0.isEmpty }
    if fitting == 1 || fitting > 1 && !isExclusive { return }
    if fitting > 1 {
      report(.conflictingFields, "\(place.subject) can be read in two ways", at: place.owner)
      return
    }
    if results.allSatisfy({ $0.first?.code == .wrongType && $0.count == 1 }),
      reportTypes(of: branches, place)
    {
      return
    }
    let best = results.indices.min { (cost(results[$0]), $0) < (cost(results[$1]), $1) }
    if let best { findings += results[best] }
  }

  /// How far a value is from a branch. The wrong type or another discriminator means that another
  /// branch was meant, whatever else fits.
  private func cost(_ findings: [Diagnostic]) -> Int {
    findings.reduce(0) { cost, finding in
      switch finding.code {
      case .wrongType: cost + 50
      case .unknownValue: cost + 100
      case .unknownField, .missingField: cost + 10
      default: cost + 1
      }
    }
  }

  private mutating func reportTypes(of branches: [Int], _ place: ValidatedPlace) -> Bool {
    let types = branches.flatMap { schema.nodes[$0].types }
    guard types.allSatisfy({ !$0.matches(place.node) }), !types.isEmpty else { return false }
    let wanted = types.map(\.words).joined(separator: " or ")
    report(
      .wrongType, "\(place.subject) must be \(wanted), not \(JSONType.words(for: place.node))",
      at: place.node.firstSpan)
    return true
  }

  /// The fields of branches that say nothing but which one field is required.
  private func requiredAlternatives(_ branches: [Int]) -> [String]? {
    var fields: [String] = []
    for branch in branches {
      let node = schema.nodes[branch]
      guard node.required.count == 1, node.properties.isEmpty, node.types.isEmpty,
        node.reference == nil, node.not == nil, !node.isCombination
      else { return nil }
      fields += node.required
    }
    return fields
  }

  private mutating func checkAlternatives(
    _ choices: [String], _ place: ValidatedPlace, isExclusive: Bool
  ) {
    let given = place.node.entries?.filter { choices.contains($0.key) } ?? []
    if given.isEmpty {
      guard !isDamaged else { return }
      report(
        .missingField, "\(place.subject) needs one of \(Spelling.list(choices))", at: place.owner)
    } else if given.count > 1, isExclusive {
      let names = given.map(\.key)
      report(
        .conflictingFields, "\(Spelling.list(names, word: "and")) exclude each other",
        at: given[1].keySpan, notes: [Diagnostic.Note("The other one", at: given[0].keySpan)],
        hint: "keep one of them")
    }
  }
}
