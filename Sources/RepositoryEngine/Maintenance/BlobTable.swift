import ObjectStores
import RepositoryFormat

/// Every blob of a repository with every one of its copies: what maintenance decides by.
///
/// Sorted arrays instead of dictionaries: 48 bytes a copy, and copies of a blob are neighbours.
struct BlobTable: Sendable {
  struct Entry: Sendable {
    var id: ObjectID
    var pack: UInt32
    var offset: UInt32
    var length: UInt32
    var uncompressedLength: UInt32
  }

  struct Pack: Sendable {
    var id: ObjectID
    /// What the file's length must be, from its blobs: they lie without gaps before the header.
    var bytes = UInt64(Sealing.overhead + 4)
    /// How many index files name it; one is proper.
    var listings = 0
  }

  /// An index file, for the question whether it has to be written anew.
  struct Index: Sendable {
    var id: ObjectID
    var packs: [UInt32] = []
    var blobs = 0
  }

  private(set) var packs: [Pack] = []
  private(set) var indexes: [Index] = []
  private(set) var data: [Entry] = []
  private(set) var trees: [Entry] = []
  private var numbers: [ObjectID: UInt32] = [:]

  mutating func add(_ file: IndexFile, named id: ObjectID) {
    var index = Index(id: id)
    for pack in file.packs {
      let number = numbers[pack.id] ?? UInt32(packs.count)
      if Int(number) == packs.count {
        numbers[pack.id] = number
        packs.append(Pack(id: pack.id))
      }
      packs[Int(number)].listings += 1
      index.packs.append(number)
      index.blobs += pack.blobs.count
      for blob in pack.blobs { add(blob, pack: number) }
    }
    indexes.append(index)
  }

  private mutating func add(_ blob: PackedBlob, pack: UInt32) {
    let entry = Entry(
      id: blob.id, pack: pack, offset: blob.offset, length: blob.length,
      uncompressedLength: blob.uncompressedLength)
    if blob.kind == .data { data.append(entry) } else { trees.append(entry) }
  }

  /// Sorts; nothing may be found before. A pack that is listed twice counts once.
  mutating func finish() {
    for kind in BlobKind.allCases {
      var entries = self[kind]
      clear(kind)  // the copy above is then the only one, and is sorted in place
      let packs = packs
      entries.sort { left, right in
        if left.id != right.id { return left.id < right.id }
        if left.pack != right.pack { return packs[Int(left.pack)].id < packs[Int(right.pack)].id }
        return left.offset < right.offset
      }
      var kept = 0
      for entry in entries {
        if kept > 0, entries[kept - 1].isSame(as: entry) { continue }
        entries[kept] = entry
        kept += 1
        let isCompressed = entry.uncompressedLength != 0
        self.packs[Int(entry.pack)].bytes +=
          UInt64(entry.length)
          + UInt64(isCompressed ? PackHeader.compressedEntryLength : PackHeader.plainEntryLength)
      }
      entries.removeLast(entries.count - kept)
      if kind == .data { data = entries } else { trees = entries }
    }
    numbers = [:]
  }

  private mutating func clear(_ kind: BlobKind) {
    if kind == .data { data = [] } else { trees = [] }
  }

  subscript(kind: BlobKind) -> [Entry] { kind == .data ? data : trees }

  /// The first copy of a blob; its others follow.
  ///
  /// - Complexity: O(log *n*)
  func find(_ id: ObjectID, _ kind: BlobKind) -> Int? {
    let entries = self[kind]
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].id == id ? low : nil
  }

  /// The copies of the blob that begin at `first`.
  func copies(_ first: Int, _ kind: BlobKind) -> Range<Int> {
    let entries = self[kind]
    var end = first + 1
    while end < entries.count, entries[end].id == entries[first].id { end += 1 }
    return first..<end
  }

  func blob(_ number: Int, _ kind: BlobKind) -> PackedBlob {
    let entry = self[kind][number]
    return PackedBlob(
      id: entry.id, kind: kind, offset: entry.offset, length: entry.length,
      uncompressedLength: entry.uncompressedLength)
  }
}

extension BlobTable.Entry {
  func isSame(as other: Self) -> Bool {
    id == other.id && pack == other.pack && offset == other.offset && length == other.length
  }

  var end: UInt64 { UInt64(offset) + UInt64(length) }
}

extension Repository {
  /// Every copy of every blob. List snapshots before: what they need is indexed by then.
  func loadTable() async throws(RepositoryError) -> BlobTable {
    let files = try await Crew.map(try await ids(.index), workers: 2) {
      (id) async throws(RepositoryError) in
      let name = ObjectName(.index, id)
      let json = try await self.readFile(name)
      let file = try Self.decoding(name.description) { () throws(FormatError) in
        try IndexFile(decoding: json)
      }
      return (id, file)
    }
    var table = BlobTable()
    for (id, file) in files { table.add(file, named: id) }
    guard table.packs.count < Int(UInt32.max), table.data.count < Int(UInt32.max) else {
      throw .tooLarge("The indexes of \(store.description) name more than 2³² blobs")
    }
    table.finish()
    return table
  }
}
