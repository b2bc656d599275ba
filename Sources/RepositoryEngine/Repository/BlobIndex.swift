import ObjectStores
import RepositoryFormat

/// Which blobs a repository holds, and where. Kept whole in memory.
struct BlobIndex: Sendable {
  /// 16 bytes beside the id; packs are numbered.
  struct Location: Sendable {
    var pack: UInt32
    var offset: UInt32
    var length: UInt32
    var uncompressedLength: UInt32
  }

  private(set) var packs: [ObjectID] = []
  private var data: [ObjectID: Location] = [:]
  private var trees: [ObjectID: Location] = [:]

  /// Of several copies of a blob the first is used.
  mutating func add(_ file: IndexFile) {
    for pack in file.packs {
      let number = UInt32(packs.count)
      packs.append(pack.id)
      for blob in pack.blobs {
        let location = Location(
          pack: number, offset: blob.offset, length: blob.length,
          uncompressedLength: blob.uncompressedLength)
        switch blob.kind {
        case .data where data[blob.id] == nil: data[blob.id] = location
        case .tree where trees[blob.id] == nil: trees[blob.id] = location
        default: break
        }
      }
    }
  }

  func contains(_ id: ObjectID, _ kind: BlobKind) -> Bool { location(id, kind) != nil }

  func location(_ id: ObjectID, _ kind: BlobKind) -> Location? {
    kind == .data ? data[id] : trees[id]
  }

  /// Where the blob lies: a pack, and the place inside it.
  func find(_ id: ObjectID, _ kind: BlobKind) -> (pack: ObjectID, blob: PackedBlob)? {
    guard let location = location(id, kind) else { return nil }
    let blob = PackedBlob(
      id: id, kind: kind, offset: location.offset, length: location.length,
      uncompressedLength: location.uncompressedLength)
    return (packs[Int(location.pack)], blob)
  }

  var blobCount: Int { data.count + trees.count }
}

extension Repository {
  /// The whole index. List snapshots before, not after: what they need is indexed by then.
  func loadIndex() async throws(RepositoryError) -> BlobIndex {
    var index = BlobIndex()
    for id in try await ids(.index) {
      let name = ObjectName(.index, id)
      let json = try await readFile(name)
      index.add(
        try Self.decoding(name.description) { () throws(FormatError) in
          try IndexFile(decoding: json)
        })
    }
    return index
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
