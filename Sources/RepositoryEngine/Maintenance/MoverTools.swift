import RepositoryFormat
import Synchronization

/// What a worker that moves blobs needs for itself.
final class MoverTools {
  let opener: BlobOpener
  let filler: PackFiller
  private let sealer: Sealer

  init(key: MasterKey, output: PackOutput) {
    opener = BlobOpener(key: key)
    filler = PackFiller(output)
    sealer = Sealer(key: key)
  }

  /// A blob that was stored as it is becomes a compressed one.
  func addCompressed(_ sealed: VerifiedBlob) async throws(RepositoryError) {
    guard let plain = sealer.open(sealed.bytes), !plain.isEmpty else {
      return try await filler.add(sealed.bytes, sealed.blob)
    }
    var blob = sealed.blob
    blob.uncompressedLength = UInt32(plain.count)
    try await filler.add(stored: opener.compressed(plain), blob)
  }
}

extension MoverTools {
  /// Brings a blob into the form that the output's format knows, and seals it.
  func add(_ stored: VerifiedBlob, compresses: Bool) async throws(RepositoryError) {
    var (blob, bytes) = (stored.blob, stored.bytes)
    if compresses, blob.kind == .tree, !blob.isCompressed, !bytes.isEmpty {
      blob.uncompressedLength = UInt32(bytes.count)
      bytes = opener.compressed(bytes)
    } else if !compresses, blob.isCompressed {
      guard let plain = opener.decompressed(bytes, blob) else {
        throw .damaged(
          object: "\(blob.kind.name) blob \(blob.id)", reason: "It does not decompress")
      }
      blob.uncompressedLength = 0
      bytes = plain
    }
    try await filler.add(stored: bytes, blob)
  }
}

/// Counts what several workers did, and tells it.
final class ByteTally: Sendable {
  private let done = Mutex<UInt64>(0)
  private let tell: @Sendable (UInt64) -> Void

  init(_ tell: @escaping @Sendable (UInt64) -> Void) { self.tell = tell }

  func add(_ bytes: UInt64) {
    tell(
      done.withLock { done in
        done += bytes
        return done
      })
  }
}
