import Documents

/// JSON Merge Patch (RFC 7386).
enum MergePatch {
  static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue {
    guard let members = patch.objectValue else { return patch }
    var result = target?.objectValue ?? [:]
    for (key, value) in members {
      result[key] = value.isNull ? nil : apply(value, to: result[key])
    }
    return .object(result)
  }
}
