public import ClusterModel

/// One thing that runs ask of a cluster.
public struct Permission: Hashable, Sendable {
  public enum Verb: String, Hashable, Sendable, CaseIterable, Comparable {
    case get, list, create, patch, delete

    public static func < (left: Verb, right: Verb) -> Bool { left.order < right.order }
    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  public var verb: Verb
  public var group: String
  /// The plural; `pods/exec` for a subresource.
  public var resource: String
  /// `nil`: in every namespace, or where the resource is in none.
  public var namespace: String?
  /// The only objects that are meant; empty for all.
  public var names: [String]

  public init(
    _ verb: Verb, _ type: ResourceType, subresource: String? = nil, in namespace: String? = nil,
    names: [String] = []
  ) {
    self.verb = verb
    group = type.group
    resource = type.plural + (subresource.map { "/\($0)" } ?? "")
    self.namespace = namespace
    self.names = names
  }
}

extension Permission: Comparable {
  public static func < (left: Permission, right: Permission) -> Bool {
    (left.namespace ?? "", left.group, left.resource, left.verb, left.names.first ?? "")
      < (right.namespace ?? "", right.group, right.resource, right.verb, right.names.first ?? "")
  }
}

extension Permission: CustomStringConvertible {
  /// As `kubectl auth can-i` would be asked: `delete persistentvolumeclaims in movers`.
  public var description: String {
    let qualified = group.isEmpty ? resource : "\(resource).\(group)"
    return "\(verb.rawValue) \(qualified)"
      + (names.isEmpty ? "" : " " + names.joined(separator: ","))
      + (namespace.map { " in \($0)" } ?? "")
  }
}
