/// One file of the index: which packs there are and which blobs each of them holds.
public struct IndexFile: Hashable, Sendable {
  public struct Pack: Hashable, Sendable {
    public var id: ObjectID
    public var blobs: [PackedBlob]

    public init(id: ObjectID, blobs: [PackedBlob]) {
      self.id = id
      self.blobs = blobs
    }
  }

  /// A full file is written once it holds this many blobs.
  public static let blobsMax = 50_000

  public var packs: [Pack]

  public init(packs: [Pack]) { self.packs = packs }

  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.key("packs")
    json.begin("[")
    for pack in packs {
      json.begin("{")
      json.key("id")
      json.value(pack.id)
      json.key("blobs")
      json.begin("[")
      for blob in pack.blobs { blob.encode(into: &json) }
      json.end("]")
      json.end("}")
    }
    json.end("]")
    json.end("}")
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// - Throws: ``FormatError`` for bytes that are no index.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var packs: [Pack] = []
    try cursor.object { cursor, key throws(FormatError) in
      guard key == "packs" else { return try cursor.skip() }
      packs = try cursor.elements { cursor throws(FormatError) in try Pack(from: &cursor) }
    }
    try cursor.end()
    self.init(packs: packs)
  }
}

extension IndexFile.Pack {
  init(from cursor: inout JSONCursor) throws(FormatError) {
    var id = ObjectID.zero
    var blobs: [PackedBlob] = []
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "id": id = try cursor.id()
      case "blobs":
        blobs = try cursor.elements { cursor throws(FormatError) in try PackedBlob(from: &cursor) }
      default: try cursor.skip()
      }
    }
    guard id != .zero else { throw FormatError("An index entry names no pack") }
    self.init(id: id, blobs: blobs)
  }
}

extension PackedBlob {
  func encode(into json: inout JSONWriter) {
    json.begin("{")
    json.key("id")
    json.value(id)
    json.member("type", kind.name)
    json.member("offset", offset)
    json.member("length", length)
    if isCompressed { json.member("uncompressed_length", uncompressedLength) }
    json.end("}")
  }

  init(from cursor: inout JSONCursor) throws(FormatError) {
    var blob = PackedBlob(id: .zero, kind: .data, offset: 0, length: 0)
    var kind: BlobKind?
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "id": blob.id = try cursor.id()
      case "type":
        let name = try cursor.text()
        kind = BlobKind.allCases.first { $0.name == name }
      case "offset": blob.offset = try cursor.unsigned()
      case "length": blob.length = try cursor.unsigned()
      case "uncompressed_length": blob.uncompressedLength = try cursor.unsigned()
      default: try cursor.skip()
      }
    }
    guard let kind, blob.id != .zero, blob.length >= Sealing.overhead,
      !blob.offset.addingReportingOverflow(blob.length).overflow
    else { throw FormatError("An index entry describes an impossible blob") }
    blob.kind = kind
    self = blob
  }
}
