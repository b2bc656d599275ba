import ObjectStores
import RepositoryFormat

/// What a prune does: decided from the index, the reach of the snapshots and the packs that are
/// there, before anything is written.
struct MaintenancePlan: Sendable {
  /// Packs that are smaller are merged, once there are enough of them.
  static let smallPackBytes = UInt64(PackBuilder.bytesTarget / 5)
  static let smallPacksMax = 10
  /// Index files that are not full are merged, once there are more than this.
  static let smallIndexesMax = 8

  enum Verdict: UInt8, Sendable {
    case keep, remove, repack
    /// The index names it, the store has it not.
    case missing
  }

  /// For each pack of the table.
  private(set) var verdicts: [Verdict] = []
  /// For each copy in the table, whether it is the one that stays of a blob that is needed.
  private(set) var chosen = Reach.Marks(data: [], trees: [])
  /// Numbers of the index files that new ones replace.
  private(set) var indexesReplaced: [Int] = []
  private(set) var unindexed: [ObjectName] = []
  private(set) var report = MaintenanceReport()
  let table: BlobTable
  let version: UInt32
  private var uses: [PackUse] = []

  /// - Throws: ``RepositoryError/damaged(object:reason:)`` where the only copies of a needed blob
  ///   lie in packs that are missing or have a wrong length.
  init(
    table: BlobTable, needed: Reach.Marks, packs: [ObjectEntry], version: UInt32,
    request: MaintenanceRequest
  ) throws(RepositoryError) {
    self.table = table
    self.version = version
    uses = table.packs.map { _ in PackUse() }
    try findPacks(packs)
    try choose(needed)
    decide(request)
    decideIndexes()
  }

  /// What is known of a pack.
  struct PackUse: Sendable {
    /// `nil` where there is none.
    var fileBytes: UInt64?
    var isWhole = false
    var usedBlobs = 0
    var usedBytes: UInt64 = 0
    var totalBytes: UInt64 = 0
    var kinds: Set<BlobKind> = []
    var hasPlainTrees = false
    var hasPlainData = false

    var unusedBytes: UInt64 { totalBytes - usedBytes }
  }
}

extension MaintenancePlan {
  private mutating func findPacks(_ packs: [ObjectEntry]) throws(RepositoryError) {
    var numbers: [ObjectID: Int] = [:]
    for (number, pack) in table.packs.enumerated() { numbers[pack.id] = number }
    for entry in packs.sorted(by: { $0.name.digest < $1.name.digest }) {
      guard let id = ObjectID(entry.name.digest) else { continue }
      if let number = numbers[id] {
        uses[number].fileBytes = UInt64(entry.bytes)
        uses[number].isWhole = UInt64(entry.bytes) == table.packs[number].bytes
      } else {
        unindexed.append(entry.name)
        report.packsUnindexed.add(UInt64(entry.bytes))
      }
    }
    for kind in BlobKind.allCases {
      for entry in table[kind] {
        let number = Int(entry.pack)
        uses[number].totalBytes += UInt64(entry.length)
        uses[number].kinds.insert(kind)
        if entry.uncompressedLength == 0 {
          if kind == .tree {
            uses[number].hasPlainTrees = true
          } else {
            uses[number].hasPlainData = true
          }
        }
      }
    }
  }

  /// Of each needed blob one copy stays: the only one, else one in the pack that is used most.
  private mutating func choose(_ needed: Reach.Marks) throws(RepositoryError) {
    for kind in BlobKind.allCases {
      let entries = table[kind]
      var chosen = Array(repeating: false, count: entries.count)
      var undecided: [[Int]] = []
      var first = 0
      while first < entries.count {
        let copies = table.copies(first, kind)
        if needed[kind][first] {
          let whole = copies.filter { uses[Int(entries[$0].pack)].isWhole }
          guard !whole.isEmpty else { throw lost(first, kind) }
          if whole.count == 1 { take(whole[0], kind, &chosen) } else { undecided.append(whole) }
          for copy in copies.dropFirst() { report.duplicates.add(UInt64(entries[copy].length)) }
        } else {
          for copy in copies { report.unused.add(UInt64(entries[copy].length)) }
        }
        first = copies.upperBound
      }
      for copies in undecided {
        // Of equals the one in the larger pack, so that few are left; then the first by its id.
        func worth(_ copy: Int) -> (UInt64, UInt64) {
          let use = uses[Int(entries[copy].pack)]
          return (use.usedBytes, use.totalBytes)
        }
        var best = copies[0]
        for copy in copies.dropFirst() where worth(copy) > worth(best) { best = copy }
        take(best, kind, &chosen)
      }
      if kind == .data { self.chosen.data = chosen } else { self.chosen.trees = chosen }
    }
  }

