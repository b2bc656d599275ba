import ObjectStores

extension Repository {
  /// Removes what no snapshot needs, and puts what is left in order: `restic prune`.
  ///
  /// Holds the exclusive lock. New packs are written, then new index files, then forgotten
  /// snapshots, old index files and old packs are removed, in this order: whenever it dies, every
  /// snapshot is whole, and the next call removes what was left over. A repository without
  /// anything to do is neither written to nor removed from, but for the lock.
  ///
  /// - Throws: ``RepositoryError/damaged(object:reason:)`` for anything a snapshot needs that
  ///   cannot be read, before the first object is removed; ``RepositoryError/lockLost(_:)``.
  /// - Complexity: Reads every index and every tree once, and each pack that is partly used; holds
  ///   about 60 bytes for each copy of a blob.
  public func maintain(
    _ request: MaintenanceRequest,
    progress: @escaping @Sendable (MaintenanceProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> MaintenanceReport {
    try await maintain(request, timing: LockTiming(), progress: progress)
  }

  func maintain(
    _ request: MaintenanceRequest, timing: LockTiming,
    progress: @escaping @Sendable (MaintenanceProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> MaintenanceReport {
    if case .percent(let percent) = request.unusedMax, !(0...100).contains(percent) {
      throw .invalidArgument("\(percent) is no percentage of unused data")
    }
    let mode = request.isDryRun ? LockMode.shared : .exclusive
    return try await withHeldLock(mode, timing: timing) { (lock) async throws(RepositoryError) in
      let pool = ThreadPool(threads: max(1, request.workers))
      defer { pool.stop() }
      return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
        let run = MaintenanceRun(self, request, lock: lock, progress: progress)
        return try await run.run()
      }
    }
  }
}
