import Documents
import Glibc
import ObjectStores
import RepositoryFormat
import Synchronization

/// How two users of a repository exclude each other, in restic's way.
public enum LockMode: Sendable {
  /// Readers and writers that only add: many at once.
  case shared
  /// For what removes: alone.
  case exclusive
}

/// When locks are renewed and given up.
struct LockTiming: Sendable {
  var renewal: Duration = .seconds(5 * 60)
  /// Without renewal for this long the lock counts as lost: others call it stale at 30 minutes.
  var lossAfter: Duration = .seconds(22 * 60 + 30)
  /// Between writing a lock and looking for those who did so at the same moment.
  var settling: Duration = .milliseconds(200)
  /// How long to wait for others before giving up, and how often to look.
  var patience: Duration = .seconds(60)
  var retry: Duration = .seconds(2)
}

extension Repository {
  /// Runs `body` while holding a lock, which is renewed until it returns and removed afterwards.
  ///
  /// Waits up to a minute for others. When the lock is lost, `body`'s task is cancelled.
  public func withLock<Result: Sendable>(
    _ mode: LockMode, _ body: @Sendable () async throws(RepositoryError) -> Result
  ) async throws(RepositoryError) -> Result {
    try await withLock(mode, timing: LockTiming(), body)
  }

  func withLock<Value: Sendable>(
    _ mode: LockMode, timing: LockTiming,
    _ body: @Sendable () async throws(RepositoryError) -> Value
  ) async throws(RepositoryError) -> Value {
    try await withHeldLock(mode, timing: timing) { (_) async throws(RepositoryError) in
      try await body()
    }
  }

  /// As ``withLock(_:timing:_:)``, for a body that asks whether it still holds its lock.
  func withHeldLock<Value: Sendable>(
    _ mode: LockMode, timing: LockTiming = LockTiming(),
    _ body: @Sendable (HeldLock) async throws(RepositoryError) -> Value
  ) async throws(RepositoryError) -> Value {
    let hangup = HangupGuard()
    defer { hangup.end() }
    let held = HeldLock(try await acquire(mode, timing: timing), lossAfter: timing.lossAfter)
    typealias Outcome = Result<Value, RepositoryError>
    let outcome = await withoutActuallyEscaping(body) { body in
      await withTaskGroup(of: Outcome?.self) { group in
        group.addTask {
          do throws(RepositoryError) { return .success(try await body(held)) } catch {
            return .failure(error)
          }
        }
        group.addTask { await self.renew(held, mode, timing: timing).map { .failure($0) } }
        var result: Outcome?
        // The renewal ends by itself only with a failure; that one must win over the
        // cancellation it brings about in the body.
        for await outcome in group {
          guard let outcome else { continue }
          if result == nil { result = outcome }
          group.cancelAll()
        }
        return result ?? .failure(.cancelled)
      }
    }
    // Even a cancelled task takes its lock away; a failure to do so leaves a stale lock behind,
    // which says by itself whose it was, and is no reason to fail what was done.
    _ = try? await store.delete(ObjectName(.lock, held.id))
    return try outcome.get()
  }

  private func acquire(
    _ mode: LockMode, timing: LockTiming
  ) async throws(RepositoryError) -> ObjectID {
    let clock = ContinuousClock()
    let deadline = clock.now + timing.patience
    while true {
      do { return try await acquireOnce(mode, timing: timing) } catch {
        guard case .locked = error, clock.now < deadline else { throw error }
      }
      // Two that refused each other must not meet again and again.
      let pause = timing.retry * Double.random(in: 0.5...1.5)
      do { try await clock.sleep(for: pause) } catch { throw .cancelled }
    }
  }

  private func acquireOnce(
    _ mode: LockMode, timing: LockTiming
  ) async throws(RepositoryError) -> ObjectID {
    try await removeDeadLocks()
    try await failIfLocked(against: mode, except: nil)
    let id = try await writeLock(mode)
    do throws(RepositoryError) {
      do { try await ContinuousClock().sleep(for: timing.settling) } catch { throw .cancelled }
      try await failIfLocked(against: mode, except: id)
      return id
    } catch {
      _ = try? await store.delete(ObjectName(.lock, id))
      throw error
    }
  }

  private func writeLock(_ mode: LockMode) async throws(RepositoryError) -> ObjectID {
    let identity = ProcessIdentity.current
    let lock = LockFile(
      time: now(), isExclusive: mode == .exclusive, hostname: identity.hostname,
      username: identity.username, pid: identity.pid, uid: identity.uid, gid: identity.gid)
    return try await writeFile(.lock, lock.encoded())
  }

  private func failIfLocked(
    against mode: LockMode, except own: ObjectID?
  ) async throws(RepositoryError) {
    var holders: [LockHolder] = []
    for holder in try await locks() where holder.id != own {
      if mode == .exclusive || holder.lock.isExclusive { holders.append(holder) }
    }
    guard holders.isEmpty else { throw .locked(by: holders, store: store.description) }
  }

  /// The locks that others (and we) hold now.
  public func locks() async throws(RepositoryError) -> [LockHolder] {
    let entries: [ObjectID]
    do {
      // restic writes a lock in one go; an empty file is the rest of a crash.
      entries = try await store.list(.lock).filter { $0.bytes > 0 }
        .compactMap { ObjectID($0.name.digest) }.sorted()
    } catch {
      throw .store(error)
    }
    var holders: [LockHolder] = []
    for id in entries {
      let name = ObjectName(.lock, id)
      do {
        let json = try await readFile(name)
        let lock = try Self.decoding(name.description) { () throws(FormatError) in
          try LockFile(decoding: json)
        }
        holders.append(LockHolder(id: id, lock: lock))
      } catch {
        if case .store(let error) = error, error.reason == .notFound { continue }
        throw error
      }
    }
    return holders
  }

  /// Writes a new lock and removes the old one, again and again.
  ///
  /// - Returns: why the lock is lost, or `nil` when cancelled.
  private func renew(
    _ held: HeldLock, _ mode: LockMode, timing: LockTiming
  ) async -> RepositoryError? {
    while true {
      do { try await ContinuousClock().sleep(for: timing.renewal) } catch { return nil }
      do {
        let old = held.id
        // Somebody who removed our lock may be removing data by now.
        guard try await locks().contains(where: { $0.id == old }) else {
          return .lockLost("Somebody removed it")
        }
        held.renewed(as: try await writeLock(mode))
        _ = try? await store.delete(ObjectName(.lock, old))
      } catch {
        guard held.isFresh else {
          return .lockLost("It could not be renewed: \(error)")
        }
      }
    }
  }
}

/// Keeps SIGHUP from ending the process: restic sends it to find out whether a lock's owner lives.
private struct HangupGuard {
  private static let guards = Mutex<(count: Int, former: sighandler_t?)>((0, nil))

  init() {
    Self.guards.withLock { guards in
      if guards.count == 0 { guards.former = signal(SIGHUP, SIG_IGN) }
      guards.count += 1
    }
  }

  func end() {
    Self.guards.withLock { guards in
      guards.count -= 1
      if guards.count == 0 { _ = signal(SIGHUP, guards.former) }
    }
  }
}
