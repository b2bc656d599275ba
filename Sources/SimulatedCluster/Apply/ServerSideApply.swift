import Documents

/// Server-side apply: merges a manager's configuration into the live object, field by field.
struct ServerSideApply {
  let schema: Schema
  let manager: String
  let subresource: String
  let isForced: Bool
  let now: Timestamp

  /// - Parameters:
  ///   - applied: The configuration, decoded by the schema.
  ///   - live: `nil` where the object is to be created.
  /// - Returns: The merged object with its new `managedFields`.
  func callAsFunction(_ applied: JSONValue, live: JSONValue?) throws(APIError) -> JSONValue {
    let configuration = ManagedFields.owned(applied)
    let wanted = FieldSet(applied: configuration, schema: schema)
    var managers = ManagedFields(of: live ?? [:])
    let former = managers.entries.first {
      $0.isSame(manager: manager, operation: "Apply", subresource: subresource)
    }
    let before = live.map(ManagedFields.owned) ?? [:]
    let merged = AppliedMerge.merge(configuration, into: before, schema: schema)

    let changed = FieldComparison(before, merged, schema: schema).changed.intersection(wanted)
    let others = managers.entries.filter {
      !$0.isSame(manager: manager, operation: "Apply", subresource: subresource)
    }
    let conflicts = others.map { ($0, $0.fields.intersection(changed)) }.filter { !$0.1.isEmpty }
    if !conflicts.isEmpty, !isForced { throw Self.conflict(conflicts) }

    for index in managers.entries.indices
    where !managers.entries[index].isSame(
      manager: manager, operation: "Apply", subresource: subresource)
    {
      managers.entries[index].fields = managers.entries[index].fields.subtracting(changed)
    }
    var result = merged
    if let former {
      let kept = others.reduce(wanted) { $0.union($1.fields) }
      let gone = former.fields.subtracting(kept)
      result =
        AppliedMerge.remove(gone, from: merged, schema: schema, keeping: kept) ?? [:]
    }
    managers.set(
      ManagedFields.Entry(
        manager: manager, operation: "Apply", apiVersion: applied.apiVersion,
        subresource: subresource, time: now.rounded, fields: wanted))
    return assembled(result, applied: applied, live: live, managers: managers)
  }

  /// The merged fields with the identity that no manager owns.
  private func assembled(
    _ result: JSONValue, applied: JSONValue, live: JSONValue?, managers: ManagedFields
  ) -> JSONValue {
    var object = result
    object["apiVersion"] = applied["apiVersion"]
    object["kind"] = applied["kind"]
    var metadata = (live ?? applied)["metadata"]?.objectValue ?? [:]
    let owned = ManagedFields.owned(["metadata": .object(metadata)])["metadata"]?.objectValue ?? [:]
    for name in owned.keys { metadata[name] = nil }
    metadata.merge(result["metadata"]?.objectValue ?? [:]) { _, new in new }
    metadata["managedFields"] = managers.encoded
    object["metadata"] = .object(metadata)
    return object
  }

  private static func conflict(_ conflicts: [(ManagedFields.Entry, FieldSet)]) -> APIError {
    func described(_ entry: ManagedFields.Entry) -> String {
      var text = "\"\(entry.manager)\""
      if !entry.subresource.isEmpty { text += " with subresource \"\(entry.subresource)\"" }
      if entry.operation == "Update" { text += " using \(entry.apiVersion)" }
      return text
    }
    var causes: [JSONValue] = []
    var parts: [String] = []
    var count = 0
    for (entry, fields) in conflicts {
      let paths = fields.paths()
      count += paths.count
      var text = "conflict\(paths.count == 1 ? "" : "s") with \(described(entry))"
      text +=
        paths.count == 1 ? ": \(paths[0])" : ":\n" + paths.map { "- \($0)" }.joined(separator: "\n")
      parts.append(text)
      for path in paths {
        causes.append([
          "reason": "FieldManagerConflict", "field": .string(path),
          "message": .string("conflict with \(described(entry))"),
        ])
      }
    }
    let noun = count == 1 ? "1 conflict" : "\(count) conflicts"
    let text =
      conflicts.count == 1
      ? parts[0]
      : "conflicts with "
        + zip(conflicts, parts).map { pair, _ in
          described(pair.0) + ":\n" + pair.1.paths().map { "- \($0)" }.joined(separator: "\n")
        }.joined(separator: "\n")
    return .applyConflict("Apply failed with \(noun): \(text)", causes: causes)
  }
}
