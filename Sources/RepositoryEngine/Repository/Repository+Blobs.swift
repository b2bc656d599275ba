import ObjectStores
import RepositoryFormat

extension Repository {
  /// The whole index. List snapshots before, not after: what they need is indexed by then.
  func loadIndex() async throws(RepositoryError) -> BlobIndex {
    var index = BlobIndex()
    for id in try await ids(.index) { index.add(try await indexFile(id)) }
    return index
  }

  func indexFile(_ id: ObjectID) async throws(RepositoryError) -> IndexFile {
    let name = ObjectName(.index, id)
    let json = try await readFile(name)
    return try Self.decoding(name.description) { () throws(FormatError) in
      try IndexFile(decoding: json)
    }
  }

  /// One blob, verified; the result is a copy.
  func readBlob(
    _ id: ObjectID, _ kind: BlobKind, in index: BlobIndex, with codec: BlobCodec
  ) async throws(RepositoryError) -> [UInt8] {
    guard let (pack, blob) = index.find(id, kind) else {
      throw .damaged(
        object: "\(kind.name) blob \(id)", reason: "No index names a pack that holds it")
    }
    let name = ObjectName(.pack, pack)
    try Self.decoding(name.description) { () throws(FormatError) in try BlobCodec.judge(blob) }
    let sealed: [UInt8]
    do {
      sealed = try await store.read(name, Int(blob.offset)..<Int(blob.offset + blob.length))
    } catch {
      throw .store(error)
    }
    return try Self.decoding(name.description) { () throws(FormatError) in
      try codec.open(sealed, blob)
    }
  }

  func readTree(
    _ id: ObjectID, in index: BlobIndex, with codec: BlobCodec
  ) async throws(RepositoryError) -> Tree {
    let bytes = try await readBlob(id, .tree, in: index, with: codec)
    return try Self.decoding("tree \(id)") { () throws(FormatError) in try Tree(decoding: bytes) }
  }
}
