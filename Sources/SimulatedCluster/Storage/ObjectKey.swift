/// Where an object lives. `resource` is `pods` or `statefulsets.apps`; `namespace` is empty for
/// objects of the whole cluster.
struct ObjectKey: Hashable, Sendable, Comparable {
  var resource: String
  var namespace: String
  var name: String

  init(_ resource: String, _ namespace: String, _ name: String) {
    self.resource = resource
    self.namespace = namespace
    self.name = name
  }

  static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.resource, left.namespace, left.name) < (right.resource, right.namespace, right.name)
  }
}
