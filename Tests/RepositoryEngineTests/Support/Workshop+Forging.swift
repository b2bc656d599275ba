import Foundation
import ObjectStores
import RepositoryFormat

@testable import RepositoryEngine

extension Workshop {
  /// Stores blobs as they are given, true or not, and an index that names them.
  @discardableResult
  func add(
    _ blobs: [(plain: [UInt8], stored: [UInt8], uncompressedLength: UInt32)], kind: BlobKind,
    _ change: (inout IndexFile.Pack, inout [UInt8]) -> Void = { _, _ in }
  ) async throws -> [ObjectID] {
    let codec = BlobCodec(key: repository.masterKey)
    var builder = PackBuilder(kind: kind)
    for blob in blobs {
      unsafe blob.stored.withUnsafeBytes {
        unsafe builder.append(
          Digest.hash(blob.plain), stored: $0, uncompressedLength: blob.uncompressedLength,
          sealedBy: codec.sealer)
      }
    }
    builder.finish(sealedBy: codec.sealer)
    var bytes = builder.bytes
    var pack = IndexFile.Pack(id: .zero, blobs: builder.blobs)
    change(&pack, &bytes)
    pack.id = Digest.hash(bytes)
    try await store.write(ObjectName(.pack, pack.id), bytes[...])
    _ = try await repository.writeFile(.index, IndexFile(packs: [pack]).encoded())
    return builder.blobs.map(\.id)
  }

  @discardableResult
  func add(trees: [[UInt8]]) async throws -> [ObjectID] {
    try await add(trees.map { ($0, $0, 0) }, kind: .tree)
  }

  @discardableResult
  func addSnapshot(of tree: ObjectID) async throws -> ObjectID {
    var snapshot = Snapshot(time: repository.now(), tree: tree, paths: ["/data"])
    snapshot.hostname = "h"
    return try await repository.writeFile(.snapshot, snapshot.encoded())
  }

  static func folder(_ name: String, _ tree: ObjectID) -> TreeNode {
    var node = TreeNode(name: Array(name.utf8), kind: .directory)
    node.subtree = tree
    return node
  }
}
