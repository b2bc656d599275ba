public import ClusterModel
public import Documents

/// What a cluster says of itself, as far as plans depend on it.
///
/// Each part is known or not by itself: an account that may not list quotas still learns of clocks.
public struct ClusterFacts: Sendable {
  /// The instant by the clock of this machine.
  public var now: Timestamp
  public var serverVersion: Known<String> = .unknown("it was not asked")
  /// The snapshot groups' resources, in every version that is served.
  public var served: Known<[ResourceType]> = .unknown("it was not asked")
  public var clock: Known<ClockReading> = .unknown("it was not asked")
  public var namespaces: Known<[ObservedNamespace]> = .unknown("they were not listed")
  public var storageClasses: Known<[ObservedStorageClass]> = .unknown("they were not listed")
  public var snapshotClasses: Known<[ObservedSnapshotClass]> = .unknown("they were not listed")
  /// The names of CSIDriver objects.
  public var drivers: Known<[String]> = .unknown("they were not listed")
  public var controller = ControllerTraces()
  /// By namespace; those that no plan uses are not asked for.
  public var quotas: [String: Known<[QuotaFacts]>] = [:]
  public var limits: [String: Known<[LimitFacts]>] = [:]
  public var permissions: Known<PermissionAnswers> = .unknown("it was not asked")
  public var secrets: [SecretNeed: Known<SecretState>] = [:]
  public var stores: [StoreFacts] = []
  /// What could not be listed for planning, and why.
  public var refusals: [String: String] = [:]

  public init(now: Timestamp) { self.now = now }
}

/// What the server's clock said between two instants of ours.
public struct ClockReading: Hashable, Sendable {
  /// In whole seconds, the rest cut off.
  public var server: Timestamp
  public var asked: Timestamp
  public var answered: Timestamp

  public init(server: Timestamp, asked: Timestamp, answered: Timestamp) {
    self.server = server
    self.asked = asked
    self.answered = answered
  }

  /// How far the server's clock is ahead at least; negative where it is behind, zero where the
  /// two may agree.
  public var skew: Duration {
    let least = server - answered
    let most = server + .seconds(1) - asked
    return least > .zero ? least : most < .zero ? most : .zero
  }
}

/// What shows that somebody binds VolumeSnapshots.
public struct ControllerTraces: Hashable, Sendable {
  public struct Lease: Hashable, Sendable {
    public var name: String
    public var renewedAt: Timestamp?
    public var seconds: Int64

    public init(name: String, renewedAt: Timestamp?, seconds: Int64) {
      self.name = name
      self.renewedAt = renewedAt
      self.seconds = seconds
    }
  }

  public struct Pod: Hashable, Sendable {
    public var name: String
    public var isReady: Bool

    public init(name: String, isReady: Bool) {
      self.name = name
      self.isReady = isReady
    }
  }

  public struct Snapshot: Hashable, Sendable {
    public var name: String
    public var createdAt: Timestamp
    public var isBound: Bool

    public init(name: String, createdAt: Timestamp, isBound: Bool) {
      self.name = name
      self.createdAt = createdAt
      self.isBound = isBound
    }
  }

  public var leases: Known<[Lease]> = .unknown("they were not listed")
  public var pods: Known<[Pod]> = .unknown("they were not listed")
  public var snapshots: Known<[Snapshot]> = .unknown("they were not listed")

  public init() {}
}

/// A ResourceQuota. Quantities are whole numbers, rounded up.
public struct QuotaFacts: Hashable, Sendable {
  public var name: String
  public var hard: [String: Int64]
  public var used: [String: Int64]
  /// `BestEffort`, `NotTerminating`…: it counts those pods only.
  public var scopes: [String]
  /// Whether it selects by priority or the like, which movers' pods do not have.
  public var isSelective: Bool

  public init(
    name: String, hard: [String: Int64], used: [String: Int64] = [:], scopes: [String] = [],
    isSelective: Bool = false
  ) {
    self.name = name
    self.hard = hard
    self.used = used
    self.scopes = scopes
    self.isSelective = isSelective
  }
}

/// A LimitRange, reduced to what claims and movers' pods meet.
public struct LimitFacts: Hashable, Sendable {
  public var name: String
  /// Bytes of a claim.
  public var claimMin: Int64?
  public var claimMax: Int64?
  /// What containers get that ask for nothing: `requests.cpu`, `limits.memory`.
  public var defaults: Set<String>

  public init(
    name: String, claimMin: Int64? = nil, claimMax: Int64? = nil, defaults: Set<String> = []
  ) {
    self.name = name
    self.claimMin = claimMin
    self.claimMax = claimMax
    self.defaults = defaults
  }
}

/// What the cluster answered when it was asked for each permission.
public struct PermissionAnswers: Hashable, Sendable {
  public var asked: Int
  public var missing: [Permission]

  public init(asked: Int, missing: [Permission]) {
    self.asked = asked
    self.missing = missing
  }
}

/// Whether a Secret has what a plan refers to; its values stay where they are.
public enum SecretState: Hashable, Sendable {
  case missing
  case present(keysMissing: [String])
}
