public import Diagnostics

/// A reusable tier of protection.
public struct ProtectionPolicy: DeclaredObject {
  public static let kind = PlanKind.protectionPolicy

  public var metadata: Metadata
  public var source: SourceSpan
  /// Names the policy whose settings this one refines.
  public var extends: String?
  public var settings: PolicySettings

  public init(
    metadata: Metadata, source: SourceSpan, extends: String? = nil, settings: PolicySettings
  ) {
    self.metadata = metadata
    self.source = source
    self.extends = extends
    self.settings = settings
  }
}

/// What a policy sets, or what a plan overrides. Whatever is `nil` comes from further down.
public struct PolicySettings: Hashable, Sendable {
  public var objectives: Objectives
  public var schedule: ScheduleSettings
  public var keepLocal: RetentionPolicy
  /// By name; empty where a policy says nothing of copies.
  public var copies: [CopyTarget]
  public var retention: RetentionPolicy
  public var require: Requirement
  public var verify: Verification

  public init(
    objectives: Objectives = Objectives(), schedule: ScheduleSettings = ScheduleSettings(),
    keepLocal: RetentionPolicy = RetentionPolicy(), copies: [CopyTarget] = [],
    retention: RetentionPolicy = RetentionPolicy(), require: Requirement = Requirement(),
    verify: Verification = Verification()
  ) {
    self.objectives = objectives
    self.schedule = schedule
    self.keepLocal = keepLocal
    self.copies = copies
    self.retention = retention
    self.require = require
    self.verify = verify
  }
}

public struct Objectives: Hashable, Sendable {
  /// How old the newest recovery point may become.
  public var rpo: Duration?
  /// How long a restore may take.
  public var rto: Duration?

  public init(rpo: Duration? = nil, rto: Duration? = nil) {
    self.rpo = rpo
    self.rto = rto
  }
}

public struct ScheduleSettings: Hashable, Sendable {
  public var cron: CronSchedule?
  /// An IANA name; `nil` means the project's.
  public var timezone: String?
  /// A slot not begun this long after its time is missed.
  public var startWithin: Duration?
  public var jitter: Duration?
  public var skipIfUnchanged: Bool?

  public init(
    cron: CronSchedule? = nil, timezone: String? = nil, startWithin: Duration? = nil,
    jitter: Duration? = nil, skipIfUnchanged: Bool? = nil
  ) {
    self.cron = cron
    self.timezone = timezone
    self.startWithin = startWithin
    self.jitter = jitter
    self.skipIfUnchanged = skipIfUnchanged
  }
}

/// A repository that receives a copy of each recovery point, or of some.
public struct CopyTarget: Hashable, Sendable {
  public enum Frequency: String, Hashable, Sendable, CaseIterable {
    case always = "Always"
    case hourly = "Hourly"
    case daily = "Daily"
    case weekly = "Weekly"
    case monthly = "Monthly"
  }

  public var name: String
  /// Names a ``Repository``; `nil` only in a policy or override that refines another's copy.
  public var repositoryRef: String?
  public var when: Frequency?
  /// How long object lock protects the copy.
  public var lock: Duration?
  /// Replaces the policy's retention for this copy.
  public var retention: RetentionPolicy?

  public init(
    name: String, repositoryRef: String? = nil, when: Frequency? = nil, lock: Duration? = nil,
    retention: RetentionPolicy? = nil
  ) {
    self.name = name
    self.repositoryRef = repositoryRef
    self.when = when
    self.lock = lock
    self.retention = retention
  }
}

public struct Requirement: Hashable, Sendable {
  public enum Fallback: String, Hashable, Sendable, CaseIterable {
    case fail = "Fail"
    /// Goes on with less, records it, and ends with the exit code of a partial run.
    case degrade = "Degrade"
  }

  public var consistency: Consistency?
  /// `nil` means ``Fallback/fail``.
  public var onUnavailable: Fallback?

  public init(consistency: Consistency? = nil, onUnavailable: Fallback? = nil) {
    self.consistency = consistency
    self.onUnavailable = onUnavailable
  }
}

public struct Verification: Hashable, Sendable {
  /// How much of each new copy is read back, `0...100`.
  public var samplePercent: Double?
  public var drillWithin: Duration?

  public init(samplePercent: Double? = nil, drillWithin: Duration? = nil) {
    self.samplePercent = samplePercent
    self.drillWithin = drillWithin
  }
}
