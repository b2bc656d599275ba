public import Diagnostics

/// A reusable way to bring an application into a state fit for a cut, and out of it again.
public struct HookBlueprint: DeclaredObject {
  public static let kind = PlanKind.hookBlueprint

  public var metadata: Metadata
  public var source: SourceSpan
  public var usage: Usage
  public var params: [HookParameter]
  public var target: HookTarget
  public var requires: HookRequirements
  /// How the application is held; `nil` for a blueprint that only restores.
  public var quiesce: Quiesce?
  /// In which order volumes are cut, relative to the steps of a session.
  public var cuts: [CutRule]
  /// What the hook makes of a recovery point.
  public var consistency: Consistency?
  public var restore: [RestoreArtifact]

  public init(
    metadata: Metadata, source: SourceSpan, usage: Usage = Usage(),
    params: [HookParameter] = [], target: HookTarget = HookTarget(),
    requires: HookRequirements = HookRequirements(), quiesce: Quiesce? = nil,
    cuts: [CutRule] = [], consistency: Consistency? = nil, restore: [RestoreArtifact] = []
  ) {
    self.metadata = metadata
    self.source = source
    self.usage = usage
    self.params = params
    self.target = target
    self.requires = requires
    self.quiesce = quiesce
    self.cuts = cuts
    self.consistency = consistency
    self.restore = restore
  }

  /// The two ways to hold an application.
  public enum Quiesce: Hashable, Sendable {
    /// One command kept running from the first step to the last.
    case session(HookSession)
    /// One command before the cut and one after it.
    case freeze(FreezeThaw)
  }

  /// Which namespaces may use the blueprint.
  public struct Usage: Hashable, Sendable {
    public enum Namespaces: Hashable, Sendable {
      case all
      case names([String])
      case matching(labels: [String: String])
    }

    public var allowedNamespaces: Namespaces

    public init(allowedNamespaces: Namespaces = .all) {
      self.allowedNamespaces = allowedNamespaces
    }
  }
}

/// A value that whoever uses a blueprint gives it; `$(params.NAME)` stands for it.
public struct HookParameter: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case string = "String"
    case integer = "Integer"
    case path = "Path"
    case command = "Command"
  }

  public var name: String
  public var kind: Kind
  public var isRequired: Bool
  public var defaultValue: ParameterValue?
  public var description: String?

  public init(
    name: String, kind: Kind, isRequired: Bool = false, defaultValue: ParameterValue? = nil,
    description: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.defaultValue = defaultValue
    self.description = description
  }
}

public enum ParameterValue: Hashable, Sendable {
  case text(String)
  case command([String])
}

/// In which container of which pods a hook runs.
public struct HookTarget: Hashable, Sendable {
  public enum Pick: Hashable, Sendable {
    /// The one pod for which the probe's output, without the line feed at its end, equals the text.
    case primary(probe: PrimaryProbe)
    /// Every pod that mounts one of the selected volumes.
    case allMounting
    /// Any one ready pod: the first by name.
    case one
  }

  public struct PrimaryProbe: Hashable, Sendable {
    public var exec: [String]
    public var equals: String
    public var timeout: Duration

    public init(exec: [String], equals: String, timeout: Duration = .seconds(10)) {
      self.exec = exec
      self.equals = equals
      self.timeout = timeout
    }
  }

  /// `nil`: the pod's default container.
  public var container: String?
  public var pick: Pick

  public init(container: String? = nil, pick: Pick = .one) {
    self.container = container
    self.pick = pick
  }
}

/// What must hold before a hook may be used.
public struct HookRequirements: Hashable, Sendable {
  public var filesystems: [String]
  /// A Linux capability of the container: `SYS_ADMIN`.
  public var capability: String?
  /// CSI drivers, `*` standing for any text, that the hook must not meet.
  public var notDrivers: [String]

  public init(filesystems: [String] = [], capability: String? = nil, notDrivers: [String] = []) {
    self.filesystems = filesystems
    self.capability = capability
    self.notDrivers = notDrivers
  }
}
