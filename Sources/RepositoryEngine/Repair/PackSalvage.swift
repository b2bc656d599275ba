import ObjectStores
import RepositoryFormat

/// What of a damaged pack can be saved: blobs that open are copied, sealed as they are.
struct PackSalvage {
  private(set) var intact: [PackedBlob] = []
  private(set) var lost: [(blob: PackedBlob, reason: String)] = []
  private let bytes: [UInt8]

  /// - Parameter blobs: Where they are said to lie, by whatever index or header: nothing is
  ///   believed that does not open.
  init(of bytes: [UInt8], blobs: [PackedBlob], with codec: BlobCodec) {
    self.bytes = bytes
    unsafe bytes.withUnsafeBytes { bytes in
      for blob in blobs {
        let start = Int(blob.offset)
        let end = start + Int(blob.length)
        do throws(FormatError) {
          guard end <= bytes.count else { throw FormatError("It lies behind its pack's end") }
          _ = try unsafe codec.open(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), blob)
          intact.append(blob)
        } catch {
          lost.append((blob, error.description))
        }
      }
    }
  }

  /// A new pack of the intact blobs of a kind; `nil` where there are none.
  func pack(_ kind: BlobKind, with codec: BlobCodec) -> (bytes: [UInt8], blobs: [PackedBlob])? {
    var pack: [UInt8] = []
    var blobs: [PackedBlob] = []
    for blob in intact where blob.kind == kind {
      var moved = blob
      moved.offset = UInt32(pack.count)
      pack += bytes[Int(blob.offset)..<Int(blob.offset) + Int(blob.length)]
      blobs.append(moved)
    }
    guard !blobs.isEmpty else { return nil }
    let header = codec.sealer.seal(PackHeader.encode(blobs))
    pack += header
    pack.append(littleEndian: UInt32(header.count))
    return (pack, blobs)
  }
}
