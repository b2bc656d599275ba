import Documents

/// The CustomResourceDefinitions of volume snapshots and of groups of them, made from
/// ``BuiltInTypes/snapshots``.
enum SnapshotDefinitions {
  private enum API: String {
    case snapshot, groupsnapshot

    var group: String { "\(rawValue).storage.k8s.io" }
  }

  static var all: [JSONValue] { alone + together }

  private static var together: [JSONValue] {
    [
      definition(
        .groupsnapshot, kind: "VolumeGroupSnapshot", plural: "volumegroupsnapshots", short: "vgs",
        isNamespaced: true, hasStatus: true,
        columns: [
          ("ReadyToUse", "boolean", ".status.readyToUse"),
          ("VolumeGroupSnapshotClass", "string", ".spec.volumeGroupSnapshotClassName"),
          (
            "VolumeGroupSnapshotContent", "string", ".status.boundVolumeGroupSnapshotContentName"
          ),
          ("CreationTime", "date", ".status.creationTime"),
        ]),
      definition(
        .groupsnapshot, kind: "VolumeGroupSnapshotClass", plural: "volumegroupsnapshotclasses",
        short: "vgsclass", isNamespaced: false, hasStatus: false,
        columns: [
          ("Driver", "string", ".driver"), ("DeletionPolicy", "string", ".deletionPolicy"),
        ]),
      definition(
        .groupsnapshot, kind: "VolumeGroupSnapshotContent", plural: "volumegroupsnapshotcontents",
        short: "vgsc", isNamespaced: false, hasStatus: true,
        columns: [
          ("ReadyToUse", "boolean", ".status.readyToUse"),
          ("DeletionPolicy", "string", ".spec.deletionPolicy"),
          ("Driver", "string", ".spec.driver"),
          ("VolumeGroupSnapshotClass", "string", ".spec.volumeGroupSnapshotClassName"),
          ("VolumeGroupSnapshotNamespace", "string", ".spec.volumeGroupSnapshotRef.namespace"),
          ("VolumeGroupSnapshot", "string", ".spec.volumeGroupSnapshotRef.name"),
        ]),
    ]
  }

  private static var alone: [JSONValue] {
    [
      definition(
        .snapshot, kind: "VolumeSnapshot", plural: "volumesnapshots", short: "vs",
        isNamespaced: true,
        hasStatus: true,
        columns: [
          ("ReadyToUse", "boolean", ".status.readyToUse"),
          ("SourcePVC", "string", ".spec.source.persistentVolumeClaimName"),
          ("SourceSnapshotContent", "string", ".spec.source.volumeSnapshotContentName"),
          ("RestoreSize", "string", ".status.restoreSize"),
          ("SnapshotClass", "string", ".spec.volumeSnapshotClassName"),
          ("SnapshotContent", "string", ".status.boundVolumeSnapshotContentName"),
          ("CreationTime", "date", ".status.creationTime"),
        ]),
      definition(
        .snapshot, kind: "VolumeSnapshotClass", plural: "volumesnapshotclasses", short: "vsclass",
        isNamespaced: false, hasStatus: false,
        columns: [
          ("Driver", "string", ".driver"), ("DeletionPolicy", "string", ".deletionPolicy"),
        ]),
      definition(
        .snapshot, kind: "VolumeSnapshotContent", plural: "volumesnapshotcontents", short: "vsc",
        isNamespaced: false, hasStatus: true,
        columns: [
          ("ReadyToUse", "boolean", ".status.readyToUse"),
          ("RestoreSize", "integer", ".status.restoreSize"),
          ("DeletionPolicy", "string", ".spec.deletionPolicy"),
          ("Driver", "string", ".spec.driver"),
          ("VolumeSnapshotClass", "string", ".spec.volumeSnapshotClassName"),
          ("VolumeSnapshot", "string", ".spec.volumeSnapshotRef.name"),
          ("VolumeSnapshotNamespace", "string", ".spec.volumeSnapshotRef.namespace"),
        ]),
    ]
  }

  private static func definition(
    _ api: API, kind: String, plural: String, short: String, isNamespaced: Bool, hasStatus: Bool,
    columns: [(name: String, type: String, path: String)]
  ) -> JSONValue {
    let schema = BuiltInTypes.schema("com.oadp-plan.sandbox.\(api.rawValue).v1." + kind)
    let all = columns + [("Age", "date", ".metadata.creationTimestamp")]
    var version: JSONValue = [
      "name": "v1", "served": true, "storage": true,
      "schema": ["openAPIV3Schema": structural(schema, isRoot: true)],
      "additionalPrinterColumns": .array(
        all.map { column in
          [
            "name": .string(column.name), "type": .string(column.type),
            "jsonPath": .string(column.path),
          ]
        }),
    ]
    if hasStatus { version["subresources"] = ["status": [:]] }
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("\(plural).\(api.group)")],
      "spec": [
        "group": .string(api.group), "scope": isNamespaced ? "Namespaced" : "Cluster",
        "names": [
          "kind": .string(kind), "listKind": .string(kind + "List"), "plural": .string(plural),
          "singular": .string(kind.lowercased()), "shortNames": [.string(short)],
        ],
        "versions": [version],
      ],
    ]
  }

  private static func structural(_ schema: Schema, isRoot: Bool = false) -> JSONValue {
    switch schema.shape {
    case .object(let members):
      var properties: [String: JSONValue] = [:]
      for (name, member) in members {
        properties[name] =
          isRoot && name == "metadata" ? ["type": "object"] : structural(member, name: name)
      }
      var value: JSONValue = ["type": "object", "properties": .object(properties)]
      if !schema.required.isEmpty {
        value["required"] = .array(schema.required.map(JSONValue.string))
      }
      if schema.isAtomic { value["x-kubernetes-map-type"] = "atomic" }
      return value
    case .map(let element):
      return ["type": "object", "additionalProperties": structural(element)]
    case .list(let element): return ["type": "array", "items": structural(element)]
    case .integer: return ["type": "integer", "format": "int64"]
    case .number: return ["type": "number"]
    case .boolean: return ["type": "boolean"]
    case .time, .microTime: return ["type": "string", "format": "date-time"]
    case .quantity, .intOrString:
      return [
        "anyOf": [["type": "integer"], ["type": "string"]], "x-kubernetes-int-or-string": true,
      ]
    case .string, .bytes: return ["type": "string"]
    case .any: return ["x-kubernetes-preserve-unknown-fields": true]
    }
  }

  private static func structural(_ schema: Schema, name: String) -> JSONValue {
    var value = structural(schema)
    if name == "deletionPolicy" { value["enum"] = ["Delete", "Retain"] }
    return value
  }
}
