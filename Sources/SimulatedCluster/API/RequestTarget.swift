/// What a path of the API names: `/apis/GROUP/VERSION[/namespaces/NS]/RESOURCE[/NAME[/SUB]]`.
struct RequestTarget: Sendable {
  var group: String
  var version: String
  /// Empty for the whole cluster.
  var namespace = ""
  /// Empty where the path ends after the version.
  var plural = ""
  var name = ""
  var subresource = ""

  init?(path: String) {
    var parts = path.split(separator: "/").map(String.init)[...]
    switch parts.popFirst() {
    case "api": group = ""
    case "apis":
      guard let name = parts.popFirst() else { return nil }
      group = name
    default: return nil
    }
    guard let version = parts.popFirst() else { return nil }
    self.version = version
    let rest = Array(parts)
    let isInNamespace =
      rest.count > 2 && rest[0] == "namespaces"
      && !(group.isEmpty && rest.count == 3 && ["status", "finalize"].contains(rest[2]))
    if isInNamespace {
      namespace = rest[1]
      parts = rest[2...]
    }
    plural = parts.popFirst() ?? ""
    name = parts.popFirst() ?? ""
    subresource = parts.joined(separator: "/")
  }
}
