public import Documents
import ObjectStores
public import RepositoryFormat

extension Repository {
  /// What one such snapshot may hold: it passes through memory.
  public static let snapshotFileBytesMax = 256 << 20

  /// Stores a few files from memory as one ordinary snapshot, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: What the snapshot lists as its path, as `/point`.
  ///   - time: The snapshot's time and that of its files; `nil` for the clock's.
  /// - Throws: ``RepositoryError/invalidArgument(_:)`` for a path that is absolute, there twice,
  ///   or a file and a folder at once; ``RepositoryError/tooLarge(_:)``.
  public func addSnapshot(
    files: [SnapshotFile], path: String, hostname: String, tags: [String], time: Timestamp? = nil
  ) async throws(RepositoryError) -> ObjectID {
    try await addSnapshot(
      files: files, path: path, hostname: hostname, tags: tags, time: time, timing: LockTiming())
  }

  func addSnapshot(
    files: [SnapshotFile], path: String, hostname: String, tags: [String], time: Timestamp? = nil,
    timing: LockTiming
  ) async throws(RepositoryError) -> ObjectID {
    let total = files.reduce(0) { $0 + $1.bytes.count }
    guard total <= Self.snapshotFileBytesMax else {
      throw .tooLarge("\(total) bytes are more than a snapshot from memory may hold")
    }
    let folder = try MemoryFolder(files)
    return try await withLock(.shared, timing: timing) { () async throws(RepositoryError) in
      let identity = ProcessIdentity.current
      var snapshot = Snapshot(time: time ?? self.now(), tree: .zero, paths: [path])
      snapshot.hostname = hostname
      snapshot.tags = tags
      snapshot.username = identity.username
      snapshot.uid = identity.uid
      snapshot.gid = identity.gid
      snapshot.programVersion = Self.programVersion
      snapshot.tree = try await self.add(folder, time: snapshot.time)
      guard !Task.isCancelled else { throw .cancelled }
      return try await self.writeFile(.snapshot, snapshot.encoded())
    }
  }

  private func add(
    _ folder: MemoryFolder, time: Timestamp
  ) async throws(RepositoryError) -> ObjectID {
    let writer = BlobWriter(
      self, index: try await loadIndex(), tally: BackupTally(start: time), workers: 1,
      progress: { _ in })
    typealias Outcome = Result<ObjectID?, RepositoryError>
    let outcome = await withTaskExecutorPreference(ThreadPool.blockingCalls) {
      await withTaskGroup(of: Outcome.self) { group in
        group.addTask { await Self.upload(writer) }
        let codec = BlobCodec(key: masterKey)
        let tree = await add(folder, time: FileTime(time), to: writer, with: codec)
        await writer.finish(with: codec)
        let uploaded = await group.next() ?? .success(nil)
        return uploaded.map { _ in tree }
      }
    }
    let tree = try outcome.get()
    try await writer.flushIndex()
    return tree
  }

  private static func upload(_ writer: BlobWriter) async -> Result<ObjectID?, RepositoryError> {
    do throws(RepositoryError) { try await writer.upload() } catch {
      writer.abandon()
      return .failure(error)
    }
    return .success(nil)
  }

  private func add(
    _ folder: MemoryFolder, time: FileTime, to writer: BlobWriter, with codec: BlobCodec
  ) async -> ObjectID {
    var nodes: [TreeNode] = []
    for (name, child) in folder.folders {
      var node = TreeNode(name: name, kind: .directory)
      node.mode = FileMode(unix: 0o040700)
      node.subtree = await add(child, time: time, to: writer, with: codec)
      nodes.append(node)
    }
    for (name, file) in folder.files {
      var node = TreeNode(name: name, kind: .file)
      node.mode = FileMode(unix: 0o100000 | file.permissions & 0o777)
      node.size = UInt64(file.bytes.count)
      node.links = 1
      for start in stride(from: 0, to: file.bytes.count, by: ChunkLimits.lengthMax) {
        let chunk = file.bytes[start..<min(start + ChunkLimits.lengthMax, file.bytes.count)]
        node.content.append(await writer.add(Array(chunk), kind: .data, with: codec))
      }
      nodes.append(node)
    }
    for index in nodes.indices {
      nodes[index].modified = time
      nodes[index].accessed = time
      nodes[index].changed = time
    }
    nodes.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return await writer.add(Tree(nodes: nodes).encoded(), kind: .tree, with: codec)
  }
}
