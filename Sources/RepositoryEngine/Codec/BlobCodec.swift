import RepositoryFormat

/// Everything one worker needs between a file's bytes and a pack's: hash, zstd, seal, and the
/// buffers in between. Not shared: each worker has its own.
final class BlobCodec {
  static let compressionLevel: Int32 = 3
  /// Plain blobs that shrink by less than one part in this many are stored as they are.
  private static let gainMin = 32
  /// No blob is larger: data of other programs' chunkers, or the tree of millions of files.
  private static let dataBytesMax = 64 << 20
  private static let treeBytesMax = 2 << 30

  let digest = Digest()
  let sealer: Sealer
  /// The file's bytes, or a blob's plain ones.
  let plain = ByteBuffer(capacity: ChunkLimits.lengthMax)
  private let compressor = Compressor(level: compressionLevel)
  private let decompressor = Decompressor()
  private let compressed = ByteBuffer(capacity: 1 << 20)

  init(key: MasterKey) { sealer = Sealer(key: key) }

  /// What of a blob is to be sealed: itself, or its compressed form where that is worth it.
  ///
  /// Trees are always compressed where the repository knows compression: restic's prune would
  /// repack them otherwise.
  func stored(
    _ bytes: UnsafeRawBufferPointer, kind: BlobKind, compress: Bool
  ) -> (bytes: UnsafeRawBufferPointer, uncompressedLength: UInt32) {
    guard compress, bytes.count > 0 else { return unsafe (bytes, 0) }
    let count = unsafe compressor.compress(bytes, into: compressed)
    guard kind == .tree || count < bytes.count - bytes.count / Self.gainMin else {
      return unsafe (bytes, 0)
    }
    return unsafe (compressed.prefix(count), UInt32(bytes.count))
  }

  /// A blob's plain bytes from its sealed ones: authenticated, decompressed, hashed and found to
  /// be what the id says. They stay valid until the next call.
  func open(
    _ sealed: UnsafeRawBufferPointer, _ blob: PackedBlob
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
    var bytes = unsafe target.prefix(count)
    if blob.isCompressed {
      guard
        let decompressed = unsafe decompressor.decompress(
          bytes, count: Int(blob.uncompressedLength), into: plain)
      else { throw FormatError("Blob \(blob.id.short) does not decompress") }
      unsafe bytes = unsafe decompressed
    }
    guard unsafe digest.hash(bytes) == blob.id else {
      throw FormatError("Blob \(blob.id.short) does not have the digest that is its name")
    }
    return unsafe bytes
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

/// The encoding of index, snapshot and lock files: JSON as it is, or a byte 2 and zstd.
enum UnpackedFile {
  private static let zstdMark: UInt8 = 2

  static func encode(_ json: [UInt8], compress: Bool) -> [UInt8] {
    guard compress else { return json }
    let buffer = ByteBuffer(capacity: json.count)
    let count = unsafe json.withUnsafeBytes {
      unsafe Compressor(level: BlobCodec.compressionLevel).compress($0, into: buffer)
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
