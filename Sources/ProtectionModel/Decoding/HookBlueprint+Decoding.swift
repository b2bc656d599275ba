import Documents

extension HookBlueprint: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    self.init(
      metadata: try node.fields.required("metadata"), source: node.span,
      usage: try spec.value("usage", default: Usage()), params: try spec.list("params"),
      target: try spec.value("target", default: HookTarget()),
      requires: try spec.value("requires", default: HookRequirements()),
      quiesce: try Self.quiesce(spec), cuts: try spec.list("cuts"),
      consistency: try spec.optional("consistency"), restore: try spec.list("restore"))
  }

  private static func quiesce(_ spec: Fields) throws(DecodingMistake) -> Quiesce? {
    if let session: HookSession = try spec.optional("session") { return .session(session) }
    guard spec.has("freeze") || spec.has("thaw") else { return nil }
    return .freeze(try FreezeThaw(decoding: spec.node))
  }
}

extension HookBlueprint.Usage: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let allowed = node.fields.inner("allowedNamespaces")
    switch try allowed.value("from", default: "All") {
    case "Names": self.init(allowedNamespaces: .names(try allowed.list("names")))
    case "Selector":
      let labels = try allowed.inner("selector").map("matchLabels")
      self.init(allowedNamespaces: .matching(labels: labels))
    default: self.init()
    }
  }
}

extension HookParameter.Kind: DocumentDecodable {}

extension HookParameter: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), kind: try fields.required("type"),
      isRequired: try fields.value("required", default: false),
      defaultValue: try fields.optional("default"),
      description: try fields.optional("description"))
  }
}

extension ParameterValue: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    if node.elements != nil {
      self = .command(try [String](decoding: node))
    } else {
      self = .text(node.scalar?.text ?? "")
    }
  }
}

extension HookTarget: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(container: try fields.optional("container"))
    switch try fields.value("pick", default: "One") {
    case "Primary": pick = .primary(probe: try fields.required("primaryProbe"))
    case "AllMounting": pick = .allMounting
    default: pick = .one
    }
  }
}

extension HookTarget.PrimaryProbe: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      exec: try fields.required("exec"), equals: try fields.required("equals"),
      timeout: try fields.value("timeout", default: .seconds(10)))
  }
}

extension HookRequirements: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      filesystems: try fields.list("filesystems"), capability: try fields.optional("capability"),
      notDrivers: try fields.list("notDrivers"))
  }
}

/// Words, or one word that is a parameter of type Command.
struct CommandTemplate: DocumentDecodable {
  let words: [String]

  init(decoding node: DocumentNode) throws(DecodingMistake) {
    words = try node.elements == nil ? [String(decoding: node)] : [String](decoding: node)
  }
}

extension HookSession.OnLost: DocumentDecodable {}

extension HookSession: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    let command: CommandTemplate = try fields.required("command")
    self.init(
      command: command.words, onLost: try fields.required("onLost"),
      maxOpen: try fields.required("maxOpen"), steps: try fields.list("steps"))
  }
}

extension SessionStep: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), isGuard: try fields.value("guard", default: false),
      send: try fields.required("send"), expect: try fields.optional("expect"),
      timeout: try fields.required("timeout"), capture: try fields.optional("capture"))
  }
}

extension SessionStep.Capture.Decoding: DocumentDecodable {}

extension SessionStep.Capture: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      group: try fields.value("group", default: 0),
      decode: try fields.value("decode", default: .plain),
      artifact: try fields.required("artifact"))
  }
}

extension FreezeThaw.Deadman: DocumentDecodable {}

extension FreezeThaw: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      freeze: try fields.required("freeze"), thaw: try fields.required("thaw"),
      maxFreeze: try fields.optional("maxFreeze"),
      deadman: try fields.value("deadman", default: .auto))
  }
}

extension ExecHook: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let command: CommandTemplate = try node.fields.required("exec")
    self.init(exec: command.words, timeout: try node.fields.required("timeout"))
  }
}

extension Thaw: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      exec: try ExecHook(decoding: node),
      isIdempotent: try fields.value("idempotent", default: false),
      tolerate: try fields.list("tolerate"), retry: try fields.optional("retry"),
      probe: try fields.optional("probe"))
  }
}

extension Thaw.Retry: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(every: try fields.required("every"), total: try fields.required("for"))
  }
}

extension CutRule: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    let volumes: [String] = try fields.list("volumes")
    if let between: [String] = try fields.optional("between"), between.count == 2 {
      self.init(volumes: volumes, moment: .between(between[0], between[1]))
    } else if let step: String = try fields.optional("after") {
      self.init(volumes: volumes, moment: .after(step))
    } else {
      self.init(volumes: volumes, moment: .before(try fields.required("before")))
    }
  }
}

extension RestoreArtifact.Moment: DocumentDecodable {}

extension RestoreArtifact: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let write = node.fields.inner("writeArtifact")
    self.init(
      name: try node.fields.required("name"),
      before: try node.fields.value("before", default: .start),
      artifact: try write.required("artifact"), volume: try write.required("volume"),
      path: try write.required("path"))
  }
}
