/// Limits that no plan can lift.
public struct Guardrails: Hashable, Sendable {
  /// The longest time that any hook may hold an application.
  public var maxFreeze: Duration?
  /// How many recovery points one run may delete.
  public var maxDeletesPerRun: Int?
  /// How many verified points stay, whatever the retention says.
  public var minVerifiedPoints: Int
  /// Policies whose points expire only by a reviewed plan file.
  public var expireRequiresConfirm: [String]
  public var denyWindows: [DenyWindow]
  public var plans: SignedPlans?

  public init(
    maxFreeze: Duration? = nil, maxDeletesPerRun: Int? = nil, minVerifiedPoints: Int = 1,
    expireRequiresConfirm: [String] = [], denyWindows: [DenyWindow] = [],
    plans: SignedPlans? = nil
  ) {
    self.maxFreeze = maxFreeze
    self.maxDeletesPerRun = maxDeletesPerRun
    self.minVerifiedPoints = minVerifiedPoints
    self.expireRequiresConfirm = expireRequiresConfirm
    self.denyWindows = denyWindows
    self.plans = plans
  }

  /// A recurring time in which no new work starts.
  public struct DenyWindow: Hashable, Sendable {
    public var schedule: CronSchedule
    public var duration: Duration
    public var reason: String
    /// Work that began before the window may finish inside it.
    public var allowRunning: Bool

    public init(
      schedule: CronSchedule, duration: Duration, reason: String, allowRunning: Bool = false
    ) {
      self.schedule = schedule
      self.duration = duration
      self.reason = reason
      self.allowRunning = allowRunning
    }
  }

  /// Which signatures a plan file needs before it is applied.
  public struct SignedPlans: Hashable, Sendable {
    public enum Key: Hashable, Sendable {
      case cosign(issuer: String, subject: String)
      case ssh(publicKey: String)
    }

    public var requireSignature: Bool
    public var keys: [Key]

    public init(requireSignature: Bool, keys: [Key] = []) {
      self.requireSignature = requireSignature
      self.keys = keys
    }
  }
}
