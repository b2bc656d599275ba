import Documents
import ObjectStores
import RepositoryFormat
import Synchronization

/// Where workers bring blobs: new ones go into open packs, full packs to the store, and what is
/// stored into the index. Order is what makes a crash harmless: packs, then index.
final class BlobWriter: Sendable {
  fileprivate struct State {
    var index: BlobIndex
    /// Claimed in this run: on their way into a pack.
    var claimed: [BlobKind: Set<ObjectID>] = [.data: [], .tree: []]
    var open: [PackBuilder] = []
    /// Finished, and waiting for another one to be hashed with.
    var unnamed: PackBuilder?
    var lent: [BlobKind: Int] = [.data: 0, .tree: 0]
    var unindexed: [IndexFile.Pack] = []
    var unindexedBlobs = 0
    var lastIndex = ContinuousClock.now
  }

  private let repository: Repository
  private let tally: BackupTally
  private let workers: Int
  private let pace: WritingPace
  private let state: Mutex<State>
  private let buffers: PackBuffers
  private let packs: Channel<NamedPack>
  private let progress: @Sendable (BackupProgress) -> Void

  init(
    _ repository: Repository, index: BlobIndex, tally: BackupTally, workers: Int,
    pace: WritingPace = WritingPace(), progress: @escaping @Sendable (BackupProgress) -> Void
  ) {
    self.repository = repository
    self.tally = tally
    self.workers = workers
    self.pace = pace
    self.progress = progress
    state = Mutex(State(index: index))
    // Of data every worker fills one at most and one waits for its name, so that there is always
    // one more, or one on its way up, for whom wants one.
    let uploads = max(1, repository.store.transfersAtOnce)
    buffers = PackBuffers(count: workers + 1 + uploads)
    packs = Channel(capacity: workers + uploads)
  }

  /// Whether a blob need not be stored: it is, or will be before the index says so.
  func has(_ id: ObjectID, _ kind: BlobKind) -> Bool {
    state.withLock { $0.index.contains(id, kind) || $0.claimed[kind]?.contains(id) == true }
  }

  /// Adds a blob unless the repository or this run has it; returns its id.
  func add(
    _ bytes: UnsafeRawBufferPointer, kind: BlobKind, with codec: BlobCodec
  ) async -> ObjectID {
    let id = unsafe codec.digest.hash(bytes)
    await unsafe store(bytes, id, kind, with: codec)
    return id
  }

  /// Adds two blobs of data at once, which are hashed side by side.
  func add(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, with codec: BlobCodec
  ) async -> (ObjectID, ObjectID) {
    let ids = unsafe codec.digest.hash(first, second)
    await unsafe store(first, ids.0, .data, with: codec)
    await unsafe store(second, ids.1, .data, with: codec)
    return ids
  }

  /// A tree may have hundreds of megabytes: it is not copied on its way.
  func add(_ bytes: [UInt8], kind: BlobKind, with codec: BlobCodec) async -> ObjectID {
    let id = unsafe bytes.withUnsafeBytes { unsafe codec.digest.hash($0) }
    guard claim(id, kind) else { return id }
    var pack = await borrow(kind)
    unsafe bytes.withUnsafeBytes { bytes in
      let stored = unsafe codec.stored(bytes, kind: kind, compress: repository.compresses)
      unsafe append(stored, of: bytes.count, id, to: &pack, with: codec)
    }
    await giveBack(&pack, with: codec)
    return id
  }

  private func store(
    _ bytes: UnsafeRawBufferPointer, _ id: ObjectID, _ kind: BlobKind, with codec: BlobCodec
  ) async {
    guard claim(id, kind) else { return }
    let stored = unsafe codec.stored(bytes, kind: kind, compress: repository.compresses)
    var pack = await borrow(kind)
    if unsafe !pack.hasRoom(for: stored.bytes.count) {
      await close(&pack, with: codec)
      pack = PackBuilder(kind: kind, in: await buffers.take())
    }
    unsafe append(stored, of: bytes.count, id, to: &pack, with: codec)
    await giveBack(&pack, with: codec)
  }

  private func append(
    _ stored: (bytes: UnsafeRawBufferPointer, uncompressedLength: UInt32), of count: Int,
    _ id: ObjectID, to pack: inout PackBuilder, with codec: BlobCodec
  ) {
    let kind = pack.kind
    unsafe pack.append(
      id, stored: stored.bytes, uncompressedLength: stored.uncompressedLength,
      sealedBy: codec.sealer)
    let sealedLength = unsafe UInt64(stored.bytes.count + Sealing.overhead)
    tally.count { figures in
      if kind == .data { figures.dataBlobs += 1 } else { figures.treeBlobs += 1 }
      figures.dataAdded += UInt64(count)
      figures.dataAddedPacked += sealedLength
    }
  }

