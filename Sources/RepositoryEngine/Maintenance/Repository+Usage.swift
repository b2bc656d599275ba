import ObjectStores
import RepositoryFormat

extension Repository {
  /// Tells where the bytes are, and what each snapshot's share of them is.
  ///
  /// Reads every tree once, and no data. Holds a shared lock.
  ///
  /// - Throws: ``RepositoryError/damaged(object:reason:)`` for the first snapshot or tree that
  ///   cannot be read: figures without it would be wrong.
  /// - Complexity: O(*n*) for each snapshot, in the references below it; holds about 60 bytes for
  ///   each blob and 4 for each reference.
  public func usage(
    workers: Int = 3, progress: @escaping @Sendable (_ treesRead: Int) -> Void = { _ in }
  ) async throws(RepositoryError) -> UsageReport {
    try await withLock(.shared) { () async throws(RepositoryError) in
      let pool = ThreadPool(threads: workers)
      defer { pool.stop() }
      return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
        try await self.usageLocked(workers: workers, progress)
      }
    }
  }

  private func usageLocked(
    workers: Int, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws(RepositoryError) -> UsageReport {
    let snapshots = try await snapshots()
    let table = try await loadTable()
    let reach = Reach(self, table: table, remembering: .branches)
    try await reach.add(snapshots, workers: workers, progress: progress)
    var report = UsageReport()
    try await countFiles(table, into: &report)
    let marks = reach.marks
    for kind in BlobKind.allCases {
      var first = 0
      while first < table[kind].count {
        let copies = table.copies(first, kind)
        report.add(table, copies, kind, isNeeded: marks[kind][first])
        first = copies.upperBound
      }
    }
    var shares = SnapshotShares(table: table, branches: reach.branches)
    report.shares = shares.counted(snapshots)
    return report
  }

  private func countFiles(
    _ table: BlobTable, into report: inout UsageReport
  ) async throws(RepositoryError) {
    let places: [(ObjectKind, WritableKeyPath<UsageReport, UsageReport.Files>)] = [
      (.pack, \.packs), (.index, \.indexes), (.snapshot, \.snapshotFiles), (.key, \.keys),
      (.lock, \.locks),
    ]
    let known = Set(table.packs.map(\.id.description))
    for (kind, path) in places {
      let entries: [ObjectEntry]
      do { entries = try await store.list(kind) } catch { throw .store(error) }
      for entry in entries {
        report[keyPath: path].add(entry)
        if kind == .pack, !known.contains(entry.name.digest) { report.packsUnindexed.add(entry) }
      }
    }
  }
}

extension UsageReport {
  fileprivate mutating func add(
    _ table: BlobTable, _ copies: Range<Int>, _ kind: BlobKind, isNeeded: Bool
  ) {
    for copy in copies {
      let blob = table.blob(copy, kind)
      if !isNeeded {
        unused.add(blob)
      } else if copy > copies.lowerBound {
        duplicates.add(blob)
      } else if kind == .data {
        data.add(blob)
      } else {
        trees.add(blob)
      }
    }
  }
}

extension UsageReport.Files {
  fileprivate mutating func add(_ entry: ObjectEntry) {
    count += 1
    bytes += UInt64(entry.bytes)
  }
}

/// Walks what hangs on each snapshot, over trees that were read before.
private struct SnapshotShares {
  private static let nobody = UInt32.max
  private static let several = UInt32.max - 1

  let table: BlobTable
  let branches: [UInt32: Reach.Branch]
  /// For each blob the snapshot that visited it last, and the only one that needs it.
  private var visitor: [[UInt32]]
  private var owner: [[UInt32]]

  init(table: BlobTable, branches: [UInt32: Reach.Branch]) {
    self.table = table
    self.branches = branches
    visitor = [BlobKind.data, .tree].map { kind in
      Array(repeating: Self.nobody, count: table[kind].count)
    }
    owner = visitor
  }

  mutating func counted(_ snapshots: [IdentifiedSnapshot]) -> [UsageReport.Share] {
    var shares = snapshots.map { UsageReport.Share(snapshot: $0) }
    for number in shares.indices {
      guard let root = table.find(shares[number].snapshot.snapshot.tree, .tree) else { continue }
      var stack = [UInt32(root)]
      visit(UInt32(root), .tree, UInt32(number), &shares[number])
      while let tree = stack.popLast() {
        guard let branch = branches[tree] else { continue }
        for blob in branch.data { visit(blob, .data, UInt32(number), &shares[number]) }
        for subtree in branch.trees where visit(subtree, .tree, UInt32(number), &shares[number]) {
          stack.append(subtree)
        }
      }
    }
    for kind in BlobKind.allCases {
      for (number, owner) in owner[Int(kind.rawValue)].enumerated() where owner < Self.several {
        shares[Int(owner)].unique.add(table.blob(number, kind))
      }
    }
    return shares
  }

  /// - Returns: whether this snapshot had not been there before.
  @discardableResult
  private mutating func visit(
    _ blob: UInt32, _ kind: BlobKind, _ snapshot: UInt32, _ share: inout UsageReport.Share
  ) -> Bool {
    let (blob, place) = (Int(blob), Int(kind.rawValue))
    guard visitor[place][blob] != snapshot else { return false }
    visitor[place][blob] = snapshot
    owner[place][blob] = owner[place][blob] == Self.nobody ? snapshot : Self.several
    share.total.add(table.blob(blob, kind))
    return true
  }
}
