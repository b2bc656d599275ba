/// The types of the built-in API, in ``TypeNotation``. Member names, merge keys and list kinds are
/// those of the Kubernetes API; volume types of single vendors are left open (`any`).
enum BuiltInTypes {
  /// Every built-in type by its full OpenAPI name.
  static let schemas: [String: Schema] = {
    var notation = TypeNotation([coreAToN, corePToZ, workloads, clusterServices, snapshots])
    return notation.schemas()
  }()

  static func schema(_ name: String) -> Schema {
    guard let schema = schemas[name] else { preconditionFailure("type `\(name)` is not declared") }
    return schema
  }

  static let objectMeta = schema("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
}
