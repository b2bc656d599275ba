import Documents

/// One resource of the API: where its objects live and how they look.
struct Resource: Sendable {
  var group: String
  var plural: String
  var singular: String
  var kind: String
  var listKind: String
  var shortNames: [String] = []
  var categories: [String] = []
  var isNamespaced: Bool
  /// Served versions, the preferred one first.
  var versions: [Version]
  /// What objects are stored as.
  var storageVersion: String
  /// Made from a CustomResourceDefinition.
  var isCustom = false
  /// Subresources of processes: `log`, `exec` and the like.
  var processSubresources: [String] = []
  /// Reviews can be created only and are not stored.
  var isStored = true

  struct Version: Sendable {
    var name: String
    var schema: Schema
    var hasStatus: Bool
    var scale: ScalePaths?
    /// Custom resources: the columns of tables.
    var printerColumns: [JSONValue] = []
  }

  /// Where the scale subresource reads and writes.
  struct ScalePaths: Sendable, Equatable {
    var replicas: [String]
    var statusReplicas: [String]
    var labelSelector: [String]?
  }

  /// `pods`, `statefulsets.apps`
  var id: String { group.isEmpty ? plural : "\(plural).\(group)" }

  func version(_ name: String) -> Version? { versions.first { $0.name == name } }

  func apiVersion(_ version: String) -> String { group.isEmpty ? version : "\(group)/\(version)" }

  var storageAPIVersion: String { apiVersion(storageVersion) }

  var schema: Schema {
    version(storageVersion)?.schema ?? versions[0].schema
  }

  var verbs: [String] {
    isStored
      ? ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
      : ["create"]
  }

  func key(_ namespace: String, _ name: String) -> ObjectKey {
    ObjectKey(id, isNamespaced ? namespace : "", name)
  }
}
