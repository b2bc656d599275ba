import Documents

/// Who set which fields: `metadata.managedFields`.
struct ManagedFields: Sendable {
  struct Entry: Sendable, Equatable {
    var manager: String
    var operation: String
    var apiVersion: String
    var subresource: String
    var time: String
    var fields: FieldSet

    func isSame(manager: String, operation: String, subresource: String) -> Bool {
      self.manager == manager && self.operation == operation && self.subresource == subresource
    }
  }

  var entries: [Entry]

  init(of object: JSONValue) {
    entries = object.list("metadata", "managedFields").map { entry in
      Entry(
        manager: entry.string("manager") ?? "", operation: entry.string("operation") ?? "",
        apiVersion: entry.string("apiVersion") ?? "",
        subresource: entry.string("subresource") ?? "", time: entry.string("time") ?? "",
        fields: FieldSet(decoding: entry["fieldsV1"] ?? [:]))
    }
  }

  var encoded: JSONValue? {
    let entries = entries.filter { !$0.fields.isEmpty }
    guard !entries.isEmpty else { return nil }
    return .array(
      entries.map { entry in
        var value: JSONValue = [
          "manager": .string(entry.manager), "operation": .string(entry.operation),
          "apiVersion": .string(entry.apiVersion), "time": .string(entry.time),
          "fieldsType": "FieldsV1", "fieldsV1": entry.fields.encoded,
        ]
        if !entry.subresource.isEmpty { value["subresource"] = .string(entry.subresource) }
        return value
      })
  }

  /// The part of an object that managers own: without what the server itself keeps.
  static func owned(_ object: JSONValue) -> JSONValue {
    var owned = object
    owned["apiVersion"] = nil
    owned["kind"] = nil
    owned.change("metadata") { metadata in
      for name in [
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation",
        "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
      ] { metadata[name] = nil }
    }
    if owned["metadata"] == [:] { owned["metadata"] = nil }
    return owned
  }

  /// Notes that a manager wrote `new` over `old` by create, update or patch.
  mutating func noteUpdate(
    from old: JSONValue?, to new: JSONValue, schema: Schema, manager: String, subresource: String,
    at now: Timestamp
  ) {
    let comparison = FieldComparison(
      old.map(Self.owned) ?? [:], Self.owned(new), schema: schema)
    let (changed, removed) = (comparison.changed, comparison.removed)
    guard !changed.isEmpty || !removed.isEmpty else { return }
    var mine = changed
    for index in entries.indices {
      let isMine = entries[index].isSame(
        manager: manager, operation: "Update", subresource: subresource)
      if isMine {
        mine = entries[index].fields.union(changed).subtracting(removed)
      } else {
        entries[index].fields = entries[index].fields.subtracting(changed).subtracting(removed)
      }
    }
    set(
      Entry(
        manager: manager, operation: "Update", apiVersion: new.apiVersion,
        subresource: subresource, time: now.rounded, fields: mine))
  }

  /// Puts an entry in place of the same manager's former one.
  mutating func set(_ entry: Entry) {
    entries.removeAll { $0.fields.isEmpty }
    let index = entries.firstIndex {
      $0.isSame(
        manager: entry.manager, operation: entry.operation, subresource: entry.subresource)
    }
    if let index {
      if entries[index].fields == entry.fields, entries[index].apiVersion == entry.apiVersion {
        return
      }
      entries.remove(at: index)
    }
    if !entry.fields.isEmpty { entries.append(entry) }
  }
}
