import Documents
import ObjectStores
import RepositoryFormat

/// Rewrites trees, each once, from the leaves up. Used by one task at a time.
final class SnapshotRepair {
  var report = RepairSnapshotsReport()
  private let repository: Repository
  private let index: BlobIndex
  private let codec: BlobCodec
  private let writer: BlobWriter
  /// What became of each tree: itself, another one, or `nil` where it is lost.
  private var outcomes: [ObjectID: ObjectID?] = [:]
  /// New trees until they are stored: a repair rewrites few of them.
  private var rewritten: [[UInt8]] = []

  init(_ repository: Repository, index: BlobIndex, now: Timestamp) {
    self.repository = repository
    self.index = index
    codec = BlobCodec(key: repository.masterKey)
    writer = BlobWriter(
      repository, index: index, tally: BackupTally(start: now), workers: 1, progress: { _ in })
  }

  /// The tree without what is lost: itself where that is nothing, `nil` where it cannot be read.
  ///
  /// A tree that many snapshots share is repaired, and what it lost is named, once.
  func repaired(
    _ id: ObjectID, in path: TreePath
  ) async throws(RepositoryError) -> ObjectID? {
    if let outcome = outcomes[id] { return outcome }
    guard !Task.isCancelled else { throw .cancelled }
    // Nothing above may be reached again from below: no tree contains its own digest, but a store
    // may answer anything.
    outcomes[id] = .some(nil)
    guard path.depth < RestorePlanner.depthMax else {
      lose("tree blob \(id)", "It lies deeper than \(RestorePlanner.depthMax) levels", path, nil)
      return nil
    }
    guard let tree = try await read(id, path) else { return nil }
    var nodes: [TreeNode] = []
    var isChanged = false
    for var node in tree.nodes {
      switch node.kind {
      case .file:
        guard let missing = node.content.first(where: { !index.contains($0, .data) }) else { break }
        lose("data blob \(missing)", "No index names it; the file is left out", path, node.name)
        isChanged = true
        continue
      case .directory:
        guard let former = node.subtree else { break }
        let subtree = try await repaired(former, in: TreePath(node.name, in: path))
        guard subtree != former else { break }
        node.subtree = subtree ?? keep(Tree(nodes: []).encoded())
        isChanged = true
      default: break
      }
      nodes.append(node)
    }
    let outcome = isChanged ? keep(Tree(nodes: nodes).encoded()) : id
    outcomes[id] = outcome
    return outcome
  }

  private func read(_ id: ObjectID, _ path: TreePath) async throws(RepositoryError) -> Tree? {
    do throws(RepositoryError) {
      return try await repository.readTree(id, in: index, with: codec)
    } catch {
      switch error {
      case .damaged(_, let reason): lose("tree blob \(id)", reason, path, nil)
      case .store(let error) where error.reason == .notFound || error.reason == .truncated:
        lose("tree blob \(id)", error.description, path, nil)
      default: throw error
      }
      return nil
    }
  }

  private func lose(_ object: String, _ reason: String, _ path: TreePath, _ name: [UInt8]?) {
    report.lose(
      CheckFinding(
        object: object, reason: reason, snapshot: path.snapshot, path: path.text(name)))
  }

  private func keep(_ tree: [UInt8]) -> ObjectID {
    rewritten.append(tree)
    return Digest.hash(tree)
  }

  /// Stores the new trees and the index that names them.
  func storeTrees() async throws(RepositoryError) {
    typealias Outcome = Result<Void, RepositoryError>
    let (writer, trees, key) = (writer, rewritten, repository.masterKey)
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask {
        do throws(RepositoryError) { return .success(try await writer.upload()) } catch {
          writer.abandon()
          return .failure(error)
        }
      }
      let codec = BlobCodec(key: key)
      for tree in trees { _ = await writer.add(tree, kind: .tree, with: codec) }
      await writer.finish(with: codec)
      return await group.next() ?? .success(())
    }
    try outcome.get()
    try await writer.flushIndex()
  }
}
