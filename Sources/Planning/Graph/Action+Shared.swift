public import ClusterModel

/// A key of a Secret. The value itself never enters a plan, a journal or a message.
public struct SecretKeyReference: Hashable, Sendable, Codable, CustomStringConvertible {
  public var namespace: String
  public var name: String
  public var key: String

  public init(namespace: String, name: String, key: String) {
    self.namespace = namespace
    self.name = name
    self.key = key
  }

  public var description: String { "Secret \(namespace)/\(name) key \(key)" }
}

/// A repository as a run uses it.
///
/// Movers run in the namespace of the password's Secret, so no Secret is ever copied.
public struct RepositoryTarget: Hashable, Sendable, Codable {
  /// The Repository object's name.
  public var name: String
  /// In restic's own spelling: a path, `s3:URL/bucket/prefix` or `rest:URL`.
  public var location: String
  public var password: SecretKeyReference
  /// Whether a missing repository is made.
  public var isCreatedWhenMissing: Bool
  /// Where a directory lies on the nodes; `nil` where it is the same path.
  public var hostPath: String?
  /// What an object store asks for; `nil` for a directory.
  public var access: StoreAccess?

  public init(
    name: String, location: String, password: SecretKeyReference, isCreatedWhenMissing: Bool,
    hostPath: String? = nil, access: StoreAccess? = nil
  ) {
    self.name = name
    self.location = location
    self.password = password
    self.isCreatedWhenMissing = isCreatedWhenMissing
    self.hostPath = hostPath
    self.access = access
  }

  public var moverNamespace: String { password.namespace }
}

/// Where a command runs: a pod known beforehand, or whichever ready pod a workload has then.
public enum ExecutionTarget: Hashable, Sendable, Codable {
  case pod(namespace: String, name: String, container: String?)
  case workload(ObjectReference, container: String?)

  public var namespace: String {
    switch self {
    case .pod(let namespace, _, _): namespace
    case .workload(let reference, _): reference.namespace ?? ""
    }
  }
}

public struct EnsureRepository: Hashable, Sendable, Codable {
  public var repository: RepositoryTarget

  public init(repository: RepositoryTarget) { self.repository = repository }
}

/// Runs a command in a container and judges its exit code and, where given, its output.
public struct ExecuteCommand: Hashable, Sendable, Codable {
  /// The hook's part in the run, for messages: `freeze`, `thaw`, `check rows`.
  public var purpose: String
  public var target: ExecutionTarget
  public var command: [String]
  /// The trimmed standard output must equal this.
  public var expectedOutput: String?
  /// Failures whose output contains one of these count as success (`Invalid argument`: already
  /// thawed).
  public var toleratedOutputs: [String]
  /// Seconds between two tries; tries go on until the node's timeout.
  public var retrySeconds: Int?
  /// Run after the command; proves that it had its effect.
  public var probe: [String]?
  /// A command that a timer inside the pod runs by itself after so many seconds, armed before
  /// this command: what thaws when nobody else does.
  public var deadman: Deadman?
  /// The marker of the timer to disarm once this command has had its effect.
  public var disarms: String?

  public struct Deadman: Hashable, Sendable, Codable {
    public var command: [String]
    public var afterSeconds: Int
    /// A file in the container that exists while the timer is armed.
    public var marker: String

    public init(command: [String], afterSeconds: Int, marker: String) {
      self.command = command
      self.afterSeconds = afterSeconds
      self.marker = marker
    }
  }

  public init(
    purpose: String, target: ExecutionTarget, command: [String], expectedOutput: String? = nil,
    toleratedOutputs: [String] = [], retrySeconds: Int? = nil, probe: [String]? = nil,
    deadman: Deadman? = nil, disarms: String? = nil
  ) {
    self.purpose = purpose
    self.target = target
    self.command = command
    self.expectedOutput = expectedOutput
    self.toleratedOutputs = toleratedOutputs
    self.retrySeconds = retrySeconds
    self.probe = probe
    self.deadman = deadman
    self.disarms = disarms
  }
}
