import Documents

extension ProtectionPolicy: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    self.init(
      metadata: try node.fields.required("metadata"), source: node.span,
      extends: try spec.optionalReference("extends"), settings: try node.fields.required("spec"))
  }
}

extension PolicySettings: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      objectives: try fields.value("objectives", default: Objectives()),
      schedule: try fields.value("schedule", default: ScheduleSettings()),
      keepLocal: try fields.inner("snapshots").value("keepLocal", default: RetentionPolicy()),
      copies: try fields.list("copies"),
      retention: try fields.value("retention", default: RetentionPolicy()),
      require: try fields.value("require", default: Requirement()),
      verify: try fields.value("verify", default: Verification()))
  }
}

extension ScheduleSettings: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      cron: try fields.optional("cron"), timezone: try fields.optional("timezone"),
      startWithin: try fields.optional("startWithin"), jitter: try fields.optional("jitter"),
      skipIfUnchanged: try fields.optional("skipIfUnchanged"))
  }
}

extension CopyTarget.Frequency: DocumentDecodable {}

extension CopyTarget: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"),
      repositoryRef: try fields.optionalReference("repositoryRef"),
      when: try fields.optional("when"), lock: try fields.optional("lock"),
      retention: try fields.optional("retention"))
  }
}

extension Requirement.Fallback: DocumentDecodable {}

extension Requirement: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      consistency: try fields.optional("consistency"),
      onUnavailable: try fields.optional("onUnavailable"))
  }
}

extension Verification: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    let sample: String? = try fields.optional("sample")
    self.init(
      samplePercent: sample.flatMap { PlanFormats.percent($0) },
      drillWithin: try fields.optional("drillWithin"))
  }
}
