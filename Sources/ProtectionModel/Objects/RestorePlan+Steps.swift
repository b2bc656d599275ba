public import Documents

/// Which captured objects are made again, and how they are changed.
public struct RestoreResources: Hashable, Sendable {
  public struct Transform: Hashable, Sendable {
    public var kind: String
    /// `nil`: every object of the kind; `*` stands for any text.
    public var name: String?
    /// A JSON patch (RFC 6902), an array of operations.
    public var jsonPatch: JSONValue

    public init(kind: String, name: String? = nil, jsonPatch: JSONValue) {
      self.kind = kind
      self.name = name
      self.jsonPatch = jsonPatch
    }
  }

  /// Kinds; empty: all that were captured.
  public var include: [String]
  public var exclude: [String]
  public var transforms: [Transform]

  public init(include: [String] = [], exclude: [String] = [], transforms: [Transform] = []) {
    self.include = include
    self.exclude = exclude
    self.transforms = transforms
  }
}

/// What is done around a restore so that it harms nothing that runs. Each is undone by a guard.
public struct RestoreSafety: Hashable, Sendable {
  public enum PauseGitOps: String, Hashable, Sendable, CaseIterable {
    case auto = "Auto"
    case never = "Never"
    case require = "Require"
  }
  public enum ScaleDown: String, Hashable, Sendable, CaseIterable {
    /// Workloads that mount the volumes go to zero; their replicas are recorded and restored.
    case recorded = "Recorded"
    case never = "Never"
  }

  public var pauseGitOps: PauseGitOps
  public var scaleDown: ScaleDown
  public var snapshotBefore: Bool

  public init(
    pauseGitOps: PauseGitOps = .auto, scaleDown: ScaleDown = .never, snapshotBefore: Bool = false
  ) {
    self.pauseGitOps = pauseGitOps
    self.scaleDown = scaleDown
    self.snapshotBefore = snapshotBefore
  }
}

/// A class of objects, made together.
public enum RestoreStage: String, Hashable, Sendable, CaseIterable {
  case namespace = "Namespace"
  case rbac = "RBAC"
  case secret = "Secret"
  case configMap = "ConfigMap"
  case volume = "Volume"
  case service = "Service"
  case workload = "Workload"
  case everythingElse = "*"
}

/// The pod of a workload, and a container in it.
public struct ExecTarget: Hashable, Sendable {
  public var kind: WorkloadSelection.Workload.Kind
  public var name: String
  /// `nil`: the pod's default container.
  public var container: String?

  public init(kind: WorkloadSelection.Workload.Kind, name: String, container: String? = nil) {
    self.kind = kind
    self.name = name
    self.container = container
  }
}

/// A command that runs in a restored pod. Its clock starts when the container is ready.
public struct RestoreHook: Hashable, Sendable {
  public var name: String
  public var target: ExecTarget
  public var command: [String]
  public var timeout: Duration

  public init(name: String, target: ExecTarget, command: [String], timeout: Duration) {
    self.name = name
    self.target = target
    self.command = command
    self.timeout = timeout
  }
}

/// A command whose output proves that the data is what was promised.
public struct RestoreCheck: Hashable, Sendable {
  public var name: String
  public var target: ExecTarget
  public var command: [String]
  /// What the output must equal, without the line feed at its end; `nil`: exit code 0 is enough.
  public var expect: String?
  public var timeout: Duration

  public init(
    name: String, target: ExecTarget, command: [String], expect: String? = nil, timeout: Duration
  ) {
    self.name = name
    self.target = target
    self.command = command
    self.expect = expect
    self.timeout = timeout
  }
}
