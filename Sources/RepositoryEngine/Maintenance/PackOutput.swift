import ObjectStores
import RepositoryFormat
import Synchronization

/// Where finished packs go: into the store, and what is stored into the index.
final class PackOutput: Sendable {
  fileprivate struct State {
    var rests: [BlobKind: [SealedPack]] = [:]
    var unindexed: [IndexFile.Pack] = []
    var unindexedBlobs = 0
    var figures = Figures()
    var indexes: Set<ObjectID> = []
  }

  struct Figures: Sendable {
    var packs = 0
    var bytes: UInt64 = 0
    var indexes = 0
  }

  let repository: Repository
  private let state = Mutex(State())
  private let progress: @Sendable (Figures) -> Void

  init(_ repository: Repository, progress: @escaping @Sendable (Figures) -> Void) {
    self.repository = repository
    self.progress = progress
  }

  var figures: Figures { state.withLock { $0.figures } }
  /// The index files that were written.
  var indexes: Set<ObjectID> { state.withLock { $0.indexes } }

  /// - Returns: the pack's memory, to be filled again.
  @discardableResult
  func write(
    _ pack: consuming SealedPack, with sealer: Sealer
  ) async throws(RepositoryError) -> [UInt8] {
    let (bytes, blobs) = pack.finished(by: sealer)
    let id = Digest.hash(bytes)
    do { try await repository.store.write(ObjectName(.pack, id), bytes[...]) } catch {
      throw .store(error)
    }
    let figures = state.withLock { state in
      state.figures.packs += 1
      state.figures.bytes += UInt64(bytes.count)
      return state.figures
    }
    progress(figures)
    try await enterIndex(IndexFile.Pack(id: id, blobs: blobs))
    return bytes
  }

  /// Names a pack in the next index file, which is written once it is full.
  func enterIndex(_ pack: IndexFile.Pack) async throws(RepositoryError) {
    let full = state.withLock { state -> [IndexFile.Pack] in
      state.unindexed.append(pack)
      state.unindexedBlobs += pack.blobs.count
      return state.unindexedBlobs >= IndexFile.blobsMax ? state.takeUnindexed() : []
    }
    try await writeIndex(full)
  }

  /// Writes the rest of the index. Everything written is part of the repository afterwards.
  func flushIndex() async throws(RepositoryError) {
    try await writeIndex(state.withLock { $0.takeUnindexed() })
  }

  private func writeIndex(_ packs: [IndexFile.Pack]) async throws(RepositoryError) {
    guard !packs.isEmpty else { return }
    let id = try await repository.writeFile(.index, IndexFile(packs: packs).encoded())
    state.withLock { state in
      state.figures.indexes += 1
      state.indexes.insert(id)
    }
  }

  func leave(_ open: [BlobKind: SealedPack]) {
    state.withLock { state in
      for (kind, pack) in open where !pack.isEmpty { state.rests[kind, default: []].append(pack) }
    }
  }

  /// Writes what all fillers left, in as few packs as it fits into.
  func finishPacks() async throws(RepositoryError) {
    let sealer = Sealer(key: repository.masterKey)
    for kind in BlobKind.allCases {
      var rests = state.withLock { $0.rests.removeValue(forKey: kind) ?? [] }
      rests.sort { $0.bytes.count < $1.bytes.count }
      while !rests.isEmpty {
        var pack = rests.removeFirst()
        while let next = rests.first, !pack.isFull,
          pack.blobs.count + next.blobs.count <= PackBuilder.blobsMax
        {
          pack.merge(next)
          rests.removeFirst()
        }
        try await write(pack, with: sealer)
      }
    }
  }
}

extension PackOutput.State {
  fileprivate mutating func takeUnindexed() -> [IndexFile.Pack] {
    defer {
      unindexed = []
      unindexedBlobs = 0
    }
    return unindexed
  }
}
