import ObjectStores
import RepositoryFormat

/// Which blobs a repository holds, and where. Kept whole in memory.
///
/// A blob takes 48 bytes in a list that grows by segments, and a slot of 4 bytes in a hash table
/// that is at least three eighths full: 59 bytes at most, beside 32 for each pack.
struct BlobIndex: Sendable {
  /// 16 bytes beside the id; packs are numbered.
  struct Location: Sendable {
    var pack: UInt32
    var offset: UInt32
    var length: UInt32
    var uncompressedLength: UInt32
  }

  private struct Entry: Sendable {
    var id: ObjectID
    /// Its upper bit tells trees from data.
    var pack: UInt32
    var offset: UInt32
    var length: UInt32
    var uncompressedLength: UInt32
  }

  private static let treeBit: UInt32 = 1 << 31
  private static let segmentBits = 12
  private static let segmentLength = 1 << segmentBits
  private static let noEntry = UInt32.max

  private(set) var packs: [ObjectID] = []
  private(set) var blobCount = 0
  private var segments: [[Entry]] = []
  /// Numbers of entries, at the place their id is mixed to or the next free one behind it.
  private var slots = [UInt32](repeating: noEntry, count: 8)
  private var shift: UInt64 = 64 - 3
  private let factors = ObjectID.Factors((.random, .random, .random, .random))

  /// Of several copies of a blob the first is used.
  mutating func add(_ file: IndexFile) {
    for pack in file.packs { add(pack) { _ in } }
  }

  /// Adds one pack and names those of its blobs that were there already.
  mutating func add(_ pack: IndexFile.Pack, duplicate: (PackedBlob) -> Void) {
    precondition(packs.count < Self.treeBit, "More than 2³¹ packs")
    let number = UInt32(packs.count)
    packs.append(pack.id)
    for blob in pack.blobs where !insert(blob, pack: number) { duplicate(blob) }
  }

  private mutating func insert(_ blob: PackedBlob, pack: UInt32) -> Bool {
    var slot = 0
    guard find(blob.id, blob.kind, &slot) == nil else { return false }
    precondition(blobCount < Self.noEntry, "More than 2³² blobs")
    if segments.isEmpty || segments[segments.count - 1].count == Self.segmentLength {
      var segment: [Entry] = []
      // The first one may stay small; the others are filled.
      if !segments.isEmpty { segment.reserveCapacity(Self.segmentLength) }
      segments.append(segment)
    }
    segments[segments.count - 1].append(
      Entry(
        id: blob.id, pack: pack | (blob.kind == .tree ? Self.treeBit : 0), offset: blob.offset,
        length: blob.length, uncompressedLength: blob.uncompressedLength))
    slots[slot] = UInt32(blobCount)
    blobCount += 1
    if blobCount * 4 > slots.count * 3 { grow() }
    return true
  }

  private mutating func grow() {
    let count = slots.count * 2
    slots = []  // before its successor is there: both at once would be too much
    slots = [UInt32](repeating: Self.noEntry, count: count)
    shift -= 1
    for number in 0..<blobCount {
      var slot = home(of: entry(number).id)
      while slots[slot] != Self.noEntry { slot = (slot + 1) & (count - 1) }
      slots[slot] = UInt32(number)
    }
  }

  private func home(of id: ObjectID) -> Int {
    Int(truncatingIfNeeded: id.mixed(by: factors) &>> shift)
  }

  private func entry(_ number: Int) -> Entry {
    segments[number &>> Self.segmentBits][number & (Self.segmentLength - 1)]
  }

  private func find(_ id: ObjectID, _ kind: BlobKind, _ slot: inout Int) -> Int? {
    slot = home(of: id)
    while slots[slot] != Self.noEntry {
      let number = Int(slots[slot])
      let entry = entry(number)
      if entry.id == id, (entry.pack & Self.treeBit != 0) == (kind == .tree) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The blob's number: dense, in the order in which blobs were added.
  func number(of id: ObjectID, _ kind: BlobKind) -> Int? {
    var slot = 0
    return find(id, kind, &slot)
  }

  func contains(_ id: ObjectID, _ kind: BlobKind) -> Bool { number(of: id, kind) != nil }

  func location(_ id: ObjectID, _ kind: BlobKind) -> Location? {
    number(of: id, kind).map { place($0).location }
  }

  /// Where the blob lies: a pack, and the place inside it.
  func find(_ id: ObjectID, _ kind: BlobKind) -> (pack: ObjectID, blob: PackedBlob)? {
    guard let number = number(of: id, kind) else { return nil }
    let (location, blob) = place(number)
    return (packs[Int(location.pack)], blob)
  }

  /// The blob of a number in `0..<blobCount`.
  func place(_ number: Int) -> (location: Location, blob: PackedBlob) {
    let entry = entry(number)
    let pack = entry.pack & ~Self.treeBit
    let location = Location(
      pack: pack, offset: entry.offset, length: entry.length,
      uncompressedLength: entry.uncompressedLength)
    let blob = PackedBlob(
      id: entry.id, kind: entry.pack == pack ? .data : .tree, offset: entry.offset,
      length: entry.length, uncompressedLength: entry.uncompressedLength)
    return (location, blob)
  }

  /// What the blobs take, packs not counted.
  var bytesAllocated: Int {
    segments.reduce(slots.capacity * MemoryLayout<UInt32>.stride) {
      $0 + $1.capacity * MemoryLayout<Entry>.stride + MemoryLayout<[Entry]>.stride
    }
  }
}

extension UInt64 {
  fileprivate static var random: UInt64 { random(in: 0 ... .max) }
}
