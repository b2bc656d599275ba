import Documents

/// What is wrong with claims and volumes.
enum VolumeValidation {
  private static let accessModes = [
    "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod",
  ]

  static func claim(_ spec: JSONValue, _ path: String) -> [FieldError] {
    var errors = modes(spec, path)
    guard let size = spec.string("resources", "requests", "storage") else {
      return errors + [.required("\(path).resources[storage]")]
    }
    if let bytes = Quantity.whole(size), bytes > 0 {
    } else {
      errors.append(
        .invalid("\(path).resources[storage]", .string(size), "must be greater than zero"))
    }
    if let source = spec["dataSource"], let reference = spec["dataSourceRef"],
      reference["namespace"] == nil,
      source.string("name") != reference.string("name")
        || source.string("kind") != reference.string("kind")
    {
      errors.append(.invalid(path, source, "must match dataSourceRef"))
    }
    for member in ["dataSource", "dataSourceRef"] {
      guard let source = spec[member] else { continue }
      if source.string("name") ?? "" == "" { errors.append(.required("\(path).\(member).name")) }
      if source.string("kind") ?? "" == "" { errors.append(.required("\(path).\(member).kind")) }
    }
    return errors
  }

  static func volume(_ volume: JSONValue) -> [FieldError] {
    let spec = volume.spec
    var errors = modes(spec, "spec")
    if spec.string("capacity", "storage") == nil { errors.append(.required("spec.capacity")) }
    if sources(of: spec).isEmpty {
      errors.append(.required("spec", "must specify a volume type"))
    }
    if let csi = spec["csi"] {
      for member in ["driver", "volumeHandle"] where csi.string(member) ?? "" == "" {
        errors.append(.required("spec.csi.\(member)"))
      }
    }
    let policies = ["Delete", "Recycle", "Retain"]
    if let policy = spec.string("persistentVolumeReclaimPolicy"), !policies.contains(policy) {
      errors.append(.notSupported("spec.persistentVolumeReclaimPolicy", policy, policies))
    }
    return errors
  }

  private static func modes(_ spec: JSONValue, _ path: String) -> [FieldError] {
    let modes = spec.list("accessModes").compactMap(\.stringValue)
    if modes.isEmpty {
      return [.required("\(path).accessModes", "at least 1 access mode is required")]
    }
    var errors = modes.filter { !accessModes.contains($0) }
      .map { FieldError.notSupported("\(path).accessModes", $0, accessModes) }
    if modes.count > 1, modes.contains("ReadWriteOncePod") {
      errors.append(
        .forbidden(
          "\(path).accessModes",
          "may not use ReadWriteOncePod with other access modes"))
    }
    return errors
  }

  private static let plainMembers: Set<String> = [
    "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity",
    "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode",
  ]

  /// The member that says where a volume's bytes are.
  static func sources(of spec: JSONValue) -> [String: JSONValue] {
    (spec.objectValue ?? [:]).filter { !plainMembers.contains($0.key) }
  }
}
