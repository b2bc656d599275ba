/// What a blob is for. A data and a tree blob may share an id.
public enum BlobKind: UInt8, Hashable, Sendable, CaseIterable {
  case data = 0
  case tree = 1

  public var name: String { self == .data ? "data" : "tree" }
}

/// Where a blob lies inside a pack.
public struct PackedBlob: Hashable, Sendable {
  public var id: ObjectID
  public var kind: BlobKind
  public var offset: UInt32
  /// Stored bytes, the 32 of sealing included.
  public var length: UInt32
  /// Plain bytes of a compressed blob; zero for one stored as it is.
  public var uncompressedLength: UInt32

  public init(
    id: ObjectID, kind: BlobKind, offset: UInt32, length: UInt32, uncompressedLength: UInt32 = 0
  ) {
    self.id = id
    self.kind = kind
    self.offset = offset
    self.length = length
    self.uncompressedLength = uncompressedLength
  }

  public var isCompressed: Bool { uncompressedLength != 0 }

  public var plainLength: Int {
    isCompressed ? Int(uncompressedLength) : max(0, Int(length) - Sealing.overhead)
  }
}

/// Sizes of sealed (encrypted and authenticated) data: nonce, ciphertext, tag.
public enum Sealing {
  public static let nonceLength = 16
  public static let tagLength = 16
  public static let overhead = nonceLength + tagLength
}

/// The table of contents at the end of a pack, before it is sealed.
public enum PackHeader {
  public static let plainEntryLength = 37
  public static let compressedEntryLength = 41
  /// Sealed header and its length field; restic reads no larger one.
  public static let sealedLengthMax = 16 << 20

  /// The field at a pack's very end.
  public static let lengthFieldLength = 4

  /// What the sealed header of these blobs and its length field take in a pack.
  public static func sealedLength(of blobs: [PackedBlob]) -> Int {
    blobs.reduce(Sealing.overhead + lengthFieldLength) {
      $0 + ($1.isCompressed ? compressedEntryLength : plainEntryLength)
    }
  }

  /// The length of the sealed header, from the pack's last four bytes.
  ///
  /// - Throws: ``FormatError`` where no pack of `packBytes` bytes can have such a header.
  public static func sealedLength(
    lengthField: [UInt8], packBytes: Int
  ) throws(FormatError) -> Int {
    guard lengthField.count == lengthFieldLength else {
      throw FormatError("It is too short for a pack")
    }
    let length = Int(lengthField.littleEndian(at: 0))
    guard length > Sealing.overhead, length <= sealedLengthMax,
      length <= packBytes - lengthFieldLength
    else { throw FormatError("Its header cannot have \(length) bytes") }
    return length
  }

  /// Offsets are not written: blobs lie one after the other from the pack's start.
  public static func encode(_ blobs: [PackedBlob]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(blobs.count * compressedEntryLength)
    for blob in blobs {
      bytes.append(blob.kind.rawValue | (blob.isCompressed ? 2 : 0))
      bytes.append(littleEndian: blob.length)
      if blob.isCompressed { bytes.append(littleEndian: blob.uncompressedLength) }
      blob.id.appendBytes(to: &bytes)
    }
    return bytes
  }

  /// - Throws: ``FormatError`` for unknown types, impossible lengths or cut-off entries.
  public static func decode(_ bytes: [UInt8]) throws(FormatError) -> [PackedBlob] {
    var blobs: [PackedBlob] = []
    var position = 0
    var offset: UInt32 = 0
    while position < bytes.count {
      let type = bytes[position]
      guard type < 4, let kind = BlobKind(rawValue: type & 1) else {
        throw FormatError("Unknown blob type \(type) in a pack header")
      }
      let isCompressed = type & 2 != 0
      let entryLength = isCompressed ? compressedEntryLength : plainEntryLength
      guard position + entryLength <= bytes.count else {
        throw FormatError("A pack header ends inside an entry")
      }
      let length = bytes.littleEndian(at: position + 1)
      let uncompressedLength = isCompressed ? bytes.littleEndian(at: position + 5) : 0
      let end = position + entryLength
      guard let id = ObjectID(bytes: bytes[(end - ObjectID.byteCount)..<end]),
        length > Sealing.overhead, !isCompressed || uncompressedLength > 0
      else { throw FormatError("A pack header holds an impossible entry") }
      blobs.append(
        PackedBlob(
          id: id, kind: kind, offset: offset, length: length,
          uncompressedLength: uncompressedLength))
      let (next, overflow) = offset.addingReportingOverflow(length)
      guard !overflow else { throw FormatError("A pack header describes more than 4 GiB") }
      offset = next
      position = end
    }
    return blobs
  }
}

extension [UInt8] {
  public mutating func append(littleEndian value: UInt32) {
    for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  func littleEndian(at position: Int) -> UInt32 {
    self[position..<position + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
