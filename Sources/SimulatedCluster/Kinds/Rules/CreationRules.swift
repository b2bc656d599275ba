import Documents

/// What happens to an object once, when it is created: beyond defaults, these know the cluster.
enum CreationRules {
  static func prepare(
    _ object: inout JSONValue, resource: String, cluster: SimulatedKubernetes, at now: Timestamp
  ) {
    switch resource {
    case "pods": PodDefaults.admit(&object)
    case "namespaces": object.set(["spec", "finalizers"], to: ["kubernetes"])
    case "persistentvolumeclaims":
      object.addFinalizer("kubernetes.io/pvc-protection")
      object["status"] = ["phase": "Pending"]
    case "persistentvolumes":
      object.addFinalizer("kubernetes.io/pv-protection")
      object["status"] = ["phase": "Pending", "lastPhaseTransitionTime": .string(now.rounded)]
    case "secrets":
      if let plain = object["stringData"]?.objectValue { encode(plain, into: &object) }
    case "services": service(&object, cluster)
    case "jobs.batch": job(&object)
    case "statefulsets.apps", "deployments.apps", "replicasets.apps":
      object["status"] = ["replicas": 0]
    case "customresourcedefinitions.apiextensions.k8s.io":
      object["status"] = ["conditions": [], "storedVersions": []]
    default: break
    }
  }

  /// Moves `stringData` into `data`.
  static func encode(_ plain: [String: JSONValue], into secret: inout JSONValue) {
    for (key, value) in plain {
      secret.set(
        ["data", key], to: .string(Base64.encode(Array((value.stringValue ?? "").utf8))))
    }
    secret["stringData"] = nil
  }

  private static func service(_ service: inout JSONValue, _ cluster: SimulatedKubernetes) {
    guard service.string("spec", "type") != "ExternalName" else { return }
    if service.string("spec", "clusterIP") ?? "" == "" {
      let used = Set(
        cluster.store.list("services").compactMap { $0.string("spec", "clusterIP") })
      let free = (2..<65_000).lazy.map { "10.96.\($0 / 250).\($0 % 250 + 1)" }
        .first { !used.contains($0) }
      service.set(["spec", "clusterIP"], to: .string(free ?? "None"))
    }
    service.set(["spec", "clusterIPs"], to: [service.value(at: ["spec", "clusterIP"])!])
    service["status"] = ["loadBalancer": [:]]
  }

  private static func job(_ job: inout JSONValue) {
    job["status"] = [:]
    guard !job.flag("spec", "manualSelector") else { return }
    let labels: JSONValue = [
      "batch.kubernetes.io/controller-uid": .string(job.uid),
      "batch.kubernetes.io/job-name": .string(job.name),
      "controller-uid": .string(job.uid), "job-name": .string(job.name),
    ]
    let given = job.value(at: ["spec", "template", "metadata", "labels"])?.objectValue ?? [:]
    job.set(
      ["spec", "template", "metadata", "labels"],
      to: .object(given.merging(labels.objectValue!) { _, new in new }))
    job.set(
      ["spec", "selector", "matchLabels"],
      to: ["batch.kubernetes.io/controller-uid": .string(job.uid)])
  }
}

enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)]
      var bits = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      bits <<= UInt32(8 * (3 - chunk.count))
      for position in 0..<4 {
        let index = Int(bits >> UInt32(18 - 6 * position)) & 63
        text.append(position <= chunk.count ? alphabet[index] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func isValid(_ text: String) -> Bool {
    let bytes = text.utf8.filter { $0 != 0x0A && $0 != 0x0D }
    guard bytes.count.isMultiple(of: 4) else { return false }
    let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    return padding <= 2 && bytes.dropLast(padding).allSatisfy(alphabet.contains)
  }
}
