import Documents
import Glibc
import ObjectStores
import RepositoryFormat

extension Repository {
  /// Removes locks of processes of this machine and user that do not live any more.
  ///
  /// Whoever is killed leaves its lock behind, and for half an hour nobody could check or prune.
  /// Locks of other machines are left alone: nothing tells from here whether their owners live.
  public func removeDeadLocks() async throws(RepositoryError) {
    let identity = ProcessIdentity.current
    for holder in try await locks() where identity.knowsAsDead(holder.lock) {
      try await delete(ObjectName(.lock, holder.id))
    }
  }

  /// Removes every lock that restic calls stale, as `restic unlock` does: of a process that does
  /// not live any more, or one that nobody has renewed for half an hour.
  ///
  /// Never done unasked: a machine whose clock is wrong may hold a lock that only looks old.
  ///
  /// - Returns: whose locks were removed.
  @discardableResult
  public func removeStaleLocks() async throws(RepositoryError) -> [LockHolder] {
    let stale = try await staleLocks()
    for holder in stale { try await delete(ObjectName(.lock, holder.id)) }
    return stale
  }

  /// The locks that ``removeStaleLocks()`` would remove now. Changes nothing.
  public func staleLocks() async throws(RepositoryError) -> [LockHolder] {
    let identity = ProcessIdentity.current
    let oldest = now() - .seconds(30 * 60)
    return try await locks().filter {
      identity.knowsAsDead($0.lock) || $0.lock.time < oldest
    }
  }
}

extension ProcessIdentity {
  func knowsAsDead(_ lock: LockFile) -> Bool {
    guard !hostname.isEmpty, lock.hostname == hostname, lock.uid == uid,
      let owner = pid_t(exactly: lock.pid), owner > 0
    else { return false }
    return kill(owner, 0) != 0 && errno == ESRCH
  }
}
