public import Diagnostics
public import Documents

/// Which recovery point becomes what, and where.
public struct RestorePlan: DeclaredObject {
  public static let kind = PlanKind.restorePlan

  public var metadata: Metadata
  public var source: SourceSpan
  public var origin: RestoreOrigin
  public var target: RestoreTarget
  public var map: RestoreMapping
  public var existing: ExistingObjects
  public var resources: RestoreResources
  public var safety: RestoreSafety
  /// Classes of objects in the order in which they are made; empty leaves it to the planner.
  public var order: [RestoreStage]
  /// Run when the pod is ready on its final volumes, one after the other.
  public var hooks: [RestoreHook]
  /// Run after the hooks; a failed one fails the verification, not the restore.
  public var checks: [RestoreCheck]
  public var objectives: Objectives

  public init(
    metadata: Metadata, source: SourceSpan, origin: RestoreOrigin,
    target: RestoreTarget, map: RestoreMapping = RestoreMapping(),
    existing: ExistingObjects = ExistingObjects(),
    resources: RestoreResources = RestoreResources(), safety: RestoreSafety = RestoreSafety(),
    order: [RestoreStage] = [], hooks: [RestoreHook] = [], checks: [RestoreCheck] = [],
    objectives: Objectives = Objectives()
  ) {
    self.metadata = metadata
    self.source = source
    self.origin = origin
    self.target = target
    self.map = map
    self.existing = existing
    self.resources = resources
    self.safety = safety
    self.order = order
    self.hooks = hooks
    self.checks = checks
    self.objectives = objectives
  }
}

/// Where restored data comes from (`spec.source`).
public struct RestoreOrigin: Hashable, Sendable {
  public enum Point: Hashable, Sendable {
    case latest
    case named(String)
    /// The newest point at or before an instant.
    case asOf(Timestamp)
  }

  /// A ``ProtectionPlan``; its namespace is never `nil`.
  public var planRef: ObjectKey
  public var point: Point
  /// How much older than asked for the point may be.
  public var maxLoss: Duration?
  public var requiredConsistency: Consistency?
  public var requiresVerified: Bool
  /// The name of one of the policy's copies; `nil`: the first that has the point.
  public var copy: String?

  public init(
    planRef: ObjectKey, point: Point = .latest, maxLoss: Duration? = nil,
    requiredConsistency: Consistency? = nil, requiresVerified: Bool = false, copy: String? = nil
  ) {
    self.planRef = planRef
    self.point = point
    self.maxLoss = maxLoss
    self.requiredConsistency = requiredConsistency
    self.requiresVerified = requiresVerified
    self.copy = copy
  }
}

public struct RestoreTarget: Hashable, Sendable {
  /// One of the project's clusters; `nil`: the current one.
  public var cluster: String?
  public var namespace: String
  public var createNamespace: Bool

  public init(cluster: String? = nil, namespace: String, createNamespace: Bool = false) {
    self.cluster = cluster
    self.namespace = namespace
    self.createNamespace = createNamespace
  }
}

/// What changes its name on the way. `*` as a key stands for everything not named.
public struct RestoreMapping: Hashable, Sendable {
  public struct Volume: Hashable, Sendable {
    /// A name from the protection plan's `volumes`.
    public var name: String
    public var storageClass: String?
    public var size: ByteSize?
    /// Empty: as captured.
    public var accessModes: [AccessMode]

    public init(
      name: String, storageClass: String? = nil, size: ByteSize? = nil,
      accessModes: [AccessMode] = []
    ) {
      self.name = name
      self.storageClass = storageClass
      self.size = size
      self.accessModes = accessModes
    }
  }

  public enum AccessMode: String, Hashable, Sendable, CaseIterable {
    case readWriteOnce = "ReadWriteOnce"
    case readOnlyMany = "ReadOnlyMany"
    case readWriteMany = "ReadWriteMany"
    case readWriteOncePod = "ReadWriteOncePod"
  }

  public var namespaces: [String: String]
  public var storageClasses: [String: String]
  public var volumes: [Volume]
  /// Prefixes of image names.
  public var images: [String: String]

  public init(
    namespaces: [String: String] = [:], storageClasses: [String: String] = [:],
    volumes: [Volume] = [], images: [String: String] = [:]
  ) {
    self.namespaces = namespaces
    self.storageClasses = storageClasses
    self.volumes = volumes
    self.images = images
  }
}

/// What happens where something of the same name is there already.
public struct ExistingObjects: Hashable, Sendable {
  public enum Volumes: String, Hashable, Sendable, CaseIterable {
    case fail = "Fail"
    case replace = "Replace"
    case inPlace = "InPlace"
    case rename = "Rename"
  }
  public enum Resources: String, Hashable, Sendable, CaseIterable {
    case skip = "Skip"
    case merge = "Merge"
    case replace = "Replace"
  }

  public var volumes: Volumes
  public var resources: Resources

  public init(volumes: Volumes = .fail, resources: Resources = .skip) {
    self.volumes = volumes
    self.resources = resources
  }
}
