import ObjectStores
import RepositoryFormat

/// One prune, while its lock is held.
struct MaintenanceRun: Sendable {
  let repository: Repository
  let request: MaintenanceRequest
  let lock: HeldLock
  let progress: @Sendable (MaintenanceProgress) -> Void

  init(
    _ repository: Repository, _ request: MaintenanceRequest, lock: HeldLock,
    progress: @escaping @Sendable (MaintenanceProgress) -> Void
  ) {
    self.repository = repository
    self.request = request
    self.lock = lock
    self.progress = progress
  }

  func run() async throws(RepositoryError) -> MaintenanceReport {
    let forgotten = Set(request.forgotten)
    let all = try await repository.snapshots()
    let kept = all.filter { !forgotten.contains($0.id) }
    let table = try await repository.loadTable()
    let reach = Reach(repository, table: table)
    let trees = try await reach.add(kept, workers: request.workers) {
      progress(.reading(trees: $0))
    }
    let packs: [ObjectEntry]
    do { packs = try await repository.store.list(.pack) } catch { throw .store(error) }
    let plan = try MaintenancePlan(
      table: table, needed: reach.marks, packs: packs, version: repository.config.version,
      request: request)
    var report = plan.report
    report.isDryRun = request.isDryRun
    report.treesRead = trees
    report.snapshotsKept = kept.count
    report.snapshotsForgotten = all.count - kept.count
    guard !request.isDryRun else { return report }
    let output = try await write(plan)
    report.packsWritten = .init(count: output.figures.packs, bytes: output.figures.bytes)
    report.indexesWritten = output.figures.indexes
    try await confirmThatNobodyWrote(
      since: all.map(\.id), indexes: output.indexes.union(table.indexes.map(\.id)))
    try await remove(all.map(\.id).filter(forgotten.contains), plan)
    try await lock.confirm(in: repository)
    do { try await repository.store.removeRemains() } catch { throw .store(error) }
    return report
  }

  /// Moves blobs to new packs and writes the index files that replace old ones.
  private func write(_ plan: MaintenancePlan) async throws(RepositoryError) -> PackOutput {
    let output = PackOutput(repository, progress: { _ in })
    guard !plan.isClean else { return output }
    try await lock.confirm(in: repository)
    let total = plan.report.moved.bytes
    let tally = ByteTally { progress(.repacking(bytes: $0, of: total)) }
    for kind in BlobKind.allCases {
      try await move(kind, plan, to: output, tally)
    }
    try await output.finishPacks()
    if !plan.indexesReplaced.isEmpty {
      for pack in plan.relisted() { try await output.enterIndex(pack) }
    }
    try await output.flushIndex()
    return output
  }

  private func move(
    _ kind: BlobKind, _ plan: MaintenancePlan, to output: PackOutput, _ tally: ByteTally
  ) async throws(RepositoryError) {
    let table = plan.table
    let moved = plan.moved(kind)
    let stretches = Stretch.grouping(moved, in: table[kind])
    let fetcher = BlobFetcher(repository: repository, table: table, kind: kind, form: .sealed)
    let key = repository.masterKey
    let compresses = repository.compresses && (kind == .tree || request.compressesData)
    _ = try await Crew.map(
      stretches, workers: request.workers, tool: { MoverTools(key: key, output: output) },
      putAway: { $0.filler.finish() },
      { (stretch, tools) async throws(RepositoryError) in
        try await fetcher.fetch(stretch, with: tools.opener) {
          (_, blob) async throws(RepositoryError) in
          if compresses, !blob.blob.isCompressed {
            try await tools.addCompressed(blob)
          } else {
            try await tools.filler.add(blob.bytes, blob.blob)
          }
          tally.add(UInt64(blob.blob.length))
        }
      })
  }
}
