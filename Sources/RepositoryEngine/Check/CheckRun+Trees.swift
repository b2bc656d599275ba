import ObjectStores
import RepositoryFormat

extension CheckRun {
  /// Reads snapshots and everything that they reach, each tree once.
  func checkSnapshots(_ ids: [ObjectID]) async throws(RepositoryError) {
    let queue = TreeQueue(blobs: index.blobs.blobCount)
    for id in ids {
      if Task.isCancelled { throw .cancelled }
      do throws(RepositoryError) {
        let snapshot = try await repository.snapshot(id)
        findings.count { $0.snapshots += 1 }
        add(snapshot.tree, TreePath(snapshot: id), to: queue)
      } catch {
        findings.add(error, to: ObjectName(.snapshot, id))
      }
    }
    await inWorkers { codec in
      while let element = await queue.next() {
        if Task.isCancelled { queue.giveUp() }
        await self.check(element, queue, with: codec)
        self.findings.advance { $0.treesDone += 1 }
        queue.finished()
      }
    }
    if Task.isCancelled { throw .cancelled }
  }

  private func add(_ tree: ObjectID, _ path: TreePath, to queue: TreeQueue) {
    guard let number = find(tree, .tree, path, name: nil) else { return }
    guard path.depth < RestorePlanner.depthMax else {
      findings.problem(
        "tree blob \(tree)", "It lies deeper than \(RestorePlanner.depthMax) levels",
        snapshot: path.snapshot, path: path.text())
      return
    }
    queue.add(number, path)
  }

  /// A blob that is needed; `nil` and a problem where it is lost.
  private func find(
    _ id: ObjectID, _ kind: BlobKind, _ path: TreePath, name: [UInt8]?
  ) -> Int? {
    let reason: String
    if let number = index.blobs.number(of: id, kind) {
      let pack = index.packs[Int(index.blobs.place(number).location.pack)]
      if pack.bytesStored == nil {
        reason = "Its pack \(pack.id) is missing"
      } else if findings.isDamaged(number) {
        reason = "It is damaged in pack \(pack.id)"
      } else {
        return number
      }
    } else {
      reason = "No index names a pack that holds it"
    }
    findings.problem(
      "\(kind.name) blob \(id)", reason, snapshot: path.snapshot, path: path.text(name))
    return nil
  }

  private func check(
    _ element: TreeQueue.Element, _ queue: TreeQueue, with codec: BlobCodec
  ) async {
    let (location, blob) = index.blobs.place(element.number)
    let pack = index.packs[Int(location.pack)]
    let path = element.path
    do throws(RepositoryError) {
      let bytes = try await read(blob, in: pack, with: codec)
      // Subtrees count only once the whole tree is known to be one.
      try Repository.decoding("tree blob \(blob.id)") { () throws(FormatError) in
        try Tree.forEachNode(in: bytes) { self.check($0, in: blob.id, path, queue) }
      }
    } catch {
      var reason = error.description
      if case .damaged(_, let text) = error { reason = text }
      findings.problem(
        "tree blob \(blob.id)", "\(reason); it lies in pack \(pack.id)", snapshot: path.snapshot,
        path: path.text())
      findings.damaged(element.number, in: pack.id)
    }
  }

  private func read(
    _ blob: PackedBlob, in pack: CheckedIndex.Pack, with codec: BlobCodec
  ) async throws(RepositoryError) -> [UInt8] {
    let range = Int(blob.offset)..<Int(blob.offset) + Int(blob.length)
    let name = "tree blob \(blob.id)"
    guard let stored = pack.bytesStored, range.upperBound <= stored else {
      throw .damaged(object: name, reason: "It would lie behind the end of its pack")
    }
    try Repository.decoding(name) { () throws(FormatError) in try BlobCodec.judge(blob) }
    let sealed: [UInt8]
    do { sealed = try await repository.store.read(ObjectName(.pack, pack.id), range) } catch {
      throw .store(error)
    }
    findings.advance { $0.bytesRead += UInt64(sealed.count) }
    return try Repository.decoding(name) { () throws(FormatError) in
      try codec.open(sealed, blob)
    }
  }

  private func check(
    _ node: TreeNode, in tree: ObjectID, _ path: TreePath, _ queue: TreeQueue
  ) {
    if !node.hasSafeName {
      findings.problem(
        "tree blob \(tree)", "`\(node.displayName)` is no name for a file",
        snapshot: path.snapshot, path: path.text())
    }
    switch node.kind {
    case .directory:
      if let subtree = node.subtree { add(subtree, TreePath(node.name, in: path), to: queue) }
    case .file:
      for id in node.content { _ = find(id, .data, path, name: node.name) }
    default: break
    }
  }
}
