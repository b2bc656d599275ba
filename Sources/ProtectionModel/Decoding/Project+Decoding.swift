import Documents

extension Project: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    self.init(
      metadata: try node.fields.required("metadata"), source: node.span,
      timezone: try spec.optional("timezone"), clusters: try spec.list("clusters"),
      coverage: try spec.value("coverage", default: Coverage()),
      guardrails: try spec.value("guardrails", default: Guardrails()),
      concurrency: try spec.value("concurrency", default: Concurrency()),
      journal: try spec.optional("journal"), notify: try spec.list("notify"),
      metrics: try spec.optional("metrics"))
  }
}

extension Project.Cluster: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), context: try fields.optional("context"),
      uid: try fields.optional("uid"))
  }
}

extension Project.Coverage.Verdict: DocumentDecodable {}

extension Project.Coverage: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      uncoveredVolumes: try fields.value("uncoveredVolumes", default: .warn),
      ignore: try fields.list("ignore"))
  }
}

extension Project.Coverage.Exception: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(namespaces: try fields.list("namespaces"), labels: try fields.map("labels"))
  }
}

extension Project.Concurrency: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      apps: try fields.optional("apps"), movers: try fields.optional("movers"),
      perNode: try fields.optional("perNode"), perRepository: try fields.optional("perRepository"),
      perSnapshotDriver: try fields.optional("perSnapshotDriver"),
      perStorageClass: try fields.optional("perStorageClass"),
      perNamespace: try fields.optional("perNamespace"),
      bandwidth: try fields.optional("bandwidth"))
  }
}

extension Project.Journal: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      locationRef: try fields.reference("locationRef"), keep: try fields.optional("keep"))
  }
}

extension Project.Notification.Event: DocumentDecodable {}
extension Project.Notification.Format: DocumentDecodable {}

extension Project.Notification: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let webhook = node.fields.inner("webhook")
    self.init(
      on: try node.fields.list("on"), webhookURL: try webhook.required("urlSecretRef"),
      format: try webhook.value("format", default: .json))
  }
}

extension Project.Metrics: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    if let path: String = try fields.optional("textfile") {
      self = .textfile(path: path)
    } else if let url: String = try fields.optional("pushgateway") {
      self = .pushgateway(url: url)
    } else {
      self = .otlp(url: try fields.required("otlp"))
    }
  }
}

extension Guardrails: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      maxFreeze: try fields.optional("maxFreeze"),
      maxDeletesPerRun: try fields.optional("maxDeletesPerRun"),
      minVerifiedPoints: try fields.value("minVerifiedPoints", default: 1),
      expireRequiresConfirm: try fields.inner("expire").list("requireConfirm"),
      denyWindows: try fields.list("denyWindows"), plans: try fields.optional("plans"))
  }
}

extension Guardrails.DenyWindow: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      schedule: try fields.required("schedule"), duration: try fields.required("duration"),
      reason: try fields.required("reason"),
      allowRunning: try fields.value("allowRunning", default: false))
  }
}

extension Guardrails.SignedPlans: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      requireSignature: try fields.value("requireSignature", default: false),
      keys: try fields.list("keys"))
  }
}

extension Guardrails.SignedPlans.Key: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    if fields.has("cosign") {
      let identity = fields.inner("cosign")
      self = .cosign(
        issuer: try identity.required("issuer"), subject: try identity.required("subject"))
    } else {
      self = .ssh(publicKey: try fields.required("ssh"))
    }
  }
}
