import ClusterModel

/// An observed cluster, looked up by namespace and name. Every list is sorted by name, so that
/// nothing depends on the order in which the cluster was read.
struct ClusterIndex {
  let identity: ClusterIdentity
  private(set) var claims: [String: [ObservedClaim]] = [:]
  private(set) var pods: [String: [ObservedPod]] = [:]
  private(set) var workloads: [String: [ObservedWorkload]] = [:]
  private(set) var namespaces: [String: ObservedNamespace] = [:]
  private(set) var storageClasses: [String: ObservedStorageClass] = [:]
  private(set) var snapshotClasses: [ObservedSnapshotClass]
  let groupSnapshots: ObservedGroupSnapshots?
  let surroundings: ObservedSurroundings?

  init(_ cluster: ObservedCluster) {
    identity = cluster.identity
    groupSnapshots = cluster.groupSnapshots
    surroundings = cluster.surroundings
    claims = Dictionary(grouping: cluster.claims, by: \.namespace)
      .mapValues { $0.sorted { $0.name < $1.name } }
    pods = Dictionary(grouping: cluster.pods, by: \.namespace)
      .mapValues { $0.sorted { $0.name < $1.name } }
    workloads = Dictionary(grouping: cluster.workloads, by: \.namespace)
      .mapValues { $0.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) } }
    for namespace in cluster.namespaces { namespaces[namespace.name] = namespace }
    for storageClass in cluster.storageClasses { storageClasses[storageClass.name] = storageClass }
    snapshotClasses = cluster.snapshotClasses.sorted { $0.name < $1.name }
  }

  func claim(_ name: String, in namespace: String) -> ObservedClaim? {
    claims[namespace]?.first { $0.name == name }
  }

  func workload(kind: String, _ name: String, in namespace: String) -> ObservedWorkload? {
    workloads[namespace]?.first { $0.kind == kind && $0.name == name }
  }

  /// The pods that a workload owns, or that its selector matches.
  func pods(kind: String, _ name: String, in namespace: String) -> [ObservedPod] {
    let labels = workload(kind: kind, name, in: namespace)?.podLabels ?? [:]
    return (pods[namespace] ?? []).filter { pod in
      if kind == "Pod" { return pod.name == name }
      if let owner = pod.owner { return owner == "\(kind)/\(name)" }
      return !labels.isEmpty && labels.allSatisfy { pod.labels[$0.key] == $0.value }
    }
  }
}

/// A name pattern in which `*` stands for any text.
struct NamePattern {
  private let parts: [Substring]

  init(_ pattern: String) {
    parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
  }

  /// Whether a pattern that may be left out describes a name; without one, every name is meant.
  static func describes(_ name: String, _ pattern: String?) -> Bool {
    pattern.map { NamePattern($0).matches(name) } ?? true
  }

  var isLiteral: Bool { parts.count == 1 }

  func matches(_ name: String) -> Bool {
    guard parts.count > 1 else { return name == parts[0] }
    guard name.hasPrefix(parts[0]) else { return false }
    var rest = name.dropFirst(parts[0].count)
    for part in parts[1..<parts.count - 1] where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }

  /// What the only `*` stands for in a name that matches; `nil` where there are several.
  func wildcard(in name: String) -> String? {
    guard parts.count == 2, matches(name) else { return nil }
    return String(name.dropFirst(parts[0].count).dropLast(parts[1].count))
  }
}
