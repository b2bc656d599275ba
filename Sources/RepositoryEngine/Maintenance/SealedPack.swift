import ObjectStores
import RepositoryFormat

/// A pack that is filled with blobs which are sealed already.
struct SealedPack: Sendable {
  private(set) var bytes: [UInt8]
  private(set) var blobs: [PackedBlob] = []

  /// - Parameter recycled: Memory of a pack that is stored already.
  init(recycled: consuming [UInt8] = []) {
    bytes = recycled
    bytes.removeAll(keepingCapacity: true)
  }

  var isEmpty: Bool { blobs.isEmpty }

  var isFull: Bool {
    bytes.count >= PackBuilder.bytesTarget || blobs.count >= PackBuilder.blobsMax
  }

  mutating func append(_ sealed: [UInt8], _ blob: PackedBlob) {
    var blob = blob
    blob.offset = UInt32(bytes.count)
    blob.length = UInt32(sealed.count)
    blobs.append(blob)
    growIfNeeded(by: sealed.count)
    bytes += sealed
  }

  /// Small packs stay small; one that fills up is moved only once.
  private mutating func growIfNeeded(by length: Int) {
    guard bytes.capacity < bytes.count + length else { return }
    let full = PackBuilder.bytesTarget + ChunkLimits.lengthMax + 64 << 10
    bytes.reserveCapacity(max(bytes.count + length, bytes.count > 1 << 20 ? full : 2 << 20))
  }

  /// Takes over the blobs of another pack.
  mutating func merge(_ other: SealedPack) {
    for blob in other.blobs {
      var blob = blob
      blob.offset += UInt32(bytes.count)
      blobs.append(blob)
    }
    bytes += other.bytes
  }

  /// The file: the blobs, then their table of contents.
  consuming func finished(by sealer: Sealer) -> (bytes: [UInt8], blobs: [PackedBlob]) {
    let header = sealer.seal(PackHeader.encode(blobs))
    bytes += header
    bytes.append(littleEndian: UInt32(header.count))
    return (bytes, blobs)
  }
}

/// The packs that one worker fills, one of each kind. Not shared.
final class PackFiller {
  private let output: PackOutput
  private let sealer: Sealer
  private var open: [BlobKind: SealedPack] = [:]
  private var spare: [UInt8] = []

  init(_ output: PackOutput) {
    self.output = output
    sealer = Sealer(key: output.repository.masterKey)
  }

  /// Adds a blob that is sealed with the output's own key.
  func add(_ sealed: [UInt8], _ blob: PackedBlob) async throws(RepositoryError) {
    var pack = open.removeValue(forKey: blob.kind) ?? newPack()
    pack.append(sealed, blob)
    if pack.isFull {
      spare = try await output.write(pack, with: sealer)
    } else {
      open[blob.kind] = pack
    }
  }

  private func newPack() -> SealedPack {
    defer { spare = [] }
    return SealedPack(recycled: spare)
  }

  /// Seals and adds.
  func add(stored: [UInt8], _ blob: PackedBlob) async throws(RepositoryError) {
    try await add(sealer.seal(stored), blob)
  }

  /// Leaves what is not full to the output, which merges it with what others leave.
  func finish() { output.leave(open) }
}
