import ObjectStores
import RepositoryFormat

extension Repository {
  /// Rewrites snapshots that reach lost trees or blobs without what is lost: a file that lacks a
  /// blob is left out whole, for half a file looks like a good one; a folder whose tree is lost
  /// stays, empty. Everything left out is named. Repair the index before.
  ///
  /// A rewritten snapshot keeps its time, paths and tags, is tagged
  /// ``RepairSnapshotsReport/tag`` besides and names its original, which stays unless the request
  /// says otherwise. Takes the exclusive lock. New trees and their index are stored before the
  /// snapshot, and originals are removed last.
  ///
  /// Memory: the index, and about 100 bytes for each tree.
  ///
  /// - Throws: ``RepositoryError/locked(by:store:)``; ``RepositoryError/damaged(object:reason:)``
  ///   where the index itself cannot be read; ``RepositoryError/store(_:)``.
  public func repairSnapshots(
    _ request: RepairSnapshotsRequest = RepairSnapshotsRequest()
  ) async throws(RepositoryError) -> RepairSnapshotsReport {
    try await repairSnapshots(request, timing: LockTiming())
  }

  func repairSnapshots(
    _ request: RepairSnapshotsRequest, timing: LockTiming
  ) async throws(RepositoryError) -> RepairSnapshotsReport {
    try await withLock(.exclusive, timing: timing) { () async throws(RepositoryError) in
      let pool = ThreadPool(threads: 2)
      defer { pool.stop() }
      return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
        let repair = SnapshotRepair(self, index: try await self.loadIndex(), now: self.now())
        return try await self.repair(request, with: repair)
      }
    }
  }

  private func repair(
    _ request: RepairSnapshotsRequest, with repair: SnapshotRepair
  ) async throws(RepositoryError) -> RepairSnapshotsReport {
    var pending: [(original: ObjectID, snapshot: Snapshot)] = []
    var hopeless: [ObjectID] = []
    let all = try await ids(.snapshot)
    for id in request.snapshots ?? all {
      let name = ObjectName(.snapshot, id).description
      let snapshot: Snapshot
      do throws(RepositoryError) { snapshot = try await self.snapshot(id) } catch {
        guard case .damaged(let object, let reason) = error else { throw error }
        repair.report.unrepairable.append(CheckFinding(object: object, reason: reason))
        hopeless.append(id)
        continue
      }
      guard let tree = try await repair.repaired(snapshot.tree, in: TreePath(snapshot: id)) else {
        repair.report.unrepairable.append(
          CheckFinding(object: name, reason: "Its root tree \(snapshot.tree) is lost"))
        hopeless.append(id)
        continue
      }
      guard tree != snapshot.tree else {
        repair.report.intact += 1
        continue
      }
      var rewritten = snapshot
      rewritten.tree = tree
      rewritten.original = snapshot.original ?? id
      rewritten.summary = nil  // its figures are those of the original
      if !rewritten.tags.contains(RepairSnapshotsReport.tag) {
        rewritten.tags.append(RepairSnapshotsReport.tag)
      }
      pending.append((id, rewritten))
    }
    if !pending.isEmpty { try await repair.storeTrees() }
    for (original, snapshot) in pending {
      guard !Task.isCancelled else { throw .cancelled }
      let id = try await writeFile(.snapshot, snapshot.encoded())
      repair.report.rewritten.append(.init(original: original, replacement: id))
    }
    if request.forgetsOriginals {
      for id in pending.map(\.original) + hopeless {
        try await delete(ObjectName(.snapshot, id))
        repair.report.forgotten.append(id)
      }
    }
    return repair.report
  }
}
