import Documents

/// What is wrong with a CustomResourceDefinition.
enum DefinitionValidation {
  static func errors(in object: JSONValue) -> [FieldError] {
    let spec = object.spec
    var errors: [FieldError] = []
    let group = spec.string("group") ?? ""
    let plural = spec.string("names", "plural") ?? ""
    if group.isEmpty { errors.append(.required("spec.group")) }
    if plural.isEmpty { errors.append(.required("spec.names.plural")) }
    if spec.string("names", "kind") ?? "" == "" { errors.append(.required("spec.names.kind")) }
    if !group.isEmpty, !plural.isEmpty, object.name != "\(plural).\(group)" {
      errors.append(
        .invalid(
          "metadata.name", .string(object.name), "must be spec.names.plural+\".\"+spec.group"))
    }
    let scopes = ["Cluster", "Namespaced"]
    if let scope = spec.string("scope"), scopes.contains(scope) {
    } else {
      errors.append(.notSupported("spec.scope", spec.string("scope") ?? "", scopes))
    }
    let versions = spec.list("versions")
    if versions.count(where: { $0.flag("storage") }) != 1 {
      errors.append(
        .invalid(
          "spec.versions", .array(versions.map { $0["name"] ?? .null }),
          "must have exactly one version marked as storage version"))
    }
    for (index, version) in versions.enumerated() {
      let schema = version.value(at: ["schema", "openAPIV3Schema"])
      let path = "spec.versions[\(index)].schema.openAPIV3Schema"
      if schema == nil {
        errors.append(.required(path, "schemas are required"))
      } else if schema?.string("type") != "object" {
        errors.append(
          schema?["type"] == nil
            ? .required("\(path).type", "must not be empty at the root")
            : .invalid("\(path).type", schema?["type"] ?? .null, "must be object at the root"))
      }
    }
    return errors
  }
}
