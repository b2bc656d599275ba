import Documents

/// One column of a table: what `kubectl get` prints.
struct Column: Sendable {
  var name: String
  var type = "string"
  /// Columns of priority 1 show with `-o wide` only.
  var priority: Int64 = 0
  var cell: @Sendable (JSONValue, Timestamp) -> JSONValue

  var definition: JSONValue {
    [
      "name": .string(name), "type": .string(type), "priority": .integer(priority),
      "format": .string(name == "Name" ? "name" : ""), "description": "",
    ]
  }

  static let name = Column(name: "Name") { object, _ in .string(object.name) }

  static let age = Column(name: "Age") { object, now in
    .string(HumanDuration.text(since: object.creationTimestamp, at: now))
  }

  static func text(
    _ name: String, wide: Bool = false, _ cell: @escaping @Sendable (JSONValue) -> String?
  ) -> Column {
    Column(name: name, priority: wide ? 1 : 0) { object, _ in .string(cell(object) ?? "") }
  }

  static func path(_ name: String, _ path: String..., or fallback: String = "") -> Column {
    Column(name: name) { object, _ in .string(object.value(at: path)?.stringValue ?? fallback) }
  }

  static func number(_ name: String, _ cell: @escaping @Sendable (JSONValue) -> Int64) -> Column {
    Column(name: name, type: "integer") { object, _ in .integer(cell(object)) }
  }
}

extension SimulatedKubernetes {
  /// Objects as a table of the `meta.k8s.io` group.
  func table(
    of objects: [JSONValue], _ call: Call, includesObject: String, metadata: JSONValue
  ) -> JSONValue {
    let columns =
      call.resource.isCustom ? call.version.customColumns : BuiltInColumns.of(call.resource.id)
    let rows = objects.map { object -> JSONValue in
      var row: JSONValue = ["cells": .array(columns.map { $0.cell(object, call.now) })]
      switch includesObject {
      case "None": break
      case "Object": row["object"] = object
      default: row["object"] = Representation.metadataOnly(object)
      }
      return row
    }
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
      "columnDefinitions": .array(columns.map(\.definition)), "rows": .array(rows),
    ]
  }
}
