public import Planning

/// What became of a run.
public struct RunOutcome: Hashable, Sendable {
  public var exit: ExitCode
  /// Whether running the same graph again goes on from here: the run was stopped, or a guard
  /// could not be confirmed.
  public var isResumable: Bool
  public var succeeded: Int
  public var skipped: Int
  /// Guards that had something to guard, and how many of them have succeeded.
  public var guardsArmed: Int
  public var guardsConfirmed: Int
  /// What failed, guards that could not be confirmed included, by node.
  public var failures: [Failure]
  /// Why the journal could not be written to its end.
  public var journalFailure: String?
  /// Why the run had to leave its work to another one.
  public var lockLost: String?

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
    exit: ExitCode = .ok, isResumable: Bool = false, succeeded: Int = 0, skipped: Int = 0,
    guardsArmed: Int = 0, guardsConfirmed: Int = 0, failures: [Failure] = []
  ) {
    self.exit = exit
    self.isResumable = isResumable
    self.succeeded = succeeded
    self.skipped = skipped
    self.guardsArmed = guardsArmed
    self.guardsConfirmed = guardsConfirmed
    self.failures = failures
  }
}
