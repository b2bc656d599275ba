import RepositoryFormat

/// Opens sealed blobs and keeps both of their forms: as they are stored, and plain.
///
/// A blob that moves to another pack needs no new compression; it must only be what its name says.
/// Owned by one worker.
final class BlobOpener {
  private let sealer: Sealer
  private let digest = Digest()
  private let decompressor = Decompressor()
  private let compressor = Compressor(level: CompressionChoice.thorough)
  private let stored = ByteBuffer(capacity: 1 << 20)
  private let plain = ByteBuffer(capacity: 1 << 20)
  private let compressionRoom = ByteBuffer(capacity: 1 << 20)

  init(key: MasterKey) { sealer = Sealer(key: key) }

  /// What is inside a sealed blob: authenticated, decompressed, and hashed. Both forms stay valid
  /// until the next call.
  func open(
    _ sealed: UnsafeRawBufferPointer, _ blob: PackedBlob
  ) throws(FormatError) -> (stored: UnsafeRawBufferPointer, plain: UnsafeRawBufferPointer) {
    let count = sealed.count - Sealing.overhead
    guard sealed.count == Int(blob.length), count >= 0, blob.plainLength <= BlobCodec.bytesMax
    else { throw FormatError("Blob \(blob.id.short) has an impossible length") }
    stored.reserve(max(count, 1))
    guard unsafe sealer.open(sealed, into: stored.base) else {
      throw FormatError("Blob \(blob.id.short) was changed or sealed with another key")
    }
    let bytes = unsafe stored.prefix(count)
    var opened = unsafe (stored: bytes, plain: bytes)
    if blob.isCompressed {
      guard
        let decompressed = unsafe decompressor.decompress(
          bytes, count: Int(blob.uncompressedLength), into: plain)
      else { throw FormatError("Blob \(blob.id.short) does not decompress") }
      unsafe opened.plain = unsafe decompressed
    }
    guard unsafe digest.hash(opened.plain) == blob.id else {
      throw FormatError("Blob \(blob.id.short) does not have the digest that is its name")
    }
    return unsafe opened
  }

  func decompressed(_ stored: [UInt8], _ blob: PackedBlob) -> [UInt8]? {
    unsafe stored.withUnsafeBytes { stored in
      let bytes = unsafe decompressor.decompress(
        stored, count: Int(blob.uncompressedLength), into: plain)
      return unsafe bytes.map { unsafe Array($0) }
    }
  }

  /// The compressed form of plain bytes.
  func compressed(_ plain: [UInt8]) -> [UInt8] {
    unsafe plain.withUnsafeBytes { plain in
      let count = unsafe compressor.compress(plain, into: compressionRoom)
      return unsafe Array(compressionRoom.prefix(count))
    }
  }
}

extension BlobCodec {
  /// No blob that anybody wrote is larger: the tree of millions of files.
  static let bytesMax = 2 << 30
}
