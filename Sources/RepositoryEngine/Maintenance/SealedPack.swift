import ObjectStores
import RepositoryFormat

/// A pack that is filled with blobs which are sealed already.
struct SealedPack: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var blobs: [PackedBlob] = []

  var isEmpty: Bool { blobs.isEmpty }

  var isFull: Bool {
    bytes.count >= PackBuilder.bytesTarget || blobs.count >= PackBuilder.blobsMax
  }

  mutating func append(_ sealed: [UInt8], _ blob: PackedBlob) {
    var blob = blob
    blob.offset = UInt32(bytes.count)
    blob.length = UInt32(sealed.count)
    blobs.append(blob)
    bytes += sealed
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

  init(_ output: PackOutput) {
    self.output = output
    sealer = Sealer(key: output.repository.masterKey)
  }

  /// Adds a blob that is sealed with the output's own key.
  func add(_ sealed: [UInt8], _ blob: PackedBlob) async throws(RepositoryError) {
    var pack = open.removeValue(forKey: blob.kind) ?? SealedPack()
    pack.append(sealed, blob)
    if pack.isFull {
      try await output.write(pack, with: sealer)
    } else {
      open[blob.kind] = pack
    }
  }

  /// Seals and adds.
  func add(stored: [UInt8], _ blob: PackedBlob) async throws(RepositoryError) {
    try await add(sealer.seal(stored), blob)
  }

  /// Leaves what is not full to the output, which merges it with what others leave.
  func finish() { output.leave(open) }
}
