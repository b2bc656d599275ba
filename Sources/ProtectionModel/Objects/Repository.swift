public import Diagnostics

/// One deduplicated, encrypted store of recovery points at a ``StorageLocation``.
public struct Repository: DeclaredObject {
  public static let kind = PlanKind.repository

  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Version 2 of restic's repository format.
    case restic = "Restic"
  }

  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case createOrOpen = "CreateOrOpen"
    /// Opens what is there; never creates.
    case adopt = "Adopt"
    /// A source for restores; nothing is written.
    case readOnly = "ReadOnly"
  }

  /// Who shares chunks, and with them the password.
  public enum DedupScope: String, Hashable, Sendable, CaseIterable {
    case plan = "Plan"
    case namespace = "Namespace"
    case shared = "Shared"
  }

  public struct Encryption: Hashable, Sendable {
    public var password: SecretKeyReference
    public var rotateEvery: Duration?

    public init(password: SecretKeyReference, rotateEvery: Duration? = nil) {
      self.password = password
      self.rotateEvery = rotateEvery
    }
  }

  public struct Maintenance: Hashable, Sendable {
    public var schedule: CronSchedule
    public var window: Duration?

    public init(schedule: CronSchedule, window: Duration? = nil) {
      self.schedule = schedule
      self.window = window
    }
  }

  public var metadata: Metadata
  public var source: SourceSpan
  /// Names a ``StorageLocation``.
  public var locationRef: String
  /// A path below the location, so that one location holds several repositories.
  public var path: String?
  public var format: Format
  public var mode: Mode
  public var dedupScope: DedupScope
  public var encryption: Encryption
  public var extendLockOnMaintenance: Bool
  public var maintenance: Maintenance?

  public init(
    metadata: Metadata, source: SourceSpan, locationRef: String, path: String? = nil,
    format: Format = .restic, mode: Mode = .createOrOpen, dedupScope: DedupScope = .namespace,
    encryption: Encryption, extendLockOnMaintenance: Bool = false,
    maintenance: Maintenance? = nil
  ) {
    self.metadata = metadata
    self.source = source
    self.locationRef = locationRef
    self.path = path
    self.format = format
    self.mode = mode
    self.dedupScope = dedupScope
    self.encryption = encryption
    self.extendLockOnMaintenance = extendLockOnMaintenance
    self.maintenance = maintenance
  }
}
