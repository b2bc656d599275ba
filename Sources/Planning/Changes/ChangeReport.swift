public import ClusterModel
public import Documents

/// What planning found out, in the form that is shown, saved and compared: values only, in an order
/// that depends on nothing but the plans.
public struct ChangeReport: Hashable, Sendable, Codable {
  public var evaluatedAt: Timestamp
  public var cluster: ClusterIdentity
  public var summary: Summary
  /// One for each plan that was looked at, protection plans first, each kind by its key.
  public var plans: [PlanVerdict]
  public var changes: [Change]
  public var coverage: [CoverageEntry]

  public init(
    evaluatedAt: Timestamp, cluster: ClusterIdentity, summary: Summary, plans: [PlanVerdict],
    changes: [Change], coverage: [CoverageEntry]
  ) {
    self.evaluatedAt = evaluatedAt
    self.cluster = cluster
    self.summary = summary
    self.plans = plans
    self.changes = changes
    self.coverage = coverage
  }

  /// Whether an apply would do anything.
  public var hasChanges: Bool { changes.contains { $0.action != .blocked } }

  /// Changes that a guardrail keeps from being done.
  public var blocked: [Change] { changes.filter { $0.action == .blocked } }
}

/// What became of one plan.
public struct PlanVerdict: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case changed, unchanged
    /// Something is wrong with it or its surroundings: diagnostics say what.
    case failed
  }

  public var plan: PlanKey
  /// `ProtectionPlan` or `RestorePlan`.
  public var kind: String
  public var source: SourcePlace
  public var state: State
  /// What stands beside the plan's name: the policy and its objective, or a restore's source.
  public var headline: [String]
  /// What deserves attention.
  public var notices: [String]
  /// How many volumes it protects or restores.
  public var volumes: Int
  public var rpoSeconds: Int?
  public var newestPoint: String?
  public var newestAgeSeconds: Int?
  /// Until the newest point is older than the objective; negative when it is already.
  public var leftSeconds: Int?

  public init(
    plan: PlanKey, kind: String, source: SourcePlace, state: State = .unchanged,
    headline: [String] = [], notices: [String] = [], volumes: Int = 0, rpoSeconds: Int? = nil,
    newestPoint: String? = nil, newestAgeSeconds: Int? = nil, leftSeconds: Int? = nil
  ) {
    self.plan = plan
    self.kind = kind
    self.source = source
    self.state = state
    self.headline = headline
    self.notices = notices
    self.volumes = volumes
    self.rpoSeconds = rpoSeconds
    self.newestPoint = newestPoint
    self.newestAgeSeconds = newestAgeSeconds
    self.leftSeconds = leftSeconds
  }
}

/// A bound claim that no plan protects.
public struct CoverageEntry: Hashable, Sendable, Codable {
  /// `legacy/wiki-data`
  public var claim: String
  public var bytes: Int64
  public var storageClass: String?
  public var ageSeconds: Int?
  /// `Deployment/wiki`
  public var mountedBy: [String]
  /// `uncovered`; readers must expect other values.
  public var verdict: String

  public init(
    claim: String, bytes: Int64, storageClass: String?, ageSeconds: Int?, mountedBy: [String],
    verdict: String
  ) {
    self.claim = claim
    self.bytes = bytes
    self.storageClass = storageClass
    self.ageSeconds = ageSeconds
    self.mountedBy = mountedBy
    self.verdict = verdict
  }
}

/// The counts that the last line of a diff gives.
public struct Summary: Hashable, Sendable, Codable {
  public var create = 0
  public var update = 0
  public var delete = 0
  public var run = 0
  public var blocked = 0
  /// Plans without a change.
  public var unchanged = 0
  /// Plans that could not be planned.
  public var failed = 0
  public var uncovered = 0
  public var estimate = Estimate()

  public struct Estimate: Hashable, Sendable, Codable {
    /// The most that can be moved: the capacities of the volumes.
    public var bytesMax: Int64 = 0
    /// The longest that a freeze may hold an application.
    public var freezeSecondsMax = 0

    public init() {}
  }

  public init() {}
}
