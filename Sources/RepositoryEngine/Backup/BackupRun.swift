import Documents
import Glibc
import ObjectStores
import RepositoryFormat
import Synchronization

/// One backup: workers take jobs from the schedule, read, and bring blobs to the writer.
final class BackupRun: Sendable {
  let repository: Repository
  let request: BackupRequest
  let schedule: BackupSchedule
  let writer: BlobWriter
  let tally: BackupTally
  let index: BlobIndex
  let nodes = NodeReader()
  let scanner: ChunkScanner
  let unchangedRule: UnchangedRule
  /// Files modified within it are read, whatever the parent says.
  let racyWindow: RacyWindow?
  private let root = Mutex<ObjectID?>(nil)
  private let failure = Mutex<RepositoryError?>(nil)

  init(
    _ repository: Repository, _ request: BackupRequest, index: BlobIndex, tally: BackupTally,
    parent: Snapshot?, progress: @escaping @Sendable (BackupProgress) -> Void
  ) {
    self.repository = repository
    self.request = request
    self.index = index
    self.tally = tally
    unchangedRule = request.effectiveRule
    racyWindow = parent.map(RacyWindow.init)
    schedule = BackupSchedule(workers: request.workers)
    scanner = ChunkScanner(repository.config.chunkerPolynomial)
    writer = BlobWriter(
      repository, index: index, tally: tally, workers: request.workers, pace: request.pace,
      progress: progress)
  }

  /// Stores everything below `source` and returns the root tree.
  func run(_ source: BackupSource, parent: ObjectID?) async throws(RepositoryError) -> ObjectID {
    let uploads = repository.store.transfersAtOnce
    let pool = ThreadPool(threads: request.workers + uploads)
    defer { pool.stop() }
    await withTaskExecutorPreference(pool) {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<uploads { group.addTask { await self.upload() } }
        await begin(source, parent: parent)
        await withTaskGroup(of: Void.self) { workers in
          for _ in 0..<request.workers { workers.addTask { await self.work() } }
        }
        if failed {
          writer.abandon()
        } else {
          await writer.finish(with: BlobCodec(key: repository.masterKey))
        }
      }
    }
    if let failure = failure.withLock({ $0 }) {
      // What is stored by now the next attempt need not store again.
      if !Task.isCancelled { try? await writer.flushIndex() }
      throw failure
    }
    guard let root = root.withLock({ $0 }) else { throw .cancelled }
    try await writer.flushIndex()
    return root
  }

  private var failed: Bool { failure.withLock { $0 != nil } }

  /// The first failure is the one that counts; it ends everybody's work.
  func fail(_ error: RepositoryError) {
    failure.withLock { $0 = $0 ?? error }
    schedule.giveUp()
    writer.abandon()
  }

  private func upload() async {
    do throws(RepositoryError) { try await writer.upload() } catch { fail(error) }
  }

  private func work() async {
    let codec = BlobCodec(key: repository.masterKey)
    while let job = await schedule.next() {
      if Task.isCancelled { fail(.cancelled) }
      do throws(RepositoryError) {
        switch job {
        case .entry(let directory, let slot): try await store(directory, slot: slot, with: codec)
        case .chunk(let file): try await storeChunks(of: file, with: codec)
        }
      } catch {
        fail(error)
      }
      schedule.finished()
    }
  }

  private func begin(_ source: BackupSource, parent: ObjectID?) async {
    switch source {
    case .block(let volume): await begin(volume, parent: parent)
    case .folder(let folder): await begin(folder, parent: parent)
    }
  }

  private func begin(_ source: SourceFolder, parent: ObjectID?) async {
    let codec = BlobCodec(key: repository.masterKey)
    do throws(RepositoryError) {
      let former = try await formerTree(parent, with: codec)
      let directory = OpenDirectory(
        file: source.directory, path: source.path, names: source.names, node: nil, parent: nil,
        former: former, formerID: parent)
      await open(directory, with: codec)
    } catch {
      fail(error)
    }
  }

  /// The tree compared with; a damaged or missing one only costs time.
  func formerTree(
    _ id: ObjectID?, with codec: BlobCodec
  ) async throws(RepositoryError) -> Tree? {
    guard let id, index.contains(id, .tree) else { return nil }
    do { return try await repository.readTree(id, in: index, with: codec) } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }

  /// Takes up a directory's entries; an empty one is complete at once.
  func open(_ directory: OpenDirectory, with codec: BlobCodec) async {
    if directory.names.isEmpty {
      await close(directory, tree: Tree(nodes: []).encoded(), with: codec)
    } else {
      schedule.add(directory)
    }
  }

  /// Puts a finished entry into its directory; if it was the last one, the directory into its own
  /// parent, and so on up.
  func finish(
    _ directory: OpenDirectory, slot: Int, _ node: [UInt8]?, with codec: BlobCodec
  ) async {
    guard let tree = directory.finish(slot: slot, node: node) else { return }
    await close(directory, tree: tree, with: codec)
  }

  private func close(_ directory: OpenDirectory, tree: [UInt8], with codec: BlobCodec) async {
    var (directory, tree) = (directory, tree)
    while true {
      guard tree.count <= BlobCodec.treeBytesMax else {
        return fail(
          .tooLarge(
            "`\(directory.path)` has \(directory.names.count) entries: their tree is larger than"
              + " the \(BlobCodec.treeBytesMax) bytes that it may have"))
      }
      let id = await writer.add(tree, kind: .tree, with: codec)
      guard var node = directory.node, let (parent, slot) = directory.parent else {
        root.withLock { $0 = id }
        return
      }
      node.subtree = id
      count(directory, id)
      guard let complete = parent.finish(slot: slot, node: node.encoded()) else { return }
      (directory, tree) = (parent, complete)
    }
  }

  private func count(_ directory: OpenDirectory, _ id: ObjectID) {
    tally.count { figures in
      switch directory.formerID {
      case nil: figures.dirsNew += 1
      case id: figures.dirsUnmodified += 1
      default: figures.dirsChanged += 1
      }
    }
  }
}
