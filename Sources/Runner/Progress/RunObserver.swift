public import Documents
public import Execution
public import Planning

/// Hears what happens in a run, as it happens.
///
/// Called from several tasks at once, never for long: an observer hands on and returns.
public protocol RunObserver: Sendable {
  func observe(_ event: RunEvent)
}

/// One thing that happened in a run.
public struct RunEvent: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// `resumedNodes` were finished by an earlier runner.
    case runStarted(nodes: Int, resumedNodes: Int)
    case nodeStarted(attempt: Int)
    case nodeProgressed(NodeProgress)
    case nodeSucceeded(result: JSONValue, took: Duration)
    /// The unquiesce of a bracket, or another guard, has succeeded.
    case guardConfirmed(took: Duration)
    case nodeFailed(ActionFailure, took: Duration)
    /// The attempt failed; the next one starts after `delay`.
    case nodeRetrying(ActionFailure, nextAttempt: Int, delay: Duration)
    case nodeSkipped(SkipReason)
    case nodeUndone(took: Duration)
    /// A guard that could not be confirmed.
    case guardUnconfirmed(ActionFailure, took: Duration)
    /// `guardsArmed` guards still have to run.
    ///
    /// `by` names somebody elsewhere; it is `nil` where this process was asked.
    case stopRequested(by: String?, guardsArmed: Int)
    /// The run has lost its lock; nothing but guards begins any more.
    case lockLost(String, guardsArmed: Int)
    /// Nothing happened for a while; the run goes on.
    case heartbeat
    case runFinished(RunOutcome)
  }

  public var at: Timestamp
  public var run: RunID
  /// The node; `nil` for events of the run as a whole.
  public var node: NodeID?
  public var address: String?
  public var kind: Kind

  public init(at: Timestamp, run: RunID, node: NodeID?, address: String?, kind: Kind) {
    self.at = at
    self.run = run
    self.node = node
    self.address = address
    self.kind = kind
  }
}
