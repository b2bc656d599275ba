import Glibc
package import RepositoryFormat

/// Everything one worker needs between a file's bytes and a pack's: hash, zstd, seal, and the
/// buffers in between. Not shared: each worker has its own.
package final class BlobCodec {
  /// Plain blobs that shrink by less than one part in this many are stored as they are.
  private static let gainMin = 32
  /// No blob is larger: data of other programs' chunkers, or the tree of millions of files.
  private static let dataBytesMax = 64 << 20
  static let treeBytesMax = 2 << 30

  package let digest = Digest()
  package let sealer: Sealer
  /// The file's bytes, or a blob's plain ones.
  package let plain = ByteBuffer(capacity: ChunkLimits.lengthMax)
  /// Those of a second blob, hashed side by side with the first.
  package let secondPlain = ByteBuffer(capacity: ChunkLimits.lengthMax)
  private let compressor = Compressor(level: CompressionChoice.fast)
  private var choice = CompressionChoice()
  private let decompressor = Decompressor()
  private let compressed = ByteBuffer(capacity: 1 << 20)
  /// The second result of a trial.
  private let contender = ByteBuffer(capacity: 1 << 10)

  /// Few blobs are larger than this; room for those is not kept. With 2 MiB a backup of 1 GiB that
  /// does not compress touches half a gibibyte of fresh pages.
  private static let bytesKept = 4 << 20

  package init(key: MasterKey) { sealer = Sealer(key: key) }

  /// Gives back what a blob of this length took beyond the usual. Chunks may have 8 MiB and most
  /// have one: the largest would else decide how much memory every worker holds.
  func trim(after count: Int) { Self.trim([plain, secondPlain, compressed], after: count) }

  private static func trim(_ buffers: [ByteBuffer], after count: Int) {
    guard count > bytesKept else { return }
    for buffer in buffers { buffer.trim(to: bytesKept) }
  }

  /// What of a blob is to be sealed: itself, or its compressed form where that is worth it.
  ///
  /// Trees are always compressed where the repository knows compression: restic's prune would
  /// repack them otherwise.
  package func stored(
    _ bytes: UnsafeRawBufferPointer, kind: BlobKind, compress: Bool
  ) -> (bytes: UnsafeRawBufferPointer, uncompressedLength: UInt32) {
    guard compress, bytes.count > 0 else { return unsafe (bytes, 0) }
    let result = unsafe attempt(bytes)
    guard kind == .tree || result.count < bytes.count - bytes.count / Self.gainMin else {
      return unsafe (bytes, 0)
    }
    return unsafe (result, UInt32(bytes.count))
  }

  private func attempt(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    switch choice.next(bytes: bytes.count) {
    case .level(let level):
      compressor.use(level: level)
      return unsafe compressed.prefix(compressor.compress(bytes, into: compressed))
    case .both:
      compressor.use(level: CompressionChoice.fast)
      let fast = unsafe compressor.compress(bytes, into: compressed)
      compressor.use(level: CompressionChoice.thorough)
      let thorough = unsafe compressor.compress(bytes, into: contender)
      return choice.settle(fast: fast, thorough: thorough)
        ? unsafe contender.prefix(thorough) : unsafe compressed.prefix(fast)
    }
  }

  /// A blob's plain bytes from its sealed ones: authenticated, decompressed, hashed and found to
  /// be what the id says. They stay valid until the next call.
  func open(
    _ sealed: UnsafeRawBufferPointer, _ blob: PackedBlob
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    let bytes = unsafe try unseal(sealed, blob, into: plain)
    unsafe try judge(digest.hash(bytes), of: blob)
    return unsafe bytes
  }

  /// A blob's bytes, or what is wrong with it.
  typealias Opened = Result<UnsafeRawBufferPointer, FormatError>

  /// Opens blobs and hashes two at a time, side by side.
  ///
  /// - Parameters:
  ///   - long: A message that is hashed beside the blobs.
  ///   - next: The next blob's sealed bytes; `nil` at the end.
  ///   - visit: Told of every blob, in an order of its own, by its place among those of `next`. The
  ///     bytes stay valid during the call.
  /// - Returns: The digest of `long`.
  @discardableResult
  func open(
    beside long: UnsafeRawBufferPointer? = nil,
    next: () -> (sealed: UnsafeRawBufferPointer, blob: PackedBlob)?,
    visit: (Int, Opened) -> Void
  ) -> ObjectID? {
    var count = 0
    func load(into buffer: ByteBuffer) -> Lane? {
      while let (sealed, blob) = unsafe next() {
        count += 1
        do throws(FormatError) {
          let bytes = unsafe try unseal(sealed, blob, into: buffer)
          return unsafe Lane(number: count - 1, blob: blob, bytes: bytes)
        } catch {
          unsafe visit(count - 1, .failure(error))
        }
      }
      return nil
    }
    var idOfLong: ObjectID?
    func finish(_ lane: Lane, in buffer: ByteBuffer) {
      let id = digest.finish(lane.digest)
      guard let blob = lane.blob else {
        idOfLong = id
        return
      }
      unsafe visit(
        lane.number,
        Opened { () throws(FormatError) in
          try judge(id, of: blob)
          return unsafe lane.bytes
        })
      // The other buffer is in use.
      Self.trim([buffer, compressed], after: blob.plainLength)
    }
    var first = unsafe long.map { unsafe Lane(number: -1, blob: nil, bytes: $0) }
    if first == nil { first = load(into: plain) }
    var second = load(into: secondPlain)
    while var one = first, var other = second {
      digest.advance(&one.digest, &other.digest)
      (first, second) = (one, other)
      if !one.digest.hasMore {
        finish(one, in: plain)
        first = load(into: plain)
      }
      if !other.digest.hasMore {
        finish(other, in: secondPlain)
        second = load(into: secondPlain)
      }
    }
    if let first { finish(first, in: plain) }
    if let second { finish(second, in: secondPlain) }
    return idOfLong
  }

  /// One of two messages that are hashed side by side.
  @safe private struct Lane {
    let number: Int
    /// `nil` for the long message.
    let blob: PackedBlob?
    // Safety: lies in one of the codec's buffers until the lane is finished, or is the caller's.
    let bytes: UnsafeRawBufferPointer
    var digest: RunningDigest

    init(number: Int, blob: PackedBlob?, bytes: UnsafeRawBufferPointer) {
      self.number = number
      self.blob = blob
      unsafe self.bytes = unsafe bytes
      digest = unsafe RunningDigest(bytes)
    }
  }

  private func judge(_ id: ObjectID, of blob: PackedBlob) throws(FormatError) {
    guard id == blob.id else {
      throw FormatError("Blob \(blob.id.short) does not have the digest that is its name")
    }
  }

  /// Authenticates and decompresses, and leaves the digest to the caller.
  private func unseal(
    _ sealed: UnsafeRawBufferPointer, _ blob: PackedBlob, into plain: ByteBuffer
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    try Self.judge(blob)
    guard sealed.count == Int(blob.length) else {
      throw FormatError("Blob \(blob.id.short) has \(sealed.count) bytes, not \(blob.length)")
    }
    let count = sealed.count - Sealing.overhead
    let target = blob.isCompressed ? compressed : plain
    target.reserve(max(count, 1))
    guard unsafe sealer.open(sealed, into: target.base) else {
      throw FormatError("Blob \(blob.id.short) was changed or sealed with another key")
    }
    guard blob.isCompressed else { return unsafe target.prefix(count) }
    guard
      let decompressed = unsafe decompressor.decompress(
        target.prefix(count), count: Int(blob.uncompressedLength), into: plain)
    else { throw FormatError("Blob \(blob.id.short) does not decompress") }
    return unsafe decompressed
  }
}

