public import Diagnostics
public import Documents
import Schemas

/// Plans read from files, with everything there is to say about them.
public struct LoadedPlans: Sendable {
  /// Objects without mistakes of their own; complete when the report is valid.
  public var plans: PlanSet
  public var report: ValidationReport

  public init(plans: PlanSet, report: ValidationReport) {
    self.plans = plans
    self.report = report
  }
}

extension PlanSet {
  /// Checks documents against their schemas, reads them and judges them together.
  ///
  /// All mistakes are reported at once: one in a document hides none in the others, and a reference
  /// to an object that has mistakes is not a second mistake.
  ///
  /// - Parameter zones: Knows the time zones; without it only the form of a zone's name is checked.
  public static func load(_ files: [DocumentFile], zones: TimeZoneLookup? = nil) -> LoadedPlans {
    var loader = PlanLoader(zones: zones)
    for file in files { loader.read(file) }
    return loader.finish(files: files.map(\.source))
  }
}

/// Reads one document after the other, then lets the rules look at all of them.
private struct PlanLoader {
  private let formats: [String: FormatCheck]
  private var findings = DiagnosticBag()
  private var plans = PlanSet()
  private var declared = DeclaredDocuments()
  private var objectCount = 0

  init(zones: TimeZoneLookup?) { formats = PlanFormats.checks(zones: zones) }

  mutating func read(_ file: DocumentFile) {
    findings.add(file.findings)
    for document in file.documents where !document.root.isEmpty {
      objectCount += 1
      read(document)
    }
  }

  private mutating func read(_ document: Document) {
    let root = document.root
    guard let kind = kind(of: document) else { return }
    let mistakes =
      PlanSchemas.schema(of: kind)?
      .validate(root, formats: formats, isDamaged: document.isDamaged) ?? []
    for mistake in mistakes where document.isReadable(at: mistake.span) { findings.add(mistake) }
    let isSound = !mistakes.contains { $0.severity == .error } && !document.isDamaged
    guard declare(root, kind, isSound: isSound), isSound else { return }
    var rules = DocumentRules(root: root, kind: kind)
    rules.check()
    for finding in rules.findings { findings.add(finding) }
    guard !rules.preventsDecoding else { return }
    do throws(DecodingMistake) {
      try decode(root, kind)
    } catch {
      findings.add(error.diagnostic)
    }
  }

  /// The kind that a document says it is of, where there is such a kind.
  private mutating func kind(of document: Document) -> PlanKind? {
    let root = document.root
    guard root.entries != nil else {
      findings.add(Diagnostic(.wrongType, "A document must be a mapping", at: root.firstSpan))
      return nil
    }
    if let version = root["apiVersion"], version.stringValue != PlanLoader.apiVersion {
      findings.add(
        Diagnostic(
          .unknownKind, "`apiVersion` must be `\(PlanLoader.apiVersion)`",
          at: version.firstSpan))
      return nil
    }
    guard let name = root["kind"] else {
      if !document.isDamaged {
        findings.add(Diagnostic(.missingField, "The document has no `kind`", at: root.firstSpan))
      }
      return nil
    }
    if let kind = PlanKind(rawValue: name.stringValue ?? "") { return kind }
    let names = PlanKind.allCases.map(\.rawValue)
    let text = name.scalar?.text ?? ""
    findings.add(
      Diagnostic(
        .unknownKind, "There is no kind `\(text)`", at: name.firstSpan,
        hint: Spelling.closest(to: text, among: names).map { "did you mean `\($0)`?" }
          ?? "kinds are \(Spelling.list(names, word: "and"))"))
    return nil
  }

  private static let apiVersion = "oadp-plan.dev/v1alpha1"

  /// Remembers that the object exists; `false` where another has its name.
  private mutating func declare(_ root: DocumentNode, _ kind: PlanKind, isSound: Bool) -> Bool {
    guard let name = root["metadata"]?["name"]?.stringValue else { return false }
    let namespace = kind.isNamespaced ? root["metadata"]?["namespace"]?.stringValue : nil
    let key = ObjectKey(namespace: namespace, name: name)
    let isProject = kind == .project
    let first = isProject ? declared.only(kind) : declared.document(kind, key)
    guard let first else {
      declared.add(root, kind, key, isSound: isSound)
      return true
    }
    let message =
      isProject ? "There is more than one Project" : "\(kind.rawValue) `\(key)` is declared twice"
    findings.add(
      Diagnostic(
        .duplicateName, message, at: root.span(at: ["metadata", "name"]),
        notes: [
          Diagnostic.Note("First declared here", at: first.span(at: ["metadata", "name"]))
        ],
        hint: "rename or remove one of the two"))
    return false
  }

  private mutating func decode(_ root: DocumentNode, _ kind: PlanKind) throws(DecodingMistake) {
    switch kind {
    case .project: plans.project = try Project(decoding: root)
    case .storageLocation: plans.storageLocations.append(try StorageLocation(decoding: root))
    case .repository: plans.repositories.append(try Repository(decoding: root))
    case .hookBlueprint: plans.blueprints.append(try HookBlueprint(decoding: root))
    case .protectionPolicy: plans.policies.append(try ProtectionPolicy(decoding: root))
    case .protectionPlan: plans.protectionPlans.append(try ProtectionPlan(decoding: root))
    case .restorePlan: plans.restorePlans.append(try RestorePlan(decoding: root))
    }
  }

  consuming func finish(files: [SourceFile]) -> LoadedPlans {
    let sorted = PlanSet(
      project: plans.project, storageLocations: plans.storageLocations,
      repositories: plans.repositories, blueprints: plans.blueprints, policies: plans.policies,
      protectionPlans: plans.protectionPlans, restorePlans: plans.restorePlans)
    var context = RuleContext(plans: sorted, declared: declared)
    context.checkEverything()
    findings.add(context.findings)
    return LoadedPlans(
      plans: sorted,
      report: ValidationReport(files: files, objectCount: objectCount, findings: findings))
  }
}

extension Document {
  /// Whether a syntax error lets us believe what stands at a place.
  fileprivate func isReadable(at span: SourceSpan) -> Bool {
    isReadableUntil.map { span.start.line < $0.line } ?? true
  }
}

extension DocumentNode {
  /// Whether the document holds nothing, as after a `---` at the end of a file.
  fileprivate var isEmpty: Bool { scalar?.value.isNull ?? false }
}

/// All documents that name an object, good or bad.
struct DeclaredDocuments {
  private var documents: [PlanKind: [ObjectKey: DocumentNode]] = [:]
  private var unsound: [PlanKind: Set<ObjectKey>] = [:]

  mutating func add(_ root: DocumentNode, _ kind: PlanKind, _ key: ObjectKey, isSound: Bool) {
    documents[kind, default: [:]][key] = root
    if !isSound { unsound[kind, default: []].insert(key) }
  }

  func document(_ kind: PlanKind, _ key: ObjectKey) -> DocumentNode? { documents[kind]?[key] }

  /// Whether the object was read without mistakes.
  func isSound(_ kind: PlanKind, _ key: ObjectKey) -> Bool {
    documents[kind]?[key] != nil && unsound[kind]?.contains(key) != true
  }

  func only(_ kind: PlanKind) -> DocumentNode? { documents[kind]?.values.first }

  func names(_ kind: PlanKind) -> [String] {
    (documents[kind] ?? [:]).keys.sorted().map(\.description)
  }
}