  private mutating func take(_ copy: Int, _ kind: BlobKind, _ chosen: inout [Bool]) {
    chosen[copy] = true
    let entry = table[kind][copy]
    uses[Int(entry.pack)].usedBlobs += 1
    uses[Int(entry.pack)].usedBytes += UInt64(entry.length)
    report.used.add(UInt64(entry.length))
  }

  private func lost(_ number: Int, _ kind: BlobKind) -> RepositoryError {
    let entry = table[kind][number]
    let pack = ObjectName(.pack, table.packs[Int(entry.pack)].id)
    guard let bytes = uses[Int(entry.pack)].fileBytes else {
      return .damaged(
        object: pack.description,
        reason: "It does not exist, and snapshots need its \(kind.name) blob \(entry.id)")
    }
    return .damaged(
      object: pack.description,
      reason: "It has \(bytes) bytes instead of \(table.packs[Int(entry.pack)].bytes),"
        + " and snapshots need its \(kind.name) blob \(entry.id)")
  }
}

extension MaintenancePlan {
  private mutating func decide(_ request: MaintenanceRequest) {
    verdicts = uses.map { use in
      if use.fileBytes == nil { return .missing }
      return use.usedBlobs == 0 ? .remove : .keep
    }
    let present = uses.indices.filter { verdicts[$0] == .keep }
    var movedMax = request.repackBytesMax ?? .max
    // What has to be repacked, small packs, and then the worst until few enough is left.
    for number in present where mustRepack(uses[number], request) { repack(number, &movedMax) }
    for kind in BlobKind.allCases {
      let small = present.filter {
        verdicts[$0] == .keep && uses[$0].kinds == [kind]
          && uses[$0].totalBytes < Self.smallPackBytes
      }
      if small.count >= Self.smallPacksMax { for number in small { repack(number, &movedMax) } }
    }
    let partlyUsed = present.filter { verdicts[$0] == .keep && uses[$0].unusedBytes > 0 }
      .sorted { wastes(uses[$0], uses[$1]) ?? (table.packs[$0].id < table.packs[$1].id) }
    var unusedBytes = partlyUsed.reduce(0 as UInt64) { $0 + uses[$1].unusedBytes }
    let unusedMax = request.unusedMax.bytes(used: report.used.bytes)
    for number in partlyUsed where unusedBytes > unusedMax {
      if repack(number, &movedMax) { unusedBytes -= uses[number].unusedBytes }
    }
    for number in uses.indices { count(number) }
  }

  /// Packs of trees are read by everybody: no waste is left in them. In format 2 they are
  /// compressed. Mixed packs are a relic.
  private func mustRepack(_ use: PackUse, _ request: MaintenanceRequest) -> Bool {
    if use.kinds.count > 1 { return true }
    if use.kinds.contains(.tree), use.unusedBytes > 0 { return true }
    return version >= 2 && (use.hasPlainTrees || request.compressesData && use.hasPlainData)
  }

  /// Whether the first wastes the larger part of itself; `nil` where both waste the same.
  private func wastes(_ left: PackUse, _ right: PackUse) -> Bool? {
    let (first, second) = (
      Double(left.unusedBytes) / Double(max(1, left.usedBytes)),
      Double(right.unusedBytes) / Double(max(1, right.usedBytes))
    )
    return first == second ? nil : first > second
  }

  @discardableResult
  private mutating func repack(_ number: Int, _ movedMax: inout UInt64) -> Bool {
    guard uses[number].usedBytes <= movedMax else { return false }
    movedMax -= uses[number].usedBytes
    verdicts[number] = .repack
    return true
  }

  private mutating func count(_ number: Int) {
    let use = uses[number]
    let bytes = use.fileBytes ?? 0
    switch verdicts[number] {
    case .keep:
      report.packsKept.add(bytes)
      report.unusedKeptBytes += use.unusedBytes
    case .remove: report.packsUnused.add(bytes)
    case .repack:
      report.packsRepacked.add(bytes)
      report.moved.count += use.usedBlobs
      report.moved.bytes += use.usedBytes
    case .missing: report.packsMissing += 1
    }
  }

  /// Index files that name what goes away, or what others name too, are replaced; with them those
  /// that are not full.
  private mutating func decideIndexes() {
    var replaced = Set<Int>()
    for (number, index) in table.indexes.enumerated() {
      let isWrong = index.packs.contains { pack in
        verdicts[Int(pack)] != .keep || table.packs[Int(pack)].listings > 1
      }
      if isWrong || index.packs.isEmpty { replaced.insert(number) }
    }
    let small = table.indexes.indices.filter { table.indexes[$0].blobs < IndexFile.blobsMax }
    if !replaced.isEmpty || small.count > Self.smallIndexesMax { replaced.formUnion(small) }
    indexesReplaced = replaced.sorted()
    report.indexesRemoved = replaced.count
  }
}
