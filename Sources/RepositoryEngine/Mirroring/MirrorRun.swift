import ObjectStores
import RepositoryFormat

/// One mirroring, while both repositories are locked.
struct MirrorRun {
  /// Snapshots are copied together until they need this much: each group ends with an index file,
  /// and what is indexed is not lost when we die.
  private static let groupBytes: UInt64 = 512 << 20

  private let source: Repository
  private let target: Repository
  private let lock: HeldLock
  private let workers: Int
  private let progress: @Sendable (MirrorProgress) -> Void
  private let table: BlobTable
  private let reach: Reach
  /// For each blob of ours, whether the other had it at the beginning.
  private var isThere: [BlobKind: [Bool]] = [:]
  private var copies: SnapshotCopies
  private var report = MirrorReport()
  private var state = MirrorProgress()

  init(
    from source: Repository, to target: Repository, lock: HeldLock, workers: Int,
    progress: @escaping @Sendable (MirrorProgress) -> Void
  ) async throws(RepositoryError) {
    self.source = source
    self.target = target
    self.lock = lock
    self.workers = workers
    self.progress = progress
    copies = SnapshotCopies(try await target.snapshots())
    table = try await source.loadTable()
    reach = Reach(source, table: table, remembering: .fresh)
    let targetTable = try await target.loadTable()
    for kind in BlobKind.allCases {
      isThere[kind] = table[kind].map { targetTable.find($0.id, kind) != nil }
    }
  }

  mutating func copy(
    _ snapshots: [IdentifiedSnapshot]
  ) async throws(RepositoryError) -> MirrorReport {
    var wanted: [IdentifiedSnapshot] = []
    for snapshot in snapshots {
      if let copy = copies.copy(of: snapshot) {
        report.skipped.append(.init(source: snapshot.id, copy: copy))
      } else {
        wanted.append(snapshot)
      }
    }
    state.snapshotsTotal = wanted.count
    var group: [IdentifiedSnapshot] = []
    var missing: [BlobKind: [Int]] = [:]
    var bytes: UInt64 = 0
    for snapshot in wanted {
      report.treesRead += try await reach.add([snapshot], workers: workers, progress: { _ in })
      for (kind, numbers) in reach.takeFresh() {
        let new = numbers.filter { isThere[kind]?[$0] == false }
        bytes += new.reduce(0) { $0 + UInt64(table[kind][$1].length) }
        missing[kind, default: []] += new
      }
      group.append(snapshot)
      if bytes >= Self.groupBytes || group.count == wanted.count - report.copied.count {
        try await copy(group, missing)
        (group, missing, bytes) = ([], [:], 0)
      }
    }
    return report
  }

  /// Packs, then the index, then the snapshots.
  private mutating func copy(
    _ group: [IdentifiedSnapshot], _ missing: [BlobKind: [Int]]
  ) async throws(RepositoryError) {
    let output = PackOutput(target, progress: { _ in })
    let (before, state, progress) = (self.state.bytesCopied, self.state, self.progress)
    let tally = ByteTally { bytes in
      var now = state
      now.bytesCopied = before + bytes
      progress(now)
    }
    for kind in BlobKind.allCases {
      let numbers = missing[kind] ?? []
      try await copy(numbers, kind, to: output, tally)
      report.blobsCopied += numbers.count
      let bytes = numbers.reduce(0) { $0 + UInt64(table[kind][$1].length) }
      report.bytesCopied += bytes
      self.state.bytesCopied += bytes
    }
    try await output.finishPacks()
    try await output.flushIndex()
    report.packsWritten += output.figures.packs
    report.bytesWritten += output.figures.bytes
    for snapshot in group {
      try await lock.confirm(in: target)
      let copy = try await target.writeFile(.snapshot, snapshot.copied.encoded())
      report.copied.append(.init(source: snapshot.id, copy: copy))
      self.state.snapshotsDone += 1
      progress(self.state)
    }
  }

  private func copy(
    _ numbers: [Int], _ kind: BlobKind, to output: PackOutput, _ tally: ByteTally
  ) async throws(RepositoryError) {
    let stretches = Stretch.grouping(numbers, in: table[kind])
    let fetcher = BlobFetcher(repository: source, table: table, kind: kind, form: .stored)
    let key = source.masterKey
    let compresses = target.compresses
    _ = try await Crew.map(
      stretches, workers: workers, tool: { MoverTools(key: key, output: output) },
      putAway: { $0.filler.finish() },
      { (stretch, tools) async throws(RepositoryError) in
        try await fetcher.fetch(stretch, with: tools.opener) {
          (_, blob) async throws(RepositoryError) in
          try await tools.add(blob, compresses: compresses)
          tally.add(UInt64(blob.blob.length))
        }
      })
  }
}

/// Which snapshots of a repository are copies of which others.
struct SnapshotCopies {
  private var byOriginal: [ObjectID: [IdentifiedSnapshot]] = [:]

  init(_ snapshots: [IdentifiedSnapshot]) {
    for snapshot in snapshots {
      if let original = snapshot.snapshot.original {
        byOriginal[original, default: []].append(snapshot)
      }
      byOriginal[snapshot.id, default: []].append(snapshot)
    }
  }

  /// As restic tells a copy: it goes back to the same original, and nothing in it was changed.
  func copy(of snapshot: IdentifiedSnapshot) -> ObjectID? {
    byOriginal[snapshot.snapshot.original ?? snapshot.id]?.first {
      $0.snapshot.isAlike(snapshot.snapshot)
    }?.id
  }
}

extension IdentifiedSnapshot {
  /// What the other repository gets: the parent has no meaning there.
  var copied: Snapshot {
    var copy = snapshot
    copy.parent = nil
    copy.original = copy.original ?? id
    return copy
  }
}

extension Snapshot {
  fileprivate func isAlike(_ other: Snapshot) -> Bool {
    time == other.time && tree == other.tree && hostname == other.hostname
      && username == other.username && uid == other.uid && gid == other.gid
      && Set(paths) == Set(other.paths) && Set(tags) == Set(other.tags)
      && Set(excludes) == Set(other.excludes)
  }
}
