import ObjectStores
import RepositoryFormat

/// A pack that is being filled: sealed blobs, one behind the other. One worker at a time has it.
struct PackBuilder: Sendable {
  /// A pack is closed once it holds this much; restic's own default.
  static let bytesTarget = 16 << 20
  static let blobsMax = PackHeader.sealedLengthMax / PackHeader.compressedEntryLength - 2

  let kind: BlobKind
  private(set) var bytes: [UInt8] = []
  private(set) var blobs: [PackedBlob] = []

  init(kind: BlobKind) { self.kind = kind }

  func isFull(at bytesTarget: Int) -> Bool {
    bytes.count >= bytesTarget || blobs.count >= Self.blobsMax
  }

  mutating func append(
    _ id: ObjectID, stored: UnsafeRawBufferPointer, uncompressedLength: UInt32,
    sealedBy sealer: Sealer
  ) {
    let length = stored.count + Sealing.overhead
    blobs.append(
      PackedBlob(
        id: id, kind: kind, offset: UInt32(bytes.count), length: UInt32(length),
        uncompressedLength: uncompressedLength))
    unsafe appendSealed(stored, by: sealer)
  }

  /// Takes over the blobs of another pack, sealed as they are.
  mutating func merge(_ other: PackBuilder) {
    for blob in other.blobs {
      var blob = blob
      blob.offset += UInt32(bytes.count)
      blobs.append(blob)
    }
    bytes += other.bytes
  }

  /// Appends the table of contents. Nothing may be appended afterwards.
  mutating func finish(sealedBy sealer: Sealer) {
    let header = PackHeader.encode(blobs)
    unsafe header.withUnsafeBytes { unsafe appendSealed($0, by: sealer) }
    bytes.append(littleEndian: UInt32(header.count + Sealing.overhead))
  }

  private mutating func appendSealed(_ plain: UnsafeRawBufferPointer, by sealer: Sealer) {
    let length = plain.count + Sealing.overhead
    growIfNeeded(by: length)
    bytes.append(addingCapacity: length) { output in
      // Safety: the sealer writes exactly `length` bytes, for which there is room.
      unsafe output.withUnsafeMutableBufferPointer { buffer, count in
        unsafe sealer.seal(plain, into: UnsafeMutableRawPointer(buffer.baseAddress! + count))
        count += length
      }
    }
  }

  /// Small backups stay small; a pack that fills up is moved only once.
  private mutating func growIfNeeded(by length: Int) {
    guard bytes.capacity < bytes.count + length else { return }
    let full = Self.bytesTarget + ChunkLimits.lengthMax + 64 << 10
    bytes.reserveCapacity(max(bytes.count + length, bytes.count > 1 << 20 ? full : 2 << 20))
  }
}
