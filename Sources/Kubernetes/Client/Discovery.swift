public import ClusterModel
import Documents
public import Ports

extension KubernetesClient {
  /// - Complexity: Two requests where the server aggregates its answer (1.26 and later), else one
  ///   for each group and version. Kept for ten minutes.
  public func servedResources() async throws(ClusterError) -> [ResourceType] {
    if let known = await discovery.known() { return known }
    var groups = try await groups(at: "api")
    groups += try await self.groups(at: "apis")
    let found = groups.flatMap(\.resources)
    await discovery.keep(found)
    return found
  }

  public func resources() async throws(ClusterError) -> [ResourceType] {
    try await servedResources().preferred
  }

  /// Forgets what was discovered: after CustomResourceDefinitions have changed.
  public func forgetResources() async { await discovery.forget() }

  private static let aggregated =
    ["v2", "v2beta1"].map {
      "application/json;g=apidiscovery.k8s.io;v=\($0);as=APIGroupDiscoveryList,"
    }.joined() + "application/json"

  private func groups(at root: String) async throws(ClusterError) -> [DiscoveredGroup] {
    var request = APIRequest(purpose: "discover the API's resources", path: [root])
    request.accept = Self.aggregated
    let answer = try await json(request)
    switch answer["kind"]?.stringValue {
    case "APIGroupDiscoveryList":
      return (answer["items"]?.arrayValue ?? []).compactMap(DiscoveredGroup.init(aggregated:))
    case "APIVersions":
      let versions = (answer["versions"]?.arrayValue ?? []).compactMap(\.stringValue)
      return [try await group("", versions: versions)]
    case "APIGroupList":
      return try await legacyGroups(answer["groups"]?.arrayValue ?? [])
    default: throw .malformed(request.purpose, "the answer to `/\(root)` is no discovery document")
    }
  }

  private func legacyGroups(_ groups: [JSONValue]) async throws(ClusterError) -> [DiscoveredGroup] {
    var found: [DiscoveredGroup] = []
    for group in groups.prefix(1000) {
      guard let name = group["name"]?.stringValue else { continue }
      var versions = (group["versions"]?.arrayValue ?? []).compactMap {
        $0["version"]?.stringValue
      }
      if let first = group["preferredVersion"]?["version"]?.stringValue {
        versions.removeAll { $0 == first }
        versions.insert(first, at: 0)
      }
      found.append(try await self.group(name, versions: versions))
    }
    return found
  }

  private func group(
    _ name: String, versions: [String]
  ) async throws(ClusterError) -> DiscoveredGroup {
    var group = DiscoveredGroup(name: name, resources: [])
    for version in versions.prefix(20) {
      let path = name.isEmpty ? ["api", version] : ["apis", name, version]
      let request = APIRequest(
        purpose: "discover the resources of \(path.dropFirst().joined(separator: "/"))",
        path: path)
      do {
        let answer = try await json(request)
        group.resources += (answer["resources"]?.arrayValue ?? []).compactMap {
          ResourceType(legacy: $0, group: name, version: version)
        }
      } catch {
        // An aggregated API whose server is away must not hide all others.
        guard error.reason == .overloaded || error.reason == .notFound else { throw error }
      }
    }
    return group
  }
}

/// One API group with its listable resources, preferred version first.
private struct DiscoveredGroup: Sendable {
  var name: String
  var resources: [ResourceType]

  init(name: String, resources: [ResourceType]) {
    self.name = name
    self.resources = resources
  }

  /// From an `APIGroupDiscovery`.
  init?(aggregated group: JSONValue) {
    name = group["metadata"]?["name"]?.stringValue ?? ""
    resources = []
    for entry in group["versions"]?.arrayValue ?? [] {
      guard let version = entry["version"]?.stringValue else { continue }
      for resource in entry["resources"]?.arrayValue ?? [] {
        guard resource["verbs"].lists, let plural = resource["resource"]?.stringValue,
          let kind = resource["responseKind"]?["kind"]?.stringValue
        else { continue }
        resources.append(
          ResourceType(
            group: name, version: version, plural: plural, kind: kind,
            isNamespaced: resource["scope"] == "Namespaced"))
      }
    }
  }
}

extension ResourceType {
  /// From an `APIResource`; `nil` for subresources and what cannot be listed.
  fileprivate init?(legacy resource: JSONValue, group: String, version: String) {
    guard resource["verbs"].lists, let plural = resource["name"]?.stringValue,
      !plural.contains("/"), let kind = resource["kind"]?.stringValue
    else { return nil }
    self.init(
      group: group, version: version, plural: plural, kind: kind,
      isNamespaced: resource["namespaced"]?.boolValue ?? false)
  }
}

extension JSONValue? {
  fileprivate var lists: Bool { self?.arrayValue?.contains("list") ?? false }
}

/// What discovery found, for a while.
actor DiscoveryCache {
  private let now: @Sendable () -> Timestamp
  private var entry: (resources: [ResourceType], expires: Timestamp)?

  init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

  func known() -> [ResourceType]? {
    guard let entry, now() < entry.expires else { return nil }
    return entry.resources
  }

  func keep(_ resources: [ResourceType]) { entry = (resources, now() + .seconds(600)) }

  func forget() { entry = nil }
}
