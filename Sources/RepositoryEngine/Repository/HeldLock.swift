import ObjectStores
import RepositoryFormat
import Synchronization

/// The lock that we hold now; renewing changes its name.
final class HeldLock: Sendable {
  private struct State {
    var id: ObjectID
    var renewed: ContinuousClock.Instant
  }

  private let state: Mutex<State>
  private let lossAfter: Duration

  init(_ id: ObjectID, lossAfter: Duration) {
    self.lossAfter = lossAfter
    state = Mutex(State(id: id, renewed: .now))
  }

  var id: ObjectID { state.withLock { $0.id } }

  func renewed(as id: ObjectID) {
    state.withLock { $0 = State(id: id, renewed: .now) }
  }

  /// Whether others may not call it stale yet. A process that was stopped for an hour and goes on
  /// finds `false` here, whatever its renewal is going to say.
  var isFresh: Bool { state.withLock { ContinuousClock.now - $0.renewed < lossAfter } }

  /// Returns if nobody else can have begun to work: the last question before something is removed.
  ///
  /// - Throws: ``RepositoryError/lockLost(_:)``, or ``RepositoryError/cancelled``.
  func confirm(in repository: Repository) async throws(RepositoryError) {
    // While the lock is renewed its name changes: then the listing is older than the name.
    for _ in 0..<3 {
      guard !Task.isCancelled else { throw .cancelled }
      guard isFresh else { throw .lockLost("It was not renewed in time") }
      let before = id
      let names = try await repository.ids(.lock)
      if names.contains(before) || names.contains(id) { return }
      guard id != before else { throw .lockLost("Somebody removed it") }
    }
    throw .lockLost("Its name changes too fast to be found")
  }
}
