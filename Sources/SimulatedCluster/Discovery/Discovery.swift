import Documents

/// Tells clients which resources there are, in the legacy and the aggregated form.
struct Discovery {
  let registry: Registry

  init(_ registry: Registry) { self.registry = registry }

  /// `/api` or `/apis`.
  func root(_ path: String, accept: String) -> APIResponse {
    if let version = Self.aggregatedVersion(accept) {
      return aggregated(isCore: path == "/api", version: version)
    }
    if path == "/api" {
      return APIResponse([
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": ""]],
      ])
    }
    return APIResponse([
      "kind": "APIGroupList", "apiVersion": "v1",
      "groups": .array(registry.groups.map(Self.group)),
    ])
  }

  func group(_ name: String) -> APIResponse? {
    guard let group = registry.groups.first(where: { $0.name == name }) else { return nil }
    var body = Self.group(group)
    body["kind"] = "APIGroup"
    body["apiVersion"] = "v1"
    return APIResponse(body)
  }

  private static func group(_ group: (name: String, versions: [String])) -> JSONValue {
    func version(_ version: String) -> JSONValue {
      ["groupVersion": .string("\(group.name)/\(version)"), "version": .string(version)]
    }
    return [
      "name": .string(group.name), "versions": .array(group.versions.map(version)),
      "preferredVersion": version(group.versions[0]),
    ]
  }

  func resources(group: String, version: String) -> APIResponse? {
    let served = registry.sorted.filter { $0.group == group && $0.version(version) != nil }
    guard !served.isEmpty else { return nil }
    return APIResponse([
      "kind": "APIResourceList", "apiVersion": "v1",
      "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
      "resources": .array(served.flatMap { Self.entries($0, version) }),
    ])
  }

  private static func entries(_ resource: Resource, _ version: String) -> [JSONValue] {
    var main: JSONValue = [
      "name": .string(resource.plural), "singularName": .string(resource.singular),
      "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
      "verbs": .array(resource.verbs.map(JSONValue.string)),
    ]
    if !resource.shortNames.isEmpty {
      main["shortNames"] = .array(resource.shortNames.map(JSONValue.string))
    }
    if !resource.categories.isEmpty {
      main["categories"] = .array(resource.categories.map(JSONValue.string))
    }
    return [main]
      + subresources(resource, version).map { sub in
        var entry: JSONValue = [
          "name": .string("\(resource.plural)/\(sub.name)"), "singularName": "",
          "namespaced": .bool(resource.isNamespaced), "kind": .string(sub.kind),
          "verbs": .array(sub.verbs.map(JSONValue.string)),
        ]
        if sub.kind == "Scale" {
          entry["group"] = "autoscaling"
          entry["version"] = "v1"
        }
        return entry
      }
  }

  private static func subresources(_ resource: Resource, _ version: String) -> [(
    name: String, kind: String, verbs: [String]
  )] {
    var list: [(name: String, kind: String, verbs: [String])] = []
    let served = resource.version(version)
    if served?.hasStatus == true {
      list.append(("status", resource.kind, ["get", "patch", "update"]))
    }
    if served?.scale != nil { list.append(("scale", "Scale", ["get", "patch", "update"])) }
    for name in resource.processSubresources {
      let isLog = name == "log"
      list.append(
        (
          name, isLog ? "Pod" : name == "exec" ? "PodExecOptions" : "PodAttachOptions",
          isLog ? ["get"] : ["create", "get"]
        ))
    }
    if resource.id == "serviceaccounts" { list.append(("token", "TokenRequest", ["create"])) }
    if resource.id == "namespaces" { list.append(("finalize", "Namespace", ["update"])) }
    return list
  }
}

// The aggregated form: everything in one answer.
extension Discovery {
  private static func aggregatedVersion(_ accept: String) -> String? {
    for type in accept.split(separator: ",") where type.contains("as=APIGroupDiscoveryList") {
      if type.contains("v=v2beta1") { return "v2beta1" }
      if type.contains("v=v2") { return "v2" }
    }
    return nil
  }

  private func aggregated(isCore: Bool, version: String) -> APIResponse {
    let groups: [(name: String, versions: [String])] =
      isCore ? [("", ["v1"])] : registry.groups
    let items = groups.map { group -> JSONValue in
      let metadata: JSONValue =
        group.name.isEmpty
        ? ["creationTimestamp": nil]
        : ["name": .string(group.name), "creationTimestamp": nil]
      return [
        "metadata": metadata,
        "versions": .array(group.versions.map { aggregated(group: group.name, version: $0) }),
      ]
    }
    let body: JSONValue = [
      "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"),
      "metadata": [:], "items": .array(items),
    ]
    var response = APIResponse(body)
    response.contentType =
      "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
    return response
  }

  private func aggregated(group: String, version: String) -> JSONValue {
    let served = registry.sorted.filter { $0.group == group && $0.version(version) != nil }
    let resources = served.map { resource -> JSONValue in
      var entry: JSONValue = [
        "resource": .string(resource.plural),
        "responseKind": Self.kind(group, version, resource.kind),
        "scope": .string(resource.isNamespaced ? "Namespaced" : "Cluster"),
        "singularResource": .string(resource.singular),
        "verbs": .array(resource.verbs.map(JSONValue.string)),
      ]
      if !resource.shortNames.isEmpty {
        entry["shortNames"] = .array(resource.shortNames.map(JSONValue.string))
      }
      if !resource.categories.isEmpty {
        entry["categories"] = .array(resource.categories.map(JSONValue.string))
      }
      let subresources = Self.subresources(resource, version).map { sub -> JSONValue in
        [
          "subresource": .string(sub.name),
          "responseKind": sub.kind == "Scale"
            ? Self.kind("autoscaling", "v1", "Scale") : Self.kind(group, version, sub.kind),
          "verbs": .array(sub.verbs.map(JSONValue.string)),
        ]
      }
      if !subresources.isEmpty { entry["subresources"] = .array(subresources) }
      return entry
    }
    return [
      "version": .string(version), "resources": .array(resources), "freshness": "Current",
    ]
  }

  private static func kind(_ group: String, _ version: String, _ kind: String) -> JSONValue {
    ["group": .string(group), "version": .string(version), "kind": .string(kind)]
  }
}
