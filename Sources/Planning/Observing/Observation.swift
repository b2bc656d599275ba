public import ClusterModel

/// Everything that planning knows of the world: one cluster, the repositories, and which pods were
/// found to be primary.
public struct Observation: Hashable, Sendable, Codable {
  public var cluster: ObservedCluster
  /// One for each Repository object that a plan uses, in any order.
  public var catalogs: [RepositoryCatalog]
  /// Answers to the blueprints' probes, where several pods could be the primary.
  public var primaries: [PrimaryPod]

  /// The pod that a plan's hook found to be primary.
  public struct PrimaryPod: Hashable, Sendable, Codable {
    public var plan: PlanKey
    public var pod: String

    public init(plan: PlanKey, pod: String) {
      self.plan = plan
      self.pod = pod
    }
  }

  public init(
    cluster: ObservedCluster, catalogs: [RepositoryCatalog] = [], primaries: [PrimaryPod] = []
  ) {
    self.cluster = cluster
    self.catalogs = catalogs
    self.primaries = primaries
  }
}
