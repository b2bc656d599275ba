public import Documents
public import Planning

/// What a journal remembers. Replaying the events of a run, in order, gives its state; everything
/// else (what is ready, what is skipped) follows from them and the graph.
///
/// The states an event may find, and the one it leaves:
///
/// | event        | finds     | leaves                                                   |
/// |--------------|-----------|----------------------------------------------------------|
/// | `started`    | `ready`   | `running`; durable before the action begins              |
/// | `succeeded`  | `running` | `succeeded`; durable before a dependent starts           |
/// | `retried`    | `running` | `ready`, with the next attempt                           |
/// | `failed`     | `running` | `failed`; a guard: `stuck`                               |
/// | `refused`    | `ready`   | `failed`, without ever having been started               |
/// | `undone`     | `undoing` | `undone`                                                 |
/// | `undoFailed` | `undoing` | `stuck`                                                  |
/// | `stopped`    | any run that is not stopped as urgently already                      |
/// | `resumed`    | any run that is not finished                                         |
/// | `finished`   | a run whose nodes are all settled; nothing comes after it            |
public enum JournalEvent: Hashable, Sendable {
  case started(NodeID, attempt: Int)
  case succeeded(NodeID, result: JSONValue)
  case retried(NodeID, ActionFailure)
  case failed(NodeID, ActionFailure)
  case refused(NodeID, ActionFailure)
  case undone(NodeID)
  case undoFailed(NodeID, ActionFailure)
  case stopped(StopLevel)
  /// Another runner goes on: whatever was running is not any more.
  case resumed
  case finished(ExitCode)

  /// The event's name in journals.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case started, succeeded, retried, failed, refused, undone, undoFailed
    case stopped, resumed, finished

    /// The only state of its node that the event may find; `nil` for events of the whole run.
    public var finds: NodeState.Phase? {
      switch self {
      case .started, .refused: .ready
      case .succeeded, .retried, .failed: .running
      case .undone, .undoFailed: .undoing
      case .stopped, .resumed, .finished: nil
      }
    }
  }

  public var kind: Kind {
    switch self {
    case .started: .started
    case .succeeded: .succeeded
    case .retried: .retried
    case .failed: .failed
    case .refused: .refused
    case .undone: .undone
    case .undoFailed: .undoFailed
    case .stopped: .stopped
    case .resumed: .resumed
    case .finished: .finished
    }
  }

  public var node: NodeID? {
    switch self {
    case .started(let node, _), .succeeded(let node, _), .retried(let node, _),
      .failed(let node, _), .refused(let node, _), .undone(let node), .undoFailed(let node, _):
      node
    case .stopped, .resumed, .finished: nil
    }
  }
}

/// An event that cannot have happened: it does not fit the state it finds.
public struct IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}
