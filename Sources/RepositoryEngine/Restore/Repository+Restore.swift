import ObjectStores
public import RepositoryFormat
import Synchronization

extension Repository {
  /// Fills a folder from a snapshot: every blob verified, holes kept, metadata last, all synced.
  ///
  /// Nothing is deleted, and nothing is replaced unless asked. Not repeatable without
  /// ``RestoreRequest/overwrites``: the files are there then.
  ///
  /// - Throws: ``RepositoryError/alreadyExists(_:)`` for a file that is in the way,
  ///   ``RepositoryError/damaged(object:reason:)`` for the first object that is not as it must be.
  public func restore(
    _ request: RestoreRequest
  ) async throws(RepositoryError) -> RestoreSummary {
    try await withLock(.shared) { () async throws(RepositoryError) in
      let pool = ThreadPool(threads: request.workers)
      defer { pool.stop() }
      return try await withTaskExecutorPreference(pool) { () async throws(RepositoryError) in
        try await self.restoreLocked(request)
      }
    }
  }

  private func restoreLocked(
    _ request: RestoreRequest
  ) async throws(RepositoryError) -> RestoreSummary {
    let snapshot = try await snapshot(request.snapshot)
    let index = try await loadIndex()
    let codec = BlobCodec(key: masterKey)
    var planner = RestorePlanner(self, index: index, codec: codec)
    let found = try await find(request.subpath, below: snapshot.tree, in: index, with: codec)
    let target: RestoreTarget
    switch request.layout {
    case .folder:
      guard found == nil || found?.subtree != nil else {
        throw .invalidArgument("`\(request.subpath)` is no folder in snapshot \(request.snapshot)")
      }
      try await planner.add(tree: found?.subtree ?? snapshot.tree)
      target = try RestoreTarget(path: request.target, directories: planner.plan.directories)
      try target.makeDirectories(replaces: request.mode == .inPlace)
    case .block:
      var found = found
      if found == nil { found = try await onlyFile(snapshot.tree, in: index, with: codec) }
      guard let file = found, file.kind == .file else {
        throw .invalidArgument("`\(request.subpath)` in snapshot \(request.snapshot) is no file")
      }
      try planner.add(file: file)
      target = try RestoreTarget(
        block: request.target, size: planner.plan.files[0].size, mode: request.mode)
    }
    let whole = planner.plan
    let (plan, comparison) = try await compared(whole, request, target, index)
    let run = RestoreRun(
      self, index: index, plan: plan, target: target, comparison: comparison, request: request)
    let summary = try await Ticking.during(
      { request.progress?(run.progress) },
      { () async throws(RepositoryError) in
        try await run.run(workers: request.workers, verifying: request.verifies ? whole : nil)
      })
    request.progress?(run.progress)
    return summary
  }

  /// The plan without what is in place already.
  private func compared(
    _ whole: RestorePlan, _ request: RestoreRequest, _ target: RestoreTarget, _ index: BlobIndex
  ) async throws(RepositoryError) -> (RestorePlan, Comparison) {
    guard request.mode == .inPlace || target.isKept else { return (whole, Comparison()) }
    let found = Mutex<UInt64>(0)
    let (files, bytes) = (UInt64(whole.files.count), whole.bytes)
    return try await Ticking.during(
      {
        request.progress?(
          RestoreProgress(
            filesDone: 0, filesExpected: files, bytesDone: found.withLock { $0 },
            bytesExpected: bytes, bytesFetched: 0, bytesVerified: 0))
      },
      { () async throws(RepositoryError) in
        var plan = whole
        let comparison = try await plan.compare(
          with: target, index: index, workers: request.workers
        ) { count in found.withLock { $0 += count } }
        return (plan, comparison)
      })
  }

  /// The file of a snapshot that has nothing else, as those of block volumes.
  private func onlyFile(
    _ tree: ObjectID, in index: BlobIndex, with codec: BlobCodec
  ) async throws(RepositoryError) -> TreeNode {
    let nodes = try await readTree(tree, in: index, with: codec).nodes
    guard let node = nodes.first, nodes.count == 1 else {
      throw .invalidArgument("The snapshot has \(nodes.count) entries: name the file to restore")
    }
    return node
  }

  /// The node at the end of a path; `nil` for the path that names the root.
  func find(
    _ path: String, below root: ObjectID, in index: BlobIndex, with codec: BlobCodec
  ) async throws(RepositoryError) -> TreeNode? {
    var tree: ObjectID? = root
    var found: TreeNode?
    for component in path.utf8.split(separator: UInt8(ascii: "/")) {
      guard let id = tree,
        let node = try await readTree(id, in: index, with: codec).node(named: Array(component))
      else { throw .notFound("Path `\(path)` in the snapshot") }
      found = node
      tree = node.subtree
    }
    return found
  }

  /// One file of a snapshot, whole and verified.
  ///
  /// - Parameter limit: A file of more bytes is refused before any of it is read.
  /// - Throws: ``RepositoryError/notFound(_:)``, ``RepositoryError/tooLarge(_:)``.
  public func readFile(
    snapshot id: ObjectID, path: String, limit: Int
  ) async throws(RepositoryError) -> [UInt8] {
    let snapshot = try await snapshot(id)
    let index = try await loadIndex()
    let codec = BlobCodec(key: masterKey)
    guard let node = try await find(path, below: snapshot.tree, in: index, with: codec),
      node.kind == .file
    else { throw .invalidArgument("`\(path)` is no file in snapshot \(id)") }
    let size = node.content.reduce(0) { $0 + (index.find($1, .data)?.blob.plainLength ?? 0) }
    guard size <= limit else {
      throw .tooLarge("`\(path)` has \(size) bytes, which is more than \(limit)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for blob in node.content {
      bytes += try await readBlob(blob, .data, in: index, with: codec)
    }
    return bytes
  }
}
