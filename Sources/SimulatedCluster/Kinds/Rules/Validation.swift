import Documents

/// What is wrong with an object.
enum Validation {
  static func metadata(_ object: JSONValue, _ resource: Resource) -> [FieldError] {
    var errors: [FieldError] = []
    let name = object.name
    if name.isEmpty {
      errors.append(.required("metadata.name", "name or generateName is required"))
    } else {
      switch resource.id {
      case "namespaces", "services":
        if !Names.isLabel(name) {
          errors.append(.invalid("metadata.name", .string(name), Names.labelRule))
        }
      case let id where id.hasSuffix("rbac.authorization.k8s.io"):
        if !Names.isPathSegment(name) {
          errors.append(.invalid("metadata.name", .string(name), "may not contain '/' or '%'"))
        }
      default:
        if !Names.isSubdomain(name) {
          errors.append(.invalid("metadata.name", .string(name), Names.subdomainRule))
        }
      }
    }
    errors += labels(object.labels, "metadata.labels")
    for key in object.annotations.keys.sorted() where !Names.isQualified(key.lowercased()) {
      errors.append(.invalid("metadata.annotations", .string(key), Names.qualifiedRule))
    }
    for finalizer in object.finalizers
    where !finalizer.contains("/") && !["orphan", "foregroundDeletion"].contains(finalizer) {
      errors.append(
        .invalid(
          "metadata.finalizers[0]", .string(finalizer),
          "name is neither a standard finalizer name nor is it fully qualified"))
    }
    return errors
  }

  static func labels(_ labels: [String: String], _ field: String) -> [FieldError] {
    var errors: [FieldError] = []
    for key in labels.keys.sorted() {
      if !Names.isQualified(key) {
        errors.append(.invalid(field, .string(key), Names.qualifiedRule))
      }
      if !Names.isLabelValue(labels[key]!) {
        errors.append(.invalid(field, .string(labels[key]!), Names.labelValueRule))
      }
    }
    return errors
  }

  /// Checks that look at one state only.
  static func errors(in object: JSONValue, resource: Resource) -> [FieldError] {
    if resource.isCustom {
      var validation = CustomValidation()
      validation.check(object, schema: resource.schema)
      return validation.errors + SnapshotRules.errors(in: object, resource: resource.id)
    }
    switch resource.id {
    case "pods": return PodValidation.errors(in: object.spec, at: "spec")
    case "deployments.apps", "replicasets.apps", "daemonsets.apps", "statefulsets.apps":
      return WorkloadValidation.errors(in: object)
    case "jobs.batch": return WorkloadValidation.job(object)
    case "persistentvolumeclaims": return VolumeValidation.claim(object.spec, "spec")
    case "persistentvolumes": return VolumeValidation.volume(object)
    case "secrets": return data(object)
    case "services": return service(object)
    case "storageclasses.storage.k8s.io":
      return object.string("provisioner") ?? "" == "" ? [.required("provisioner")] : []
    case "customresourcedefinitions.apiextensions.k8s.io":
      return DefinitionValidation.errors(in: object)
    default: return []
    }
  }

  private static func data(_ secret: JSONValue) -> [FieldError] {
    let data = secret["data"]?.objectValue ?? [:]
    return data.keys.sorted().compactMap { key in
      guard let text = data[key]?.stringValue, !Base64.isValid(text) else { return nil }
      return .invalid("data[\(key)]", "<secret contents redacted>", "illegal base64 data")
    }
  }

  private static func service(_ service: JSONValue) -> [FieldError] {
    let spec = service.spec
    if spec.string("type") == "ExternalName" { return [] }
    var errors: [FieldError] = []
    let ports = spec.list("ports")
    if ports.isEmpty, spec.string("clusterIP") != "None" {
      errors.append(.required("spec.ports"))
    }
    for (index, port) in ports.enumerated() {
      let number = port.integer("port") ?? 0
      if !(1...65535).contains(number) {
        errors.append(
          .invalid(
            "spec.ports[\(index)].port", .integer(number),
            "must be between 1 and 65535, inclusive"))
      }
      if ports.count > 1, port.string("name") == nil {
        errors.append(.required("spec.ports[\(index)].name"))
      }
    }
    return errors
  }
}
