public import ClusterModel
public import Diagnostics
public import Documents
public import ProtectionModel

/// What plans ask of a cluster, whether or not anything is due now.
public struct PlanDemand: Sendable {
  /// A claim that a plan protects.
  public struct Volume: Hashable, Sendable {
    public var plan: PlanKey
    public var claim: String
    /// `nil` where its volume has none, or is not there.
    public var driver: String?
    /// `nil` where none could be chosen, and where a group snapshot cuts it.
    public var snapshotClass: String?
    public var storageClass: String?
    public var bytes: Int64
  }

  /// A claim to be made.
  public struct Claim: Hashable, Sendable {
    public var storageClass: String?
    public var bytes: Int64
  }

  /// What one plan has in one namespace at once, at most.
  public struct Use: Hashable, Sendable {
    public var plan: PlanKey
    public var namespace: String
    public var snapshots = 0
    public var claims: [Claim] = []
    public var jobs = 0

    init(_ plan: PlanKey, in namespace: String) {
      self.plan = plan
      self.namespace = namespace
    }
  }

  /// A namespace that plans name.
  public struct Place: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable { case protected, movers, target }
    public var name: String
    public var role: Role
    /// Whether a run makes it where it is missing.
    public var isMade = false
    /// Whether pods there mount a directory of their node: `nil` where no mover runs there.
    public var mountsNode: Bool?
  }

  public internal(set) var volumes: [Volume] = []
  public internal(set) var uses: [Use] = []
  public internal(set) var places: [Place] = []
  public internal(set) var secrets: [SecretNeed] = []
  public internal(set) var repositories: [RepositoryTarget] = []
  /// StorageClasses by who needs them: `claim shop/data`, `volume data of restore shop/back`.
  public internal(set) var storageClasses: [String: [String]] = [:]
  /// Who needs a default StorageClass.
  public internal(set) var defaultClassUsers: [String] = []
  /// Plans with groups, and whether one of these must be cut at one instant.
  public internal(set) var grouped: [PlanKey: Bool] = [:]
  /// What planning finds wrong, by the plan's name.
  public internal(set) var diagnostics: [(plan: String, finding: Diagnostic)] = []
  /// How many claims each protection plan selects.
  public internal(set) var selected: [PlanKey: Int] = [:]
  /// How many volumes the point has that each restore plan would restore now.
  public internal(set) var restorable: [PlanKey: Int] = [:]

  /// - Parameters:
  ///   - options: ``PlanningOptions/restores`` says which restores are looked at.
  ///   - moversMax: How many movers run at once.
  ///   - hidden: Plurals of what could not be listed; what depends on it is left out.
  /// - Complexity: O(*n* log *n*) in the number of plans, claims, pods and recovery points.
  public init(
    desired: PlanSet, observed: Observation, at now: Timestamp, options: PlanningOptions,
    moversMax: Int, hidden: Set<String> = []
  ) {
    let context = PlanningContext(desired: desired, observed: observed, at: now, options: options)
    var draft = DemandDraft(
      context: context, moversMax: max(moversMax, 1), hidden: hidden, demand: self)
    draft.guardCluster()
    for repository in desired.repositories { draft.add(repository) }
    for plan in desired.protectionPlans where options.includes(plan.planKey) { draft.add(plan) }
    if case .only(let keys) = options.restores {
      for plan in desired.restorePlans where keys.contains(plan.planKey) { draft.add(plan) }
    }
    self = draft.demand
  }
}

/// A Secret that runs need, all of whose `keys` have to be there.
public struct SecretNeed: Hashable, Sendable {
  public var namespace: String
  public var name: String
  public var keys: [String]
  /// `password of repository gold`
  public var purpose: String

  public init(namespace: String, name: String, keys: [String], purpose: String) {
    self.namespace = namespace
    self.name = name
    self.keys = keys
    self.purpose = purpose
  }
}
