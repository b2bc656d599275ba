import ObjectStores
import RepositoryFormat

extension Repository {
  /// Makes the index true again: packs that none of its files names, or names wrongly, are entered
  /// from their headers; packs that are gone are dropped; what is intact in damaged packs moves to
  /// new ones. Blobs that are lost are unknown afterwards, so that the next backup stores them
  /// again. Index files without any fault are left alone.
  ///
  /// Takes the exclusive lock. New packs are written first, then new index files, then the old ones
  /// are removed, damaged packs last: a crash leaves a repository no worse than before, and the
  /// repair may be repeated.
  ///
  /// Memory: 48 bytes for each blob of the index, and one pack.
  ///
  /// - Throws: ``RepositoryError/locked(by:store:)``, ``RepositoryError/store(_:)`` where something
  ///   could not be read or written; nothing is removed unless everything before succeeded.
  public func repairIndex(
    _ request: RepairIndexRequest = RepairIndexRequest(),
    progress: @escaping @Sendable (CheckProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> RepairIndexReport {
    try await repairIndex(request, timing: LockTiming(), progress: progress)
  }

  func repairIndex(
    _ request: RepairIndexRequest, timing: LockTiming,
    progress: @escaping @Sendable (CheckProgress) -> Void
  ) async throws(RepositoryError) -> RepairIndexReport {
    try await withLock(.exclusive, timing: timing) { () async throws(RepositoryError) in
      let pool = ThreadPool(threads: 1)
      defer { pool.stop() }
      return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
        var repair = IndexRepair(self, request, progress: progress)
        return try await repair.run()
      }
    }
  }
}
