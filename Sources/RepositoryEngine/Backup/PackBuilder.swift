import ObjectStores
import RepositoryFormat

/// A pack that is being filled: sealed blobs, one behind the other. One worker at a time has it.
struct PackBuilder: Sendable {
  /// A pack is closed once it holds this much; restic's own default.
  static let bytesTarget = 16 << 20
  /// What its memory holds, except for a blob that alone is larger.
  private static let bytesMax = bytesTarget + 2 << 20
  static let blobsMax = PackHeader.sealedLengthMax / PackHeader.compressedEntryLength - 2

  let kind: BlobKind
  private(set) var bytes: [UInt8]
  private(set) var blobs: [PackedBlob] = []

  /// - Parameter buffer: Empty memory, used for the pack's bytes.
  init(kind: BlobKind, in buffer: consuming [UInt8] = []) {
    self.kind = kind
    bytes = buffer
  }

  func isFull(at bytesTarget: Int) -> Bool {
    bytes.count >= bytesTarget || blobs.count >= Self.blobsMax
  }

  /// Whether a blob of so many bytes fits. One that has to go elsewhere ends the pack a little
  /// below its target; else the largest blob that there can be would decide how much memory packs
  /// need.
  func hasRoom(for count: Int) -> Bool {
    blobs.isEmpty || bytes.count + count + Sealing.overhead <= Self.bytesMax
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

  /// Leaves nothing behind: with a second holder, the next append would copy all of it.
  mutating func take() -> PackBuilder {
    defer { self = PackBuilder(kind: kind) }
    return self
  }

  /// The memory, for another pack.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
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
    // With room for the table of contents.
    let full = Self.bytesMax + 64 << 10
    bytes.reserveCapacity(max(bytes.count + length, bytes.count > 1 << 20 ? full : 2 << 20))
  }
}
