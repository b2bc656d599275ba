import ObjectStores
public import RepositoryFormat

extension Repository {
  /// Copies snapshots to another repository, and of their blobs those that it lacks: `restic copy`.
  ///
  /// Blobs are sealed anew, with the other's key; their names stay, so that what both hold is
  /// stored once if both cut files alike (``create(in:password:chunkerOf:now:)``). Repeatable: a
  /// copy names its original, and is not made again. A copy becomes visible last, after
  /// everything that it needs: whenever this dies, the other repository is whole.
  ///
  /// Holds a shared lock on both.
  ///
  /// - Parameter ids: `nil` for all.
  /// - Throws: ``RepositoryError/damaged(object:reason:)`` for what cannot be read here; copies
  ///   made before stay.
  /// - Complexity: Reads every tree of the snapshots that are copied once, and each blob that the
  ///   other lacks; holds about 100 bytes for each blob of both.
  public func mirror(
    _ ids: [ObjectID]? = nil, to target: Repository, workers: Int = 3,
    progress: @escaping @Sendable (MirrorProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> MirrorReport {
    try await mirror(ids, to: target, workers: workers, timing: LockTiming(), progress: progress)
  }

  func mirror(
    _ ids: [ObjectID]?, to target: Repository, workers: Int = 3, timing: LockTiming,
    progress: @escaping @Sendable (MirrorProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> MirrorReport {
    guard target.config.id != config.id else {
      throw .invalidArgument("\(target.store.description) is the same repository")
    }
    return try await withLock(.shared, timing: timing) { () async throws(RepositoryError) in
      try await target.withHeldLock(.shared, timing: timing) {
        (lock) async throws(RepositoryError) in
        let pool = ThreadPool(threads: workers)
        defer { pool.stop() }
        return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
          let snapshots = try await self.snapshots().filter { ids?.contains($0.id) ?? true }
          for id in ids ?? [] where !snapshots.contains(where: { $0.id == id }) {
            throw .notFound("Snapshot \(id) in \(self.store.description)")
          }
          var run = try await MirrorRun(
            from: self, to: target, lock: lock, workers: workers, progress: progress)
          return try await run.copy(snapshots)
        }
      }
    }
  }
}
