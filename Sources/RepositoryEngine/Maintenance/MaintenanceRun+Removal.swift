import ObjectStores
import RepositoryFormat

extension MaintenanceRun {
  /// So many objects go between two looks at the lock.
  private static let batchMax = 256
  private static let removals = 8

  /// Some programs write without any lock: what they stored may need what is about to go.
  ///
  /// - Throws: ``RepositoryError/lockLost(_:)`` for a snapshot or index that was not there before.
  func confirmThatNobodyWrote(
    since snapshots: [ObjectID], indexes: Set<ObjectID>
  ) async throws(RepositoryError) {
    let known = [(ObjectKind.snapshot, Set(snapshots)), (.index, indexes)]
    for (kind, known) in known {
      for id in try await repository.ids(kind) where !known.contains(id) {
        throw .lockLost("Somebody without a lock wrote `\(ObjectName(kind, id))` meanwhile")
      }
    }
  }

  /// Removes snapshots, then index files, then packs. Nothing that is still there names anything
  /// that is gone, whenever it ends.
  func remove(_ snapshots: [ObjectID], _ plan: MaintenancePlan) async throws(RepositoryError) {
    let table = plan.table
    let phases = [
      snapshots.map { ObjectName(.snapshot, $0) },
      plan.indexesReplaced.map { ObjectName(.index, table.indexes[$0].id) },
      plan.unindexed
        + table.packs.indices.compactMap { number in
          let isGoing = [.remove, .repack].contains(plan.verdicts[number])
          return isGoing ? ObjectName(.pack, table.packs[number].id) : nil
        },
    ]
    let total = phases.reduce(0) { $0 + $1.count }
    var done = 0
    for phase in phases {
      for start in stride(from: 0, to: phase.count, by: Self.batchMax) {
        try await lock.confirm(in: repository)
        let batch = Array(phase[start..<min(start + Self.batchMax, phase.count)])
        _ = try await Crew.map(batch, workers: Self.removals) {
          (name) async throws(RepositoryError) in
          guard lock.isFresh else { throw .lockLost("It was not renewed in time") }
          try await repository.delete(name)
        }
        done += batch.count
        progress(.removing(objects: done, of: total))
      }
    }
  }
}
