public import ClusterModel
public import Documents
public import Ports

/// Reads what planning asks about from a cluster. Never writes.
public struct ClusterObserver: Sendable {
  private let cluster: any ClusterAccess

  public init(cluster: any ClusterAccess) {
    self.cluster = cluster
  }

  /// Lists everything at once, each list on its own.
  ///
  /// The lists are not one snapshot of the cluster: what a plan relies on is checked again by its
  /// nodes' preconditions.
  ///
  /// - Parameters:
  ///   - name: What the user calls the cluster.
  ///   - hasGroups: Whether plans ask for group snapshots; who has none needs no right to list
  ///     their classes.
  ///   - forRestores: Looks at the surroundings, too, which only restores ask about.
  /// - Complexity: O(*n*) in the number of claims, volumes, pods, workloads and classes.
  public func observe(
    name: String, at now: Timestamp, hasGroups: Bool = false, forRestores: Bool = false
  ) async throws(ClusterError) -> ObservedCluster {
    async let version = result { () async throws(ClusterError) in try await cluster.serverVersion()
    }
    async let system = result { () async throws(ClusterError) in
      try await cluster.get(ObjectReference(.namespace, name: "kube-system"))
    }
    async let namespaces = items(of: .namespace)
    async let claims = items(of: .claim)
    async let volumes = items(of: .volume)
    async let statefulSets = items(of: .statefulSet)
    async let deployments = items(of: .deployment)
    async let pods = items(of: .pod)
    async let storageClasses = items(of: .storageClass)
    async let snapshotClasses = items(of: .snapshotClass)
    async let groups = result { () async throws(ClusterError) in
      hasGroups ? try await groupSnapshots() : nil
    }

    let drivers = DriverIndex(volumes: try await volumes.get())
    let identity = ClusterIdentity(
      name: name, uid: try await system.get()?["metadata", "uid"]?.stringValue ?? "",
      serverVersion: try await version.get())
    let workloads =
      try await statefulSets.get().map { workload($0, kind: "StatefulSet") }
      + (try await deployments.get().map { workload($0, kind: "Deployment") })
    return ObservedCluster(
      identity: identity, observedAt: now.rounded,
      namespaces: try await namespaces.get().map(namespace).sorted { $0.name < $1.name },
      claims: try await claims.get().map { claim($0, drivers: drivers) }
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) },
      workloads: workloads.sorted {
        ($0.namespace, $0.kind, $0.name) < ($1.namespace, $1.kind, $1.name)
      },
      pods: try await pods.get().map(pod)
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) },
      storageClasses: try await storageClasses.get().map(storageClass)
        .sorted { $0.name < $1.name },
      snapshotClasses: try await snapshotClasses.get().map(snapshotClass)
        .sorted { $0.name < $1.name }, groupSnapshots: try await groups.get(),
      surroundings: forRestores
        ? try await SurroundingsObserver(cluster: cluster).observe(
          tracked: try await claims.get() + statefulSets.get() + deployments.get())
        : nil)
  }

  /// Group snapshots, in the version that the server prefers; `nil` where it knows none of ours.
  private func groupSnapshots() async throws(ClusterError) -> ObservedGroupSnapshots? {
    let types = try await cluster.resources()
    for version in ResourceType.groupSnapshotVersions {
      let type = ResourceType.groupSnapshotClass(version)
      guard types.contains(type), types.contains(.groupSnapshot(version)) else { continue }
      let classes = try await items(of: type).get()
      return ObservedGroupSnapshots(
        version: version, classes: classes.map(snapshotClass).sorted { $0.name < $1.name })
    }
    return nil
  }

  /// A server without the snapshot API has no snapshot classes; that is a finding of planning,
  /// not a failure to observe.
  private func items(of type: ResourceType) async -> Result<[JSONValue], ClusterError> {
    do {
      return .success(try await cluster.list(type, namespace: nil, selector: "").items)
    } catch  where error.reason == .notFound {
      return .success([])
    } catch {
      return .failure(error)
    }
  }

  private func result<Value: Sendable>(
    _ body: () async throws(ClusterError) -> Value
  ) async -> Result<Value, ClusterError> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }
}
