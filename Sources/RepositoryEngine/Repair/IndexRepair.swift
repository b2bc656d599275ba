import ObjectStores
import RepositoryFormat

/// One repair of the index: what it is to become is known before anything is changed.
struct IndexRepair {
  let repository: Repository
  let request: RepairIndexRequest
  let progress: @Sendable (CheckProgress) -> Void
  let codec: BlobCodec
  var report = RepairIndexReport()
  var done = CheckProgress()

  /// What the index says of each pack: the first file to name it counts.
  var files: [(id: ObjectID, packs: [IndexFile.Pack])] = []
  var named: [ObjectID: [PackedBlob]] = [:]
  /// Packs whose entries in the index are not to be kept.
  var wrong: Set<ObjectID> = []
  /// Entries for the new index files.
  var added: [IndexFile.Pack] = []
  /// New packs hold whatever was intact in these.
  var removable: [ObjectID] = []

  init(
    _ repository: Repository, _ request: RepairIndexRequest,
    progress: @escaping @Sendable (CheckProgress) -> Void
  ) {
    self.repository = repository
    self.request = request
    self.progress = progress
    codec = BlobCodec(key: repository.masterKey)
  }

  mutating func run() async throws(RepositoryError) -> RepairIndexReport {
    try await loadIndex()
    try await comparePacks()
    try await rewriteIndex()
    for pack in removable { try await repository.delete(ObjectName(.pack, pack)) }
    return report
  }

  private mutating func loadIndex() async throws(RepositoryError) {
    for id in try await repository.ids(.index) {
      do throws(RepositoryError) {
        files.append((id, try await repository.indexFile(id).packs))
      } catch {
        // Only what is certainly no index is given up; a store that fails now may work later.
        guard case .damaged(let object, let reason) = error else { throw error }
        report.lose(object, reason)
        report.indexFilesRemoved.append(id)
      }
    }
    for (_, packs) in files {
      for pack in packs {
        if let blobs = named[pack.id] {
          if PackSketch(blobs) != PackSketch(pack.blobs) { wrong.insert(pack.id) }
        } else {
          named[pack.id] = pack.blobs
        }
      }
    }
  }

  private mutating func comparePacks() async throws(RepositoryError) {
    var stored: [ObjectID: Int] = [:]
    do {
      for entry in try await repository.store.list(.pack) {
        if let id = ObjectID(entry.name.digest) { stored[id] = entry.bytes }
      }
    } catch {
      throw .store(error)
    }
    for (id, blobs) in named.sorted(by: { $0.key < $1.key }) where stored[id] == nil {
      wrong.insert(id)
      report.packsDropped.append(id)
      for blob in blobs {
        report.lose("\(blob.kind.name) blob \(blob.id)", "Its pack \(id) is missing")
      }
    }
    done.packsTotal = stored.count
    let damaged = Set(request.damagedPacks)
    for (id, size) in stored.sorted(by: { $0.key < $1.key }) {
      if Task.isCancelled { throw .cancelled }
      if request.readsEverything || damaged.contains(id) {
        try await verify(id, size: size)
      } else {
        try await compareHeader(id, size: size)
      }
      done.packsDone += 1
      progress(done)
    }
  }

  /// A pack whose length and header are what the index says is not looked at any further.
  private mutating func compareHeader(_ id: ObjectID, size: Int) async throws(RepositoryError) {
    let blobs = named[id]
    let sketch = blobs.map { PackSketch($0) }
    if let sketch, !wrong.contains(id), sketch.bytes == size, !request.readsHeaders { return }
    guard let header = try await header(of: id, size: size, guess: sketch?.headerBytes) else {
      return try await verify(id, size: size)
    }
    guard PackSketch(header) != sketch || wrong.contains(id) else { return }
    guard blobs == nil else { return try await verify(id, size: size) }
    enter(IndexFile.Pack(id: id, blobs: header))
  }

  mutating func enter(_ pack: IndexFile.Pack) {
    wrong.insert(pack.id)
    added.append(pack)
    report.packsAdded.append(pack.id)
  }
}
