public import Diagnostics
public import Documents

/// Checks the text of a value that has a named format.
///
/// - Returns: What is wrong, without a place; `nil` for good text.
public typealias FormatCheck = @Sendable (_ text: String) -> FormatMistake?

/// What is wrong with a formatted text, and under which code it is reported.
public struct FormatMistake: Hashable, Sendable {
  public var code: DiagnosticCode
  public var message: String
  public var hint: String?

  public init(_ code: DiagnosticCode, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}

extension Schema {
  /// Everything about `node` that the schema forbids, in no particular order.
  ///
  /// - Parameters:
  ///   - formats: By the names that the schema's `format` uses; unknown formats are not checked.
  ///   - isDamaged: Whether parts of the document could not be read: then nothing is missing.
  public func validate(
    _ node: DocumentNode, formats: [String: FormatCheck] = [:], isDamaged: Bool = false
  ) -> [Diagnostic] {
    var validator = SchemaValidator(schema: self, formats: formats, isDamaged: isDamaged)
    validator.validate(ValidatedPlace(node: node), against: root)
    return validator.findings
  }
}

/// A value, how messages call it, and where they point when it lacks something.
struct ValidatedPlace {
  var node: DocumentNode
  /// `nil` for the document itself.
  var name: String?
  var owner: SourceSpan

  init(node: DocumentNode) {
    self.node = node
    owner = node.firstSpan
  }

  init(_ entry: DocumentEntry) {
    node = entry.value
    name = entry.key
    owner = entry.keySpan
  }

  init(_ element: DocumentNode, index: Int, of list: ValidatedPlace) {
    node = element
    name = "\(list.name ?? "")[\(index)]"
    owner = element.firstSpan
  }

  /// The subject of a sentence about the value.
  var subject: String { name.map { "`\($0)`" } ?? "The document" }
}

struct SchemaValidator {
  let schema: Schema
  let formats: [String: FormatCheck]
  let isDamaged: Bool
  var findings: [Diagnostic] = []

  init(schema: Schema, formats: [String: FormatCheck], isDamaged: Bool) {
    self.schema = schema
    self.formats = formats
    self.isDamaged = isDamaged
  }

  mutating func validate(_ place: ValidatedPlace, against index: Int) {
    let node = schema.nodes[index]
    if let reference = node.reference { return validate(place, against: reference) }
    if node.isNever {
      report(.conflictingFields, "\(place.subject) is not allowed here", at: place.owner)
      return
    }
    guard checkType(of: place, node) else { return }
    switch place.node.content {
    case .scalar(let scalar): check(scalar, place, node)
    case .sequence(let elements): check(elements, place, node)
    case .mapping(let entries): check(entries, place, node)
    }
    checkCombinations(place, node)
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, notes: [Diagnostic.Note] = [],
    hint: String? = nil
  ) {
    findings.append(Diagnostic(code, message, at: span, notes: notes, hint: hint))
  }

  /// What a value that fails against one schema is worth: used to choose among branches.
  func findings(of place: ValidatedPlace, against index: Int) -> [Diagnostic] {
    var inner = SchemaValidator(schema: schema, formats: formats, isDamaged: isDamaged)
    inner.validate(place, against: index)
    return inner.findings
  }

  private mutating func checkType(of place: ValidatedPlace, _ node: SchemaNode) -> Bool {
    let types = node.types
    if types.isEmpty || types.contains(where: { $0.matches(place.node) }) { return true }
    let wanted = types.map(\.words).joined(separator: " or ")
    if types.contains(.boolean), let scalar = place.node.scalar, scalar.isYAML11Boolean {
      let meant = ["y", "yes", "on"].contains(scalar.text.lowercased())
      report(
        .ambiguousScalar,
        "`\(scalar.text)` is text in YAML 1.2, and \(place.subject) must be \(wanted)",
        at: place.node.span, hint: "write `\(meant)`")
      return false
    }
    let isNumberLike = place.node.scalar.map { $0.style == .plain && !$0.value.isNull } ?? false
    report(
      .wrongType,
      "\(place.subject) must be \(wanted), not \(JSONType.words(for: place.node))",
      at: place.node.firstSpan,
      hint: types.contains(.string) && isNumberLike ? "put quotes around it" : nil)
    return false
  }
}
