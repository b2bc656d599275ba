import ObjectStores
import RepositoryFormat

extension Repository {
  /// Looks for damage: every key, index file, snapshot and tree, every pack's length and header,
  /// and the data of those packs that the request asks for.
  ///
  /// Holds a shared lock, where restic's check takes an exclusive one: backups may go on beside it.
  /// A writer stores packs, then the index that names them, then the snapshot that needs them; the
  /// check lists in the opposite order, so whatever it sees is whole. What is newer than a listing
  /// is not looked at. Nothing is removed meanwhile, because that takes the exclusive lock; should
  /// somebody do so all the same, a snapshot that vanished is passed over, and so is a pack whose
  /// index file vanished with it, unless a snapshot still needs it.
  ///
  /// Damage never ends a check. Memory: 59 bytes for each blob, 150 for each pack, and for each
  /// worker and two more a pack or a tree, whichever is larger.
  ///
  /// - Parameter progress: Called from worker threads after each pack, and every few seconds.
  /// - Throws: ``RepositoryError/locked(by:store:)``, ``RepositoryError/store(_:)`` where the store
  ///   cannot even be listed, ``RepositoryError/invalidArgument(_:)``, `cancelled`.
  /// - Complexity: One read for each index file, snapshot, tree and pack.
  public func check(
    _ request: CheckRequest = CheckRequest(),
    progress: @escaping @Sendable (CheckProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> CheckReport {
    try await check(request, timing: LockTiming(), progress: progress)
  }

  func check(
    _ request: CheckRequest, timing: LockTiming,
    progress: @escaping @Sendable (CheckProgress) -> Void
  ) async throws(RepositoryError) -> CheckReport {
    try request.validate()
    return try await withLock(.shared, timing: timing) { () async throws(RepositoryError) in
      let pool = ThreadPool(threads: max(1, request.workers))
      defer { pool.stop() }
      return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
        try await self.checkLocked(request, progress)
      }
    }
  }

  private func checkLocked(
    _ request: CheckRequest, _ progress: @escaping @Sendable (CheckProgress) -> Void
  ) async throws(RepositoryError) -> CheckReport {
    let findings = CheckFindings()
    return try await Ticking.during(
      { progress(findings.progress) },
      { () async throws(RepositoryError) in
        try await self.checkConfigAndKeys(findings)
        let snapshots = try await self.ids(.snapshot)
        let index = try await self.checkIndex(findings)
        let run = CheckRun(
          self, request, index: index, findings: findings, progress: progress)
        try await run.checkPacks()
        try await run.checkSnapshots(snapshots)
        if Task.isCancelled { throw .cancelled }
        return findings.report
      })
  }

  private func checkConfigAndKeys(_ findings: CheckFindings) async throws(RepositoryError) {
    do throws(ObjectStoreError) {
      let json = Sealer(key: masterKey).open(
        try await store.read(.config, bytesMax: BytesMax.small))
      if json.flatMap({ try? RepositoryConfig(decoding: $0) }) != config {
        findings.problem("config", "It was changed or sealed with another key")
      }
    } catch {
      findings.problem("config", error.description)
    }
    for id in try await ids(.key) {
      let name = ObjectName(.key, id)
      do throws(RepositoryError) {
        let bytes = try await store.readChecked(name, bytesMax: BytesMax.small)
        _ = try Self.decoding(name.description) { () throws(FormatError) in
          try KeyFile(decoding: bytes)
        }
      } catch {
        findings.add(error, to: name)
      }
    }
  }

  private func checkIndex(_ findings: CheckFindings) async throws(RepositoryError) -> CheckedIndex {
    var index = CheckedIndex()
    var known: Set<ObjectID> = []
    // Who replaces index files writes the new ones first: where one vanished, they are there now.
    for _ in 0..<Self.indexListingsMax {
      var vanished = false
      for id in try await ids(.index) where known.insert(id).inserted {
        do throws(RepositoryError) {
          index.add(try await indexFile(id), named: id, findings)
          findings.count { $0.indexFiles += 1 }
        } catch {
          if error.saysNotFound {
            vanished = true
          } else {
            findings.add(error, to: .init(.index, id))
          }
        }
      }
      if !vanished { break }
    }
    do { index.enter(try await store.list(.pack), findings) } catch { throw .store(error) }
    findings.count { report in
      report.packs = index.packs.count
      report.blobs = index.blobs.blobCount
    }
    return index
  }

  private static let indexListingsMax = 8
}

extension CheckFindings {
  /// An object that cannot be read. One that is gone since it was listed is no problem.
  func add(_ error: RepositoryError, to name: ObjectName) {
    switch error {
    case .damaged(_, let reason): problem(name.description, reason)
    case _ where error.saysNotFound: break
    default: problem(name.description, error.description)
    }
  }
}

extension RepositoryError {
  var saysNotFound: Bool {
    if case .store(let error) = self { error.reason == .notFound } else { false }
  }
}