  /// Names a finished pack together with the one that waits: two are hashed side by side.
  private func name(_ pack: inout PackBuilder, with codec: BlobCodec) -> [NamedPack] {
    let other = state.withLock { state -> PackBuilder? in
      if let other = state.unnamed.take() { return other }
      state.unnamed = pack.take()
      return nil
    }
    guard let other else { return [] }
    let ids = unsafe other.bytes.withUnsafeBytes { other in
      unsafe pack.bytes.withUnsafeBytes { unsafe codec.digest.hash(other, $0) }
    }
    return [NamedPack(id: ids.0, pack: other), NamedPack(id: ids.1, pack: pack.take())]
  }

  private func send(_ ready: [NamedPack]) async {
    for pack in ready { await packs.send(pack) }
  }

  private func claim(_ id: ObjectID, _ kind: BlobKind) -> Bool {
    state.withLock { state in
      !state.index.contains(id, kind) && state.claimed[kind, default: []].insert(id).inserted
    }
  }

  /// One of at least two open packs, by chance: the order of blobs in a pack would tell an
  /// observer the lengths of a file's chunks, and those tell which file it is.
  private func borrow(_ kind: BlobKind) async -> PackBuilder {
    let open = state.withLock { state -> PackBuilder? in
      let free = state.open.indices.filter { state.open[$0].kind == kind }
      let lent = state.lent[kind, default: 0]
      state.lent[kind] = lent + 1
      let wanted = kind == .data ? workers : 1
      if let index = free.randomElement(), free.count + lent >= wanted {
        state.open.swapAt(index, state.open.count - 1)
        return state.open.removeLast()
      }
      return nil
    }
    if let open { return open }
    // Trees are few: their packs take memory of their own, and wait for nobody's.
    return PackBuilder(kind: kind, in: kind == .data ? await buffers.take() : [])
  }

  /// Leaves a pack to the next blob, or where it is full to the uploads.
  private func giveBack(_ pack: inout PackBuilder, with codec: BlobCodec) async {
    let (kind, isFull) = (pack.kind, pack.isFull(at: pace.packBytes))
    if isFull { await close(&pack, with: codec) }
    state.withLock { state in
      state.lent[kind, default: 1] -= 1
      if !isFull { state.open.append(pack.take()) }
    }
  }

  private func close(_ pack: inout PackBuilder, with codec: BlobCodec) async {
    pack.finish(sealedBy: codec.sealer)
    await send(name(&pack, with: codec))
  }

  /// Merges what small rests fit together, and sends all of it off. No worker may add any more.
  func finish(with codec: BlobCodec) async {
    var open = state.withLock { state in
      defer { state.open = [] }
      return state.open
    }
    open.sort { $0.bytes.count < $1.bytes.count }
    while let first = open.first {
      var pack = first
      open.removeFirst()
      while let other = open.firstIndex(where: {
        $0.kind == pack.kind && $0.bytes.count + pack.bytes.count <= pace.packBytes
      }) {
        pack.merge(open.remove(at: other))
      }
      await close(&pack, with: codec)
    }
    if let last = state.withLock({ $0.unnamed.take() }) {
      let id = unsafe last.bytes.withUnsafeBytes { unsafe codec.digest.hash($0) }
      await packs.send(NamedPack(id: id, pack: last))
    }
    packs.finish()
  }

  /// Gives up: uploads end after what they have begun.
  func abandon() {
    packs.finish()
    buffers.giveUp()
  }

  /// Stores packs until there are no more.
  func upload() async throws(RepositoryError) {
    while var next = await packs.next() {
      do {
        try await repository.store.write(ObjectName(.pack, next.id), next.pack.bytes[...])
      } catch {
        throw .store(error)
      }
      if next.pack.kind == .data { buffers.giveBack(next.pack.takeBytes()) }
      progress(tally.progress)
      try await enterIndex(IndexFile.Pack(id: next.id, blobs: next.pack.blobs))
    }
  }

  private func enterIndex(_ pack: IndexFile.Pack) async throws(RepositoryError) {
    let full = state.withLock { state -> [IndexFile.Pack] in
      state.unindexed.append(pack)
      state.unindexedBlobs += pack.blobs.count
      guard pace.isIndexDue(state.unindexed.count, state.unindexedBlobs, since: state.lastIndex)
      else { return [] }
      return state.takeUnindexed()
    }
    // Who lost the lock must not name packs that somebody's prune may have taken for rubbish.
    if !full.isEmpty, !Task.isCancelled {
      _ = try await repository.writeFile(.index, IndexFile(packs: full).encoded())
    }
  }

  /// Writes the rest of the index. Everything added is part of the repository afterwards.
  func flushIndex() async throws(RepositoryError) {
    let rest = state.withLock { $0.takeUnindexed() }
    guard !rest.isEmpty else { return }
    _ = try await repository.writeFile(.index, IndexFile(packs: rest).encoded())
  }
}

/// A pack and its name, the digest of its bytes.
private struct NamedPack: Sendable {
  var id: ObjectID
  var pack: PackBuilder
}

extension BlobWriter.State {
  fileprivate mutating func takeUnindexed() -> [IndexFile.Pack] {
    defer {
      unindexed = []
      unindexedBlobs = 0
      lastIndex = .now
    }
    return unindexed
  }
}
