import Documents

extension ProtectionPlan.VolumeOwner: DocumentDecodable {}

extension ProtectionPlan: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    self.init(
      metadata: try node.fields.required("metadata"), source: node.span,
      policyRef: try spec.reference("policyRef"), select: try spec.required("select"),
      volumes: try spec.list("volumes"), groups: try spec.list("groups"),
      bracket: try spec.inner("consistency").optional("bracket"),
      onlyFrom: try spec.optional("onlyFrom"), hooks: try spec.list("hooks"),
      resources: try spec.value("resources", default: ResourceCapture()),
      copies: try spec.value("copies", default: CopyOrder()),
      overrides: try spec.value("overrides", default: PolicySettings()))
  }
}

extension WorkloadSelection: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    let claims: [ClaimName] = try fields.list("claims")
    self.init(
      workloads: try fields.list("workloads"), claims: claims.map(\.name),
      labels: try fields.map("labels"))
  }

  private struct ClaimName: DocumentDecodable {
    let name: String

    init(decoding node: DocumentNode) throws(DecodingMistake) {
      name = try node.fields.required("name")
    }
  }
}

extension WorkloadSelection.Workload.Kind: DocumentDecodable {}

extension WorkloadSelection.Workload: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    self.init(kind: try node.fields.required("kind"), name: try node.fields.required("name"))
  }
}

extension VolumeSelection: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), claim: try fields.required("claim"),
      snapshotClass: try fields.optional("class"), group: try fields.optional("group"),
      mover: try fields.value("mover", default: Mover()))
  }
}

extension VolumeSelection.Mover.Access: DocumentDecodable {}

extension VolumeSelection.Mover: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      access: try fields.value("access", default: .clone), excludes: try fields.list("excludes"),
      parallelFiles: try fields.optional("parallelFiles"))
  }
}

extension VolumeGroup.Atomicity: DocumentDecodable {}

extension VolumeGroup: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), groupClass: try fields.required("groupClass"),
      atomic: try fields.value("atomic", default: .required),
      expectMembers: try fields.optional("expectMembers"))
  }
}

extension Bracket: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    self.init(
      volumes: try node.fields.list("volumes"), maxSkew: try node.fields.required("maxSkew"))
  }
}

extension HookUse: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    self.init(
      blueprint: try node.fields.reference("use"),
      params: try node.fields.value("params", default: [:]))
  }
}

extension ResourceCapture.Secrets: DocumentDecodable {}

extension ResourceCapture: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      include: try fields.list("include"), exclude: try fields.list("exclude"),
      secrets: try fields.value("secrets", default: .encrypted))
  }
}

extension CopyOrder.Order: DocumentDecodable {}

extension CopyOrder: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      order: try fields.value("order", default: .declared),
      parallel: try fields.optional("parallel"))
  }
}
