import Documents

/// The resources the API serves: the built-in ones and those of CustomResourceDefinitions.
struct Registry: Sendable {
  private(set) var resources: [String: Resource] = [:]

  init() {
    for resource in BuiltInResources.all { resources[resource.id] = resource }
  }

  subscript(id: String) -> Resource? { resources[id] }

  /// By group, then plural.
  var sorted: [Resource] {
    resources.values.sorted { ($0.group, $0.plural) < ($1.group, $1.plural) }
  }

  func resource(group: String, version: String, plural: String) -> Resource? {
    let resource = resources[group.isEmpty ? plural : "\(plural).\(group)"]
    return resource?.version(version) == nil ? nil : resource
  }

  func resource(apiVersion: String, kind: String) -> Resource? {
    let parts = apiVersion.split(separator: "/", maxSplits: 1)
    let group = parts.count == 2 ? String(parts[0]) : ""
    return resources.values.filter { $0.group == group && $0.kind == kind && $0.isStored }
      .min { $0.plural < $1.plural }
  }

  /// Groups and their versions, the core group first and left out.
  var groups: [(name: String, versions: [String])] {
    var groups: [(name: String, versions: [String])] = []
    for resource in sorted where !resource.group.isEmpty {
      if groups.last?.name != resource.group { groups.append((resource.group, [])) }
      for version in resource.versions where !groups.last!.versions.contains(version.name) {
        groups[groups.count - 1].versions.append(version.name)
      }
    }
    return groups
  }

  mutating func replaceCustom(with custom: [Resource]) {
    resources = resources.filter { !$0.value.isCustom }
    for resource in custom where resources[resource.id] == nil { resources[resource.id] = resource }
  }
}
