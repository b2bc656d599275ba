public import Documents
public import Planning

/// Where a node stands.
public enum NodeState: Hashable, Sendable {
  /// Waits for its predecessors.
  case blocked
  /// May start as soon as limits allow.
  case ready(attempt: Int)
  case running(attempt: Int)
  case succeeded(result: JSONValue)
  indirect case failed(ActionFailure)
  case skipped(SkipReason)
  /// What it made is being taken back, so that it can be made anew.
  case undoing
  /// Taken back; waits until everything else of its bracket is.
  case undone
  /// A guard that could not be confirmed, or an undo that failed. The next runner tries again.
  indirect case stuck(ActionFailure)

  /// The state without what it carries.
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    case blocked, ready, running, succeeded, failed, skipped, undoing, undone, stuck
  }

  public var phase: Phase {
    switch self {
    case .blocked: .blocked
    case .ready: .ready
    case .running: .running
    case .succeeded: .succeeded
    case .failed: .failed
    case .skipped: .skipped
    case .undoing: .undoing
    case .undone: .undone
    case .stuck: .stuck
    }
  }

  /// Whether this runner is done with the node.
  public var isSettled: Bool {
    switch self {
    case .succeeded, .failed, .skipped, .stuck: true
    default: false
    }
  }

  var isSuccess: Bool { phase == .succeeded }
}

/// Why a node was not started.
public enum SkipReason: Hashable, Sendable {
  /// A predecessor failed; the node named is the one where it began.
  case failure(of: NodeID)
  /// The run was stopped.
  case stopped
  /// Another node found that the plan is stale.
  case stalePlan
  /// A guard that it requires could not be confirmed.
  case unconfirmed(NodeID)
  /// The quiesce it relied on was lost with the runner before, and cannot be begun again.
  case bracketLost(opening: NodeID)
}

/// How urgently a run is asked to stop.
public enum StopLevel: Int, Hashable, Sendable, Comparable {
  /// Nothing new but guards; whatever is running is asked to give up.
  case guardsOnly = 1
  /// Of the guards, only those that close a bracket.
  case closingsOnly = 2
  /// Not even those: whoever asked will not wait any longer.
  case nothing = 3

  public static func < (left: StopLevel, right: StopLevel) -> Bool {
    left.rawValue < right.rawValue
  }
}
