public import Planning

/// What became of a run.
public struct RunOutcome: Hashable, Sendable {
  public var exit: ExitCode
  public var succeeded: Int
  /// Nodes that failed, guards that are stuck included.
  public var failed: Int
  public var skipped: Int
  /// Guards that had something to guard, and how many of them have succeeded.
  public var guardsArmed: Int
  public var guardsConfirmed: Int
  public var failures: [Failure]

  /// One node that did not do what it should.
  public struct Failure: Hashable, Sendable {
    public var node: NodeID
    public var address: String
    public var failure: ActionFailure

    public init(node: NodeID, address: String, failure: ActionFailure) {
      self.node = node
      self.address = address
      self.failure = failure
    }
  }

  public init(
    exit: ExitCode, succeeded: Int, failed: Int, skipped: Int, guardsArmed: Int,
    guardsConfirmed: Int, failures: [Failure]
  ) {
    self.exit = exit
    self.succeeded = succeeded
    self.failed = failed
    self.skipped = skipped
    self.guardsArmed = guardsArmed
    self.guardsConfirmed = guardsConfirmed
    self.failures = failures
  }

  /// Whether running the same graph again goes on from here: the run was stopped, or an unquiesce
  /// is still owed.
  public var isResumable: Bool { exit == .interrupted || exit == .unquiesceUnconfirmed }
}
