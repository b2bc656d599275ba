/// What keeps two runs from doing the same work: a lock that other machines see, and that can be
/// lost while the run goes on.
///
/// Once it is lost nothing but guards begins, whatever else happens: another run may be at work.
public protocol RunFence: Sendable {
  /// Why the lock is lost; `nil` while it is held. Asked right before every start of a node, so it
  /// goes by the time that has passed, not by what an unreachable server would say.
  var loss: String? { get }

  /// Keeps the lock alive, and returns when the run has to hear something.
  ///
  /// The runner calls it again after every signal but a loss, one call at a time.
  ///
  /// - Returns: `nil` only where the task was cancelled.
  func watch() async -> FenceSignal?
}

/// What a fence has to say to the run behind it.
public enum FenceSignal: Hashable, Sendable {
  /// The lock is lost, and why.
  case lost(String)
  /// Somebody asks the run to stop, as a signal to its process would.
  case stopRequested(by: String)
}

/// Why a run begins nothing but guards any more, where nobody asked it to stop.
enum Halt: Sendable {
  case lockLost(String)
  case journalFailed(String)
  /// The journal goes on, but on this machine alone.
  case unmirrored(String)

  /// What the nodes say that were about to start.
  var failureText: String {
    switch self {
    case .lockLost(let reason): "Another run may be at work: \(reason)"
    case .journalFailed: "The journal cannot be written"
    case .unmirrored: "The journal cannot be mirrored, so nobody could release this elsewhere"
    }
  }
}
