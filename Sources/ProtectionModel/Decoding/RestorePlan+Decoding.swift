import Documents

extension RestorePlan: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    let metadata: Metadata = try node.fields.required("metadata")
    var origin: RestoreOrigin = try spec.required("source")
    origin.planRef.namespace = origin.planRef.namespace ?? metadata.namespace
    self.init(
      metadata: metadata, source: node.span, origin: origin,
      target: try spec.required("target"), map: try spec.value("map", default: RestoreMapping()),
      existing: try spec.value("existing", default: ExistingObjects()),
      resources: try spec.value("resources", default: RestoreResources()),
      safety: try spec.value("safety", default: RestoreSafety()), order: try spec.list("order"),
      hooks: try spec.list("hooks"), checks: try spec.list("checks"),
      objectives: try spec.value("objectives", default: Objectives()))
  }
}

extension RestoreOrigin: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    let plan = fields.inner("planRef")
    let point = fields.inner("point")
    let require = point.inner("require")
    self.init(
      planRef: ObjectKey(
        namespace: try plan.optional("namespace"), name: try plan.required("name")),
      point: try fields.value("point", default: .latest), maxLoss: try point.optional("maxLoss"),
      requiredConsistency: try require.optional("consistency"),
      requiresVerified: try require.value("verified", default: false),
      copy: try fields.optional("copy"))
  }
}

extension RestoreOrigin.Point: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    if let instant: Timestamp = try fields.optional("asOf") {
      self = .asOf(instant)
    } else if let name: String = try fields.optional("name") {
      self = .named(name)
    } else {
      self = .latest
    }
  }
}

extension RestoreTarget: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      cluster: try fields.optional("cluster"), namespace: try fields.required("namespace"),
      createNamespace: try fields.value("createNamespace", default: false))
  }
}

extension RestoreMapping: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      namespaces: try fields.map("namespaces"), storageClasses: try fields.map("storageClasses"),
      volumes: try fields.list("volumes"), images: try fields.map("images"))
  }
}

extension RestoreMapping.AccessMode: DocumentDecodable {}

extension RestoreMapping.Volume: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), storageClass: try fields.optional("storageClass"),
      size: try fields.optional("size"), accessModes: try fields.list("accessModes"))
  }
}

extension ExistingObjects.Volumes: DocumentDecodable {}
extension ExistingObjects.Resources: DocumentDecodable {}

extension ExistingObjects: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      volumes: try fields.value("volumes", default: .fail),
      resources: try fields.value("resources", default: .skip))
  }
}

extension RestoreResources: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      include: try fields.list("include"), exclude: try fields.list("exclude"),
      transforms: try fields.list("transforms"))
  }
}

extension RestoreResources.Transform: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let match = node.fields.inner("match")
    self.init(
      kind: try match.required("kind"), name: try match.optional("name"),
      jsonPatch: node.fields["jsonPatch"]?.json ?? .array([]))
  }
}

extension RestoreSafety.PauseGitOps: DocumentDecodable {}
extension RestoreSafety.ScaleDown: DocumentDecodable {}

extension RestoreSafety: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      pauseGitOps: try fields.value("pauseGitOps", default: .auto),
      scaleDown: try fields.value("scaleDown", default: .never),
      snapshotBefore: try fields.value("snapshotBefore", default: false))
  }
}

extension RestoreStage: DocumentDecodable {}

extension ExecTarget: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      kind: try fields.required("kind"), name: try fields.required("name"),
      container: try fields.optional("container"))
  }
}

extension RestoreHook: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), target: try fields.required("target"),
      command: try fields.required("command"), timeout: try fields.required("timeout"))
  }
}

extension RestoreCheck: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    let exec = fields.inner("exec")
    self.init(
      name: try fields.required("name"), target: try exec.required("target"),
      command: try exec.required("command"), expect: try fields.optional("expect"),
      timeout: try fields.required("timeout"))
  }
}
