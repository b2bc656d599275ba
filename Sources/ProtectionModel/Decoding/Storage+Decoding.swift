import Documents

extension StorageLocation: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    self.init(
      metadata: try node.fields.required("metadata"), source: node.span,
      store: try node.fields.required("spec"), faultDomain: try spec.optional("faultDomain"))
  }
}

extension StorageLocation.Store: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    switch try node.fields.required("type") as String {
    case "S3": self = .s3(try StorageLocation.S3(decoding: node))
    case "Local": self = .local(try StorageLocation.Local(decoding: node))
    default: self = .rest(try StorageLocation.REST(decoding: node))
    }
  }
}

extension StorageLocation.Local: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(path: try fields.required("path"), hostPath: try fields.optional("hostPath"))
  }
}

extension StorageLocation.REST: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      url: try fields.required("url"),
      credentials: try fields.inner("credentials").optional("secretRef"),
      certificateAuthority: try fields.inner("tls").optional("caSecretRef"))
  }
}

extension StorageLocation.S3: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      endpoint: try fields.required("endpoint"), region: try fields.optional("region"),
      bucket: try fields.required("bucket"), prefix: try fields.value("prefix", default: ""),
      pathStyle: try fields.value("pathStyle", default: false),
      certificateAuthority: try fields.inner("tls").optional("caSecretRef"),
      credentials: try fields.required("credentials"),
      objectLock: try fields.optional("objectLock"))
  }
}

extension StorageLocation.S3.Credentials: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    if let secret: SecretReference = try fields.optional("secretRef") {
      self = .secret(secret)
    } else {
      self = fields.has("webIdentity") ? .webIdentity : .environment
    }
  }
}

extension StorageLocation.S3.ObjectLock.Mode: DocumentDecodable {}

extension StorageLocation.S3.ObjectLock: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      mode: try fields.required("mode"), require: try fields.value("require", default: false))
  }
}

extension Repository.Format: DocumentDecodable {}
extension Repository.Mode: DocumentDecodable {}
extension Repository.DedupScope: DocumentDecodable {}

extension Repository: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let spec = node.fields.inner("spec")
    self.init(
      metadata: try node.fields.required("metadata"), source: node.span,
      locationRef: try spec.reference("locationRef"), path: try spec.optional("path"),
      format: try spec.value("format", default: .restic),
      mode: try spec.value("mode", default: .createOrOpen),
      dedupScope: try spec.value("dedupScope", default: .namespace),
      encryption: try spec.required("encryption"),
      extendLockOnMaintenance:
        try spec.inner("objectLock").value("extendOnMaintenance", default: false),
      maintenance: try spec.optional("maintenance"))
  }
}

extension Repository.Encryption: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      password: try fields.required("passwordSecretRef"),
      rotateEvery: try fields.optional("rotateEvery"))
  }
}

extension Repository.Maintenance: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      schedule: try fields.required("schedule"), window: try fields.optional("window"))
  }
}
