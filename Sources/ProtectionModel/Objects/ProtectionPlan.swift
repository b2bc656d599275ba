public import Diagnostics

/// What is protected, and how.
public struct ProtectionPlan: DeclaredObject {
  public static let kind = PlanKind.protectionPlan

  /// Which pod's volumes are cut where several pods match.
  public enum VolumeOwner: String, Hashable, Sendable, CaseIterable {
    /// The pod that a blueprint picked as primary.
    case primary = "Primary"
  }

  public var metadata: Metadata
  public var source: SourceSpan
  /// Names a ``ProtectionPolicy``.
  public var policyRef: String
  public var select: WorkloadSelection
  /// Empty: every claim of the selection, each under its own name.
  public var volumes: [VolumeSelection]
  public var groups: [VolumeGroup]
  public var bracket: Bracket?
  /// `nil`: the volumes of all pods.
  public var onlyFrom: VolumeOwner?
  public var hooks: [HookUse]
  public var resources: ResourceCapture
  public var copies: CopyOrder
  public var overrides: PolicySettings

  public init(
    metadata: Metadata, source: SourceSpan, policyRef: String, select: WorkloadSelection,
    volumes: [VolumeSelection] = [], groups: [VolumeGroup] = [], bracket: Bracket? = nil,
    onlyFrom: VolumeOwner? = nil, hooks: [HookUse] = [],
    resources: ResourceCapture = ResourceCapture(), copies: CopyOrder = CopyOrder(),
    overrides: PolicySettings = PolicySettings()
  ) {
    self.metadata = metadata
    self.source = source
    self.policyRef = policyRef
    self.select = select
    self.volumes = volumes
    self.groups = groups
    self.bracket = bracket
    self.onlyFrom = onlyFrom
    self.hooks = hooks
    self.resources = resources
    self.copies = copies
    self.overrides = overrides
  }
}

/// Workloads and claims in the plan's namespace; what any part selects is selected.
public struct WorkloadSelection: Hashable, Sendable {
  public struct Workload: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case statefulSet = "StatefulSet"
      case deployment = "Deployment"
      case daemonSet = "DaemonSet"
      case pod = "Pod"
    }

    public var kind: Kind
    public var name: String

    public init(kind: Kind, name: String) {
      self.kind = kind
      self.name = name
    }
  }

  public var workloads: [Workload]
  /// Names of claims; `*` stands for any text.
  public var claims: [String]
  /// Labels of workloads and claims; all must match. Empty selects nothing.
  public var labels: [String: String]

  public init(
    workloads: [Workload] = [], claims: [String] = [], labels: [String: String] = [:]
  ) {
    self.workloads = workloads
    self.claims = claims
    self.labels = labels
  }

  public var isEmpty: Bool { workloads.isEmpty && claims.isEmpty && labels.isEmpty }
}

/// A name for one claim, or for the matching claims of several pods.
public struct VolumeSelection: Hashable, Sendable {
  public struct Mover: Hashable, Sendable {
    public enum Access: String, Hashable, Sendable, CaseIterable {
      /// A volume made from the snapshot.
      case clone = "Clone"
      /// The snapshot itself, mounted read-only, without a copy (CephFS).
      case shallowReadOnly = "ShallowReadOnly"
      /// The live volume.
      case direct = "Direct"
    }

    public var access: Access
    /// Globs of paths below the volume's root that are not copied.
    public var excludes: [String]
    public var parallelFiles: Int?

    public init(access: Access = .clone, excludes: [String] = [], parallelFiles: Int? = nil) {
      self.access = access
      self.excludes = excludes
      self.parallelFiles = parallelFiles
    }
  }

  public var name: String
  /// The claim's name; `*` stands for any text.
  public var claim: String
  /// The VolumeSnapshotClass; `nil`: the driver's default.
  public var snapshotClass: String?
  /// Names a ``VolumeGroup``.
  public var group: String?
  public var mover: Mover

  public init(
    name: String, claim: String, snapshotClass: String? = nil, group: String? = nil,
    mover: Mover = Mover()
  ) {
    self.name = name
    self.claim = claim
    self.snapshotClass = snapshotClass
    self.group = group
    self.mover = mover
  }
}

/// Volumes that one group snapshot cuts.
public struct VolumeGroup: Hashable, Sendable {
  public enum Atomicity: String, Hashable, Sendable, CaseIterable {
    case required = "Required"
    case preferred = "Preferred"
  }

  public var name: String
  /// The VolumeGroupSnapshotClass.
  public var groupClass: String
  public var atomic: Atomicity
  /// How many claims the group must have.
  public var expectMembers: Int?

  public init(
    name: String, groupClass: String, atomic: Atomicity = .required, expectMembers: Int? = nil
  ) {
    self.name = name
    self.groupClass = groupClass
    self.atomic = atomic
    self.expectMembers = expectMembers
  }
}

/// Several cuts inside one quiesce window.
public struct Bracket: Hashable, Sendable {
  /// Names from the plan's `volumes`.
  public var volumes: [String]
  /// How far apart the first and the last cut may be.
  public var maxSkew: Duration

  public init(volumes: [String], maxSkew: Duration) {
    self.volumes = volumes
    self.maxSkew = maxSkew
  }
}

/// A blueprint, and the values of its parameters.
public struct HookUse: Hashable, Sendable {
  /// Names a ``HookBlueprint``.
  public var blueprint: String
  public var params: [String: ParameterValue]

  public init(blueprint: String, params: [String: ParameterValue] = [:]) {
    self.blueprint = blueprint
    self.params = params
  }
}

/// Which Kubernetes objects go into a recovery point.
public struct ResourceCapture: Hashable, Sendable {
  public enum Secrets: String, Hashable, Sendable, CaseIterable {
    case encrypted = "Encrypted"
    case skip = "Skip"
  }

  /// Kinds; empty captures none.
  public var include: [String]
  public var exclude: [String]
  public var secrets: Secrets

  public init(include: [String] = [], exclude: [String] = [], secrets: Secrets = .encrypted) {
    self.include = include
    self.exclude = exclude
    self.secrets = secrets
  }
}

public struct CopyOrder: Hashable, Sendable {
  public enum Order: String, Hashable, Sendable, CaseIterable {
    case declared = "Declared"
    case smallest = "Smallest"
    case largest = "Largest"
  }

  public var order: Order
  /// How many volumes are copied at once; `nil` leaves it to the project's limits.
  public var parallel: Int?

  public init(order: Order = .declared, parallel: Int? = nil) {
    self.order = order
    self.parallel = parallel
  }
}
