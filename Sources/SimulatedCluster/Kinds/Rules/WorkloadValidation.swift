import Documents

/// What is wrong with Deployments, StatefulSets, ReplicaSets, DaemonSets and Jobs.
enum WorkloadValidation {
  static func errors(in object: JSONValue) -> [FieldError] {
    let spec = object.spec
    var errors: [FieldError] = []
    if let replicas = spec.integer("replicas"), replicas < 0 {
      errors.append(
        .invalid("spec.replicas", .integer(replicas), "must be greater than or equal to 0"))
    }
    if let selector = spec["selector"] {
      if selector == [:] {
        errors.append(
          .invalid(
            "spec.selector", [:], "empty selector is invalid for \(object.kind.lowercased())"))
      }
    } else {
      errors.append(.required("spec.selector"))
    }
    guard let template = spec["template"] else {
      return errors + [.required("spec.template")]
    }
    errors += Validation.labels(template.labels, "spec.template.metadata.labels")
    if let selector = spec["selector"], selector != [:],
      !LabelSelector(object: selector).matches(template.labels)
    {
      errors.append(
        .invalid(
          "spec.template.metadata.labels", template.value(at: ["metadata", "labels"]) ?? .null,
          "`selector` does not match template `labels`"))
    }
    errors += PodValidation.errors(
      in: withClaims(template.spec, of: spec), at: "spec.template.spec")
    if let policy = template.spec.string("restartPolicy"), policy != "Always" {
      errors.append(.notSupported("spec.template.spec.restartPolicy", policy, ["Always"]))
    }
    for (index, claim) in spec.list("volumeClaimTemplates").enumerated() {
      errors += VolumeValidation.claim(claim.spec, "spec.volumeClaimTemplates[\(index)].spec")
    }
    return errors
  }

  /// A StatefulSet's claims count as volumes of its pods.
  private static func withClaims(_ spec: JSONValue, of workload: JSONValue) -> JSONValue {
    let claims = workload.list("volumeClaimTemplates").map(\.name)
    guard !claims.isEmpty else { return spec }
    var spec = spec
    let own = spec.list("volumes").filter { !claims.contains($0.string("name") ?? "") }
    spec["volumes"] = .array(
      own
        + claims.map { ["name": .string($0), "persistentVolumeClaim": ["claimName": .string($0)]] })
    return spec
  }

  static func job(_ object: JSONValue) -> [FieldError] {
    var errors: [FieldError] = []
    for member in [
      "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds",
      "ttlSecondsAfterFinished",
    ] {
      if let value = object.integer("spec", member), value < 0 {
        errors.append(
          .invalid("spec.\(member)", .integer(value), "must be greater than or equal to 0"))
      }
    }
    guard let template = object.value(at: ["spec", "template"]) else {
      return errors + [.required("spec.template")]
    }
    errors += PodValidation.errors(in: template.spec, at: "spec.template.spec")
    if template.spec.string("restartPolicy") == "Always" {
      errors.append(
        .required(
          "spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""))
    }
    return errors
  }
}
