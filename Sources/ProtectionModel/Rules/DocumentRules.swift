import Diagnostics
import Documents
import Schemas

/// Rules that need one document only, looked at before it is decoded.
struct DocumentRules {
  let root: DocumentNode
  let kind: PlanKind
  private(set) var findings: [Diagnostic] = []
  /// Whether the document lacks something that its type cannot do without.
  private(set) var preventsDecoding = false

  init(root: DocumentNode, kind: PlanKind) {
    self.root = root
    self.kind = kind
  }

  mutating func check() {
    for path in kind.namedLists { checkNames(in: path) }
    if kind == .hookBlueprint { checkPairs() }
    checkSecrets(in: root, key: nil)
  }

  private mutating func checkNames(in path: DocumentPath) {
    var places: [String: SourceSpan] = [:]
    for element in root.node(at: path)?.elements ?? [] {
      guard let node = element["name"], let name = node.stringValue else { continue }
      if let first = places[name] {
        findings.append(
          Diagnostic(
            .duplicateName, "Two items of `\(path)` are called `\(name)`", at: node.span,
            notes: [Diagnostic.Note("First given here", at: first)],
            hint: "rename or remove one of the two"))
      } else {
        places[name] = node.span
      }
    }
  }

  /// A freeze needs its thaw, and the other way round.
  private mutating func checkPairs() {
    guard let spec = root["spec"] else { return }
    if let freeze = spec.entry("freeze"), spec["thaw"] == nil {
      preventsDecoding = true
      findings.append(
        Diagnostic(
          .freezeWithoutThaw, "The blueprint freezes and never thaws", at: freeze.keySpan,
          label: "nothing undoes this", hint: "add `thaw:` beside it"))
    } else if let thaw = spec.entry("thaw"), spec["freeze"] == nil {
      preventsDecoding = true
      findings.append(
        Diagnostic(
          .missingField, "The blueprint thaws what it never froze", at: thaw.keySpan,
          hint: "add `freeze:` beside it"))
    }
    let target = spec["target"]
    if target?["pick"]?.stringValue == "Primary", target?["primaryProbe"] == nil {
      preventsDecoding = true
      findings.append(
        Diagnostic(
          .missingField, "`pick: Primary` needs a `primaryProbe`",
          at: root.span(at: ["spec", "target", "pick"]),
          hint: "add `primaryProbe: {exec: […], equals: …}` beside it"))
    }
  }

  private mutating func checkSecrets(in node: DocumentNode, key: String?) {
    switch node.content {
    case .mapping(let entries):
      for entry in entries { checkSecrets(in: entry.value, key: entry.key) }
    case .sequence(let elements):
      for element in elements { checkSecrets(in: element, key: key) }
    case .scalar:
      guard let text = node.stringValue, SecretShape.fits(text, key: key) else { return }
      findings.append(
        Diagnostic(
          .secretInPlainText, "A value that looks like a secret stands in plain text",
          at: node.span,
          hint: "put it into a Kubernetes Secret and refer to that; treat this one as leaked"))
    }
  }
}

/// What secrets look like when they are pasted into a file.
private enum SecretShape {
  static func fits(_ text: String, key: String?) -> Bool {
    if isParameterKey(key), !text.isEmpty, !text.hasPrefix("$") { return true }
    guard text.utf8.count >= 8 else { return false }
    return patterns.contains { $0.matches(text) }
  }

  /// Fields of the schema that name a Secret's key are not meant; parameters and labels are free.
  private static func isParameterKey(_ key: String?) -> Bool {
    guard let key = key?.lowercased() else { return false }
    return ["password", "passwd", "token", "secretkey", "apikey", "api_key"].contains(key)
  }

  private static let patterns: [Pattern] = [
    "AKIA[0-9A-Z]{16}",
    "-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "gh[pousr]_[A-Za-z0-9]{36}",
    "://[^/ :@]+:[^/ @$]+@",
    "(PASSWORD|PASSWD|SECRET|TOKEN|password|passwd|secret|token)=[^$ '\"]",
  ].compactMap { try? Pattern($0) }
}

extension PlanKind {
  /// Lists whose items are told apart by `name`.
  fileprivate var namedLists: [DocumentPath] {
    switch self {
    case .project: [["spec", "clusters"]]
    case .hookBlueprint: [["spec", "params"], ["spec", "session", "steps"], ["spec", "restore"]]
    case .protectionPolicy: [["spec", "copies"]]
    case .protectionPlan:
      [["spec", "volumes"], ["spec", "groups"], ["spec", "overrides", "copies"]]
    case .restorePlan: [["spec", "hooks"], ["spec", "checks"], ["spec", "map", "volumes"]]
    case .storageLocation, .repository: []
    }
  }
}
