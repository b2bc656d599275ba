/// Roles that grant permissions to one service account, as manifests for `kubectl apply`.
public struct RoleManifests: Sendable {
  /// What the roles and bindings are called.
  private static let name = "oadp-plan"

  private let permissions: [Permission]
  private let account: (namespace: String, name: String)

  /// - Parameter account: Who is granted them.
  public init(_ permissions: [Permission], to account: (namespace: String, name: String)) {
    self.permissions = permissions
    self.account = account
  }

  /// YAML: the account, one ClusterRole, a Role for each namespace, and their bindings.
  public var yaml: String {
    let namespaces = Set(permissions.compactMap(\.namespace)).sorted()
    var documents = [
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: \(Self.quoted(account.name)), namespace: \(Self.quoted(account.namespace))}
      """
    ]
    for namespace in [nil] + namespaces.map(Optional.some) {
      documents += [role(in: namespace), binding(in: namespace)]
    }
    return documents.joined(separator: "\n---\n") + "\n"
  }

  private func role(in namespace: String?) -> String {
    """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: \(namespace == nil ? "ClusterRole" : "Role")
    metadata: \(metadata(in: namespace))
    rules:
    \(rules(in: namespace).map { "  - \($0)" }.joined(separator: "\n"))
    """
  }

  private func binding(in namespace: String?) -> String {
    let kind = namespace == nil ? "ClusterRole" : "Role"
    let subject =
      "kind: ServiceAccount, name: \(Self.quoted(account.name)), "
      + "namespace: \(Self.quoted(account.namespace))"
    return """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: \(kind)Binding
      metadata: \(metadata(in: namespace))
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: \(kind), name: \(Self.name)}
      subjects:
        - {\(subject)}
      """
  }

  private func metadata(in namespace: String?) -> String {
    "{name: \(Self.name)" + (namespace.map { ", namespace: \(Self.quoted($0))" } ?? "") + "}"
  }

  /// Resources of one group with the same verbs share a rule.
  private func rules(in namespace: String?) -> [String] {
    struct Place: Hashable {
      var group: String
      var resource: String
      var names: [String]
    }
    struct Rule: Hashable {
      var group: String
      var verbs: [Permission.Verb]
      var names: [String]
    }
    var verbs: [Place: [Permission.Verb]] = [:]
    for permission in permissions where permission.namespace == namespace {
      let place = Place(
        group: permission.group, resource: permission.resource, names: permission.names)
      verbs[place, default: []].append(permission.verb)
    }
    var resources: [Rule: [String]] = [:]
    for (place, verbs) in verbs {
      let rule = Rule(group: place.group, verbs: verbs.sorted(), names: place.names)
      resources[rule, default: []].append(place.resource)
    }
    return resources.map { rule, resources in
      func list(_ items: [String]) -> String {
        "[\(items.map(Self.quoted).joined(separator: ", "))]"
      }
      let names = rule.names.isEmpty ? "" : ", resourceNames: \(list(rule.names))"
      return "{apiGroups: \(list([rule.group])), resources: \(list(resources.sorted()))\(names), "
        + "verbs: \(list(rule.verbs.map(\.rawValue)))}"
    }.sorted()
  }

  /// Words that YAML would take for something else are quoted. Names of Kubernetes have no quotes.
  private static func quoted(_ name: String) -> String {
    let isPlain =
      name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
      && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(name)
    return isPlain ? name : "\"\(name)\""
  }
}