extension BlobCodec {
  /// JSON that shrinks to less than one part in this many is no tree but a bomb.
  private static let treeGainMax = 1000

  /// Refuses lengths that no blob has, before any memory is spent on them.
  static func judge(_ blob: PackedBlob) throws(FormatError) {
    let bytesMax = blob.kind == .data ? dataBytesMax : treeBytesMax
    let length = Int(blob.length)
    guard length >= Sealing.overhead, blob.plainLength <= bytesMax,
      length <= blob.plainLength + blob.plainLength / 128 + 4096
    else { throw FormatError("Blob \(blob.id.short) has an impossible length") }
    guard
      blob.kind == .data || blob.plainLength <= dataBytesMax
        || blob.plainLength / treeGainMax <= length
    else {
      throw FormatError("Blob \(blob.id.short) is a tree of \(length) bytes that swells too much")
    }
  }

  func open(_ sealed: [UInt8], _ blob: PackedBlob) throws(FormatError) -> [UInt8] {
    typealias Outcome = Result<[UInt8], FormatError>
    return try unsafe sealed.withUnsafeBytes { sealed in
      Outcome { () throws(FormatError) in try unsafe Array(open(sealed, blob)) }
    }.get()
  }
}

/// What every chunker makes of zeros: chunks of the least length, all of them the same.
package enum ZeroChunk {
  static let length = ChunkLimits.lengthMin
  static let id = Digest.hash([UInt8](repeating: 0, count: length))

  /// Comparing is several times cheaper than hashing, and a volume may be mostly zeros.
  package static func isEqual(to bytes: UnsafeRawBufferPointer) -> Bool {
    // Safety: both stretches lie inside `bytes`; equal to itself one byte on means all equal.
    unsafe bytes.count == length && bytes[0] == 0
      && memcmp(bytes.baseAddress!, bytes.baseAddress! + 1, bytes.count - 1) == 0
  }
}

/// The encoding of index, snapshot and lock files: JSON as it is, or a byte 2 and zstd.
enum UnpackedFile {
  private static let zstdMark: UInt8 = 2

  static func encode(_ json: [UInt8], compress: Bool) -> [UInt8] {
    guard compress else { return json }
    let buffer = ByteBuffer(capacity: json.count)
    let count = unsafe json.withUnsafeBytes {
      unsafe Compressor(level: CompressionChoice.thorough).compress($0, into: buffer)
    }
    return unsafe [zstdMark] + Array(buffer.prefix(count))
  }

  static func decode(_ bytes: [UInt8], bytesMax: Int) throws(FormatError) -> [UInt8] {
    switch bytes.first {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return bytes
    case zstdMark:
      guard let json = Decompressor().decompress(Array(bytes.dropFirst()), bytesMax: bytesMax)
      else {
        throw FormatError("It does not decompress")
      }
      return json
    default: throw FormatError("Its encoding is unknown")
    }
  }
}
