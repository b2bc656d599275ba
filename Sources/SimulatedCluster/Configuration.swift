/// What is fixed about a cluster before it starts.
public struct Configuration: Sendable, Equatable {
  public var name: String
  /// Object identifiers derive from it: same seed and same requests, same identifiers.
  public var seed: UInt64
  /// What `/version` says.
  public var version: String
  public var nodeName: String
  public var nodeAddress: String
  /// Quantities as a Node says them.
  public var nodeCPU: String
  public var nodeMemory: String
  public var nodePods: Int64
  /// The CSI driver behind the storage classes `sandbox-ssd` and `sandbox-late`.
  public var storageDriver: String
  /// Whether objects tell who manages which of their fields. Where nobody asks, leaving it out
  /// makes every write cheaper.
  public var keepsManagedFields = true

  public init(
    name: String = "sandbox", seed: UInt64 = 1, version: String = "v1.36.0+sandbox",
    nodeName: String = "sandbox-node", nodeAddress: String = "127.0.0.1", nodeCPU: String = "8",
    nodeMemory: String = "16Gi", nodePods: Int64 = 110,
    storageDriver: String = "csi.sandbox.oadp-plan.dev"
  ) {
    self.name = name
    self.seed = seed
    self.version = version
    self.nodeName = nodeName
    self.nodeAddress = nodeAddress
    self.nodeCPU = nodeCPU
    self.nodeMemory = nodeMemory
    self.nodePods = nodePods
    self.storageDriver = storageDriver
  }
}
