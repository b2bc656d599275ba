import Documents

extension SimulatedKubernetes {
  /// Reads all CustomResourceDefinitions anew.
  mutating func refreshRegistry() {
    let definitions = store.list("customresourcedefinitions.apiextensions.k8s.io")
    registry.replaceCustom(with: definitions.compactMap(Resource.init(definition:)))
  }
}

extension Resource {
  /// The resource a CustomResourceDefinition describes; `nil` where it serves nothing.
  init?(definition: JSONValue) {
    let spec = definition.spec
    let versions = spec.list("versions").filter { $0.flag("served") }.map(Version.init(custom:))
    guard !versions.isEmpty, let plural = spec.string("names", "plural"),
      let kind = spec.string("names", "kind"), let group = spec.string("group")
    else { return nil }
    self.init(
      group: group, plural: plural,
      singular: spec.string("names", "singular") ?? kind.lowercased(), kind: kind,
      listKind: spec.string("names", "listKind") ?? kind + "List",
      isNamespaced: spec.string("scope") == "Namespaced",
      versions: versions.sorted { VersionOrder.precedes($0.name, $1.name) },
      storageVersion: spec.list("versions").first { $0.flag("storage") }?.string("name")
        ?? versions[0].name)
    shortNames = spec.list("names", "shortNames").compactMap(\.stringValue)
    categories = spec.list("names", "categories").compactMap(\.stringValue)
    isCustom = true
  }
}

extension Resource.Version {
  fileprivate init(custom version: JSONValue) {
    let root = version.value(at: ["schema", "openAPIV3Schema"]) ?? [:]
    self.init(
      name: version.string("name") ?? "", schema: .custom(root),
      hasStatus: version.value(at: ["subresources", "status"]) != nil,
      printerColumns: version.list("additionalPrinterColumns"))
    if let scale = version.value(at: ["subresources", "scale"]) {
      func path(_ member: String) -> [String]? {
        scale.string(member)?.split(separator: ".").map(String.init)
      }
      self.scale = Resource.ScalePaths(
        replicas: path("specReplicasPath") ?? ["spec", "replicas"],
        statusReplicas: path("statusReplicasPath") ?? ["status", "replicas"],
        labelSelector: path("labelSelectorPath"))
    }
  }
}

/// The order in which clients prefer versions: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`.
enum VersionOrder {
  static func precedes(_ left: String, _ right: String) -> Bool {
    switch (parse(left), parse(right)) {
    case (let left?, let right?): left > right
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): left < right
    }
  }

  /// Stability, major, minor.
  private static func parse(_ text: String) -> (Int, Int, Int)? {
    guard text.first == "v" else { return nil }
    let digits = text.dropFirst().prefix { $0.isNumber }
    guard let major = Int(digits) else { return nil }
    let rest = text.dropFirst(1 + digits.count)
    if rest.isEmpty { return (3, major, 0) }
    for (word, stability) in [("beta", 2), ("alpha", 1)] where rest.hasPrefix(word) {
      return Int(rest.dropFirst(word.count)).map { (stability, major, $0) }
    }
    return nil
  }
}
