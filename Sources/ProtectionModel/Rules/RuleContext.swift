import Diagnostics
import Documents
import Schemas

/// What rules look at: the objects, and the documents that they were read from.
struct RuleContext {
  let plans: PlanSet
  let declared: DeclaredDocuments
  private(set) var findings = DiagnosticBag()

  init(plans: PlanSet, declared: DeclaredDocuments) {
    self.plans = plans
    self.declared = declared
  }

  /// Every rule, in the order of the objects.
  mutating func checkEverything() {
    if let project = plans.project { check(project) }
    for repository in plans.repositories { check(repository) }
    for blueprint in plans.blueprints { check(blueprint) }
    for policy in plans.policies { check(policy) }
    for plan in plans.protectionPlans { check(plan) }
    for restore in plans.restorePlans { check(restore) }
    checkOverlaps()
    checkCrowdedMinutes()
    checkRepositories()
  }

  /// Adds a finding at a value of an object's document.
  mutating func report<Object: DeclaredObject>(
    _ code: DiagnosticCode, _ message: String, in object: Object, at path: DocumentPath,
    severity: Severity? = nil, label: String? = nil, notes: [Diagnostic.Note] = [],
    hint: String? = nil
  ) {
    let span = span(in: object, at: path)
    findings.add(
      Diagnostic(
        code, message, at: span, severity: severity, label: label, notes: notes, hint: hint))
  }

  mutating func add(_ diagnostic: Diagnostic) { findings.add(diagnostic) }

  func span<Object: DeclaredObject>(in object: Object, at path: DocumentPath) -> SourceSpan {
    declared.document(Object.kind, object.key)?.span(at: path) ?? object.source
  }

  func has<Object: DeclaredObject>(_ path: DocumentPath, in object: Object) -> Bool {
    declared.document(Object.kind, object.key)?.node(at: path) != nil
  }

  /// Reports a reference to an object that no document declares.
  mutating func resolve<Object: DeclaredObject>(
    _ kind: PlanKind, _ key: ObjectKey, in object: Object, at path: DocumentPath,
    code: DiagnosticCode = .unresolvedReference
  ) {
    guard declared.document(kind, key) == nil else { return }
    let names = declared.names(kind)
    report(
      code, "There is no \(kind.rawValue) `\(key)`", in: object, at: path,
      hint: guess(key.description, among: names) ?? "declare it, or validate its file too")
  }

  /// Reports a name that is none of a list's.
  mutating func resolve<Object: DeclaredObject>(
    _ name: String, among names: [String], called noun: String, in object: Object,
    at path: DocumentPath, code: DiagnosticCode = .unresolvedReference
  ) {
    guard !names.contains(name) else { return }
    report(
      code, "There is no \(noun) `\(name)`", in: object, at: path,
      hint: guess(name, among: names)
        ?? (names.isEmpty
          ? nil : "there \(names.count == 1 ? "is" : "are") \(Spelling.list(names, word: "and"))"))
  }

  private func guess(_ name: String, among names: [String]) -> String? {
    Spelling.closest(to: name, among: names).map { "did you mean `\($0)`?" }
  }
}
