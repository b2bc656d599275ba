/// Names one object of a cluster. `namespace` is `nil` for cluster-scoped resources.
public struct ObjectReference: Hashable, Sendable, Codable, CustomStringConvertible {
  public var type: ResourceType
  public var namespace: String?
  public var name: String

  public init(_ type: ResourceType, namespace: String? = nil, name: String) {
    self.type = type
    self.namespace = type.isNamespaced ? namespace : nil
    self.name = name
  }

  /// `PersistentVolumeClaim shop/data-postgres-0`
  public var description: String {
    if let namespace { "\(type.kind) \(namespace)/\(name)" } else { "\(type.kind) \(name)" }
  }
}
