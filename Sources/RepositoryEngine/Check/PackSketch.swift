import RepositoryFormat

/// What an index says of a pack, in a few words: enough to tell whether a header says the same.
struct PackSketch: Hashable, Sendable {
  /// Bytes of the whole pack.
  var bytes: Int
  /// Bytes of the sealed header and its length field.
  var headerBytes: Int
  var blobs: Int
  /// A sum over the blobs in any order, under keys that this process alone knows.
  private var sum: UInt64

  private static let factors = ObjectID.Factors(
    (
      .random(in: 0 ... .max), .random(in: 0 ... .max), .random(in: 0 ... .max),
      .random(in: 0 ... .max)
    ))

  init(_ blobs: [PackedBlob]) {
    headerBytes = PackHeader.sealedLength(of: blobs)
    bytes = blobs.reduce(headerBytes) { $0 + Int($1.length) }
    self.blobs = blobs.count
    sum = 0
    for blob in blobs {
      var hasher = Hasher()
      hasher.combine(blob.id.mixed(by: Self.factors))
      hasher.combine(blob.kind)
      hasher.combine(blob.offset)
      hasher.combine(blob.length)
      hasher.combine(blob.uncompressedLength)
      sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
    }
  }
}

extension BlobCodec {
  /// A pack's table of contents from its end.
  ///
  /// - Parameters:
  ///   - tail: The pack's last bytes, or all of them.
  ///   - packBytes: The length of the whole pack, which the blobs and the header must fill.
  /// - Returns: `nil` where `tail` is too short to hold the header.
  func header(tail: [UInt8], packBytes: Int) throws(FormatError) -> [PackedBlob]? {
    let field = PackHeader.lengthFieldLength
    let length = try PackHeader.sealedLength(
      lengthField: Array(tail.suffix(field)), packBytes: packBytes)
    guard tail.count >= length + field else { return nil }
    let sealed = Array(tail[(tail.count - field - length)..<(tail.count - field)])
    guard let bytes = sealer.open(sealed) else {
      throw FormatError("Its header was changed or sealed with another key")
    }
    let blobs = try PackHeader.decode(bytes)
    let end = blobs.last.map { Int($0.offset) + Int($0.length) } ?? 0
    guard end + length + field == packBytes else {
      throw FormatError("Its header describes \(end) bytes of blobs in a pack of \(packBytes)")
    }
    return blobs
  }
}
