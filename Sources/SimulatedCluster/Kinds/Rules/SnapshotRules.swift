import Documents

/// The rules of volume snapshots that their schema states as expressions.
enum SnapshotRules {
  private static let snapshots = "volumesnapshots.snapshot.storage.k8s.io"
  private static let contents = "volumesnapshotcontents.snapshot.storage.k8s.io"

  private static func members(_ resource: String) -> [String] {
    switch resource {
    case snapshots: ["volumeSnapshotContentName", "persistentVolumeClaimName"]
    case contents: ["volumeHandle", "snapshotHandle"]
    default: []
    }
  }

  static func errors(in object: JSONValue, resource: String) -> [FieldError] {
    let members = members(resource)
    guard !members.isEmpty, let source = object.value(at: ["spec", "source"]) else { return [] }
    var errors: [FieldError] = []
    if members.count(where: { source[$0] != nil }) != 1 {
      errors.append(
        .invalid(
          "spec.source", "object",
          "exactly one of \(members[0]) and \(members[1]) must be set"))
    }
    if resource == snapshots, object.string("spec", "volumeSnapshotClassName") == "" {
      errors.append(
        .invalid(
          "spec.volumeSnapshotClassName", "string",
          "volumeSnapshotClassName must not be the empty string when set"))
    }
    if resource == contents, let reference = object.value(at: ["spec", "volumeSnapshotRef"]),
      reference["name"] == nil || reference["namespace"] == nil
    {
      errors.append(
        .invalid(
          "spec.volumeSnapshotRef", "object",
          "both spec.volumeSnapshotRef.name and spec.volumeSnapshotRef.namespace must be set"))
    }
    return errors
  }

  static func changes(from old: JSONValue, to new: JSONValue, resource: String) -> [FieldError] {
    var errors: [FieldError] = []
    for member in members(resource) {
      let before = old.value(at: ["spec", "source", member])
      let after = new.value(at: ["spec", "source", member])
      guard before != nil, before != after else { continue }
      errors.append(
        after == nil
          ? .invalid("spec.source", "object", "\(member) is required once set")
          : .invalid("spec.source.\(member)", "string", "\(member) is immutable"))
    }
    if resource == contents {
      let before = old.string("spec", "sourceVolumeMode")
      if let before, before != new.string("spec", "sourceVolumeMode") {
        errors.append(
          .invalid("spec.sourceVolumeMode", "string", "sourceVolumeMode is immutable"))
      }
    }
    return errors
  }
}
