import Diagnostics
import Documents

extension RuleContext {
  /// Every `$(params.NAME)` in a blueprint names one of its parameters.
  mutating func checkTemplates(of blueprint: HookBlueprint) {
    guard let document = declared.document(.hookBlueprint, blueprint.key),
      let spec = document["spec"]
    else { return }
    let names = blueprint.params.map(\.name)
    for (text, span) in spec.texts {
      for name in ParameterTemplate(text).parameters where !names.contains(name) {
        report(.invalidParameter, "There is no parameter `\(name)`", at: span)
      }
    }
  }

  mutating func checkDefaults(of blueprint: HookBlueprint) {
    for (index, parameter) in blueprint.params.enumerated() {
      guard let value = parameter.defaultValue, !parameter.kind.accepts(value) else { continue }
      report(
        .invalidParameter,
        "The default of `\(parameter.name)` is no value of type \(parameter.kind.rawValue)",
        in: blueprint, at: ["spec", "params", .index(index), "default"],
        hint: parameter.kind.hint)
    }
  }

  /// The values that a plan gives to a blueprint.
  mutating func check(_ use: HookUse, index: Int, in plan: ProtectionPlan) {
    let path: DocumentPath = ["spec", "hooks", .index(index)]
    resolve(
      .hookBlueprint, ObjectKey(name: use.blueprint), in: plan, at: path + ["use", "name"],
      code: .unknownStep)
    for (name, value) in use.params.sorted(by: { $0.key < $1.key }) {
      if case .command(let words) = value {
        checkOneShot(words, in: plan, at: path + ["params", .key(name)])
      }
    }
    guard let blueprint = plans.blueprint(named: use.blueprint) else { return }
    checkParameters(of: use, for: blueprint, at: path, in: plan)
    checkNamespace(of: blueprint, at: path + ["use", "name"], in: plan)
    let volumes = plan.volumes.map(\.name)
    for volume in blueprint.volumeNames where !volumes.contains(volume) && !volumes.isEmpty {
      report(
        .unresolvedReference,
        "Blueprint `\(use.blueprint)` needs a volume `\(volume)` that the plan does not have",
        in: plan, at: path + ["use", "name"],
        notes: [Diagnostic.Note("The blueprint", at: span(in: blueprint, at: ["spec", "cuts"]))],
        hint: "name one of the plan's volumes `\(volume)`")
    }
  }

  private mutating func checkParameters(
    of use: HookUse, for blueprint: HookBlueprint, at path: DocumentPath, in plan: ProtectionPlan
  ) {
    let names = blueprint.params.map(\.name)
    for (name, value) in use.params.sorted(by: { $0.key < $1.key }) {
      let place = path + ["params", .key(name)]
      guard let parameter = blueprint.params.first(where: { $0.name == name }) else {
        resolve(
          name, among: names, called: "parameter", in: plan, at: place, code: .invalidParameter)
        continue
      }
      guard !parameter.kind.accepts(value) else { continue }
      report(
        .invalidParameter, "Parameter `\(name)` is of type \(parameter.kind.rawValue)", in: plan,
        at: place, hint: parameter.kind.hint)
    }
    for parameter in blueprint.params
    where parameter.isRequired && parameter.defaultValue == nil && use.params[parameter.name] == nil
    {
      report(
        .invalidParameter, "Blueprint `\(use.blueprint)` needs the parameter `\(parameter.name)`",
        in: plan, at: path + ["use", "name"],
        hint: "add `params: {\(parameter.name): …}`")
    }
  }

  private mutating func checkNamespace(
    of blueprint: HookBlueprint, at path: DocumentPath, in plan: ProtectionPlan
  ) {
    guard case .names(let names) = blueprint.usage.allowedNamespaces,
      let namespace = plan.metadata.namespace, !names.contains(namespace)
    else { return }
    report(
      .invalidValue, "Blueprint `\(blueprint.key)` is not for namespace `\(namespace)`", in: plan,
      at: path)
  }

  private mutating func report(_ code: DiagnosticCode, _ message: String, at span: SourceSpan) {
    add(Diagnostic(code, message, at: span, hint: "declare it under `params:`"))
  }
}

extension HookParameter.Kind {
  func accepts(_ value: ParameterValue) -> Bool {
    switch (self, value) {
    case (.command, .command(let words)): !words.isEmpty
    case (.command, .text), (_, .command): false
    case (.integer, .text(let text)): Int(text) != nil
    case (.path, .text(let text)): text.hasPrefix("/")
    case (.string, .text): true
    }
  }

  var hint: String {
    switch self {
    case .string: "write text"
    case .integer: "write a whole number"
    case .path: "write an absolute path"
    case .command: "write a list of words"
    }
  }
}

extension DocumentNode {
  /// All text below this value, with its place.
  fileprivate var texts: [(String, SourceSpan)] {
    switch content {
    case .scalar(let scalar): scalar.value.stringValue.map { [($0, span)] } ?? []
    case .sequence(let elements): elements.flatMap(\.texts)
    case .mapping(let entries): entries.flatMap(\.value.texts)
    }
  }
}
