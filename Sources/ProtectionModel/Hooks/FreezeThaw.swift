/// A command that holds the application and one that lets it go.
public struct FreezeThaw: Hashable, Sendable {
  public enum Deadman: String, Hashable, Sendable, CaseIterable {
    /// A timer inside the pod, armed before the freeze, thaws at ``FreezeThaw/maxFreeze``.
    case auto = "Auto"
    case off = "Off"
  }

  public var freeze: ExecHook
  public var thaw: Thaw
  /// `nil`: the project's cap.
  public var maxFreeze: Duration?
  public var deadman: Deadman

  public init(
    freeze: ExecHook, thaw: Thaw, maxFreeze: Duration? = nil, deadman: Deadman = .auto
  ) {
    self.freeze = freeze
    self.thaw = thaw
    self.maxFreeze = maxFreeze
    self.deadman = deadman
  }
}

/// One command, run to its end; exit code 0 is success.
public struct ExecHook: Hashable, Sendable {
  public var exec: [String]
  public var timeout: Duration

  public init(exec: [String], timeout: Duration) {
    self.exec = exec
    self.timeout = timeout
  }
}

/// The command that undoes a freeze, and how it is insisted upon.
public struct Thaw: Hashable, Sendable {
  public struct Retry: Hashable, Sendable {
    public var every: Duration
    public var total: Duration

    public init(every: Duration, total: Duration) {
      self.every = every
      self.total = total
    }
  }

  public var exec: ExecHook
  /// Whether a second thaw does no harm.
  public var isIdempotent: Bool
  /// Texts in the output of a failed thaw that mean there was nothing to thaw.
  public var tolerate: [String]
  public var retry: Retry?
  /// Proves that the application goes on.
  public var probe: ExecHook?

  public init(
    exec: ExecHook, isIdempotent: Bool = false, tolerate: [String] = [], retry: Retry? = nil,
    probe: ExecHook? = nil
  ) {
    self.exec = exec
    self.isIdempotent = isIdempotent
    self.tolerate = tolerate
    self.retry = retry
    self.probe = probe
  }
}
