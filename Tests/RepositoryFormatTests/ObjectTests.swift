import Documents
import RepositoryFormat
import Testing

@Suite("Objects") struct ObjectTests {
  @Test("an id is 64 lower-case digits, and nothing else is one")
  func ids() throws {
    let text = "07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541"
    let id = try #require(ObjectID(text))
    #expect(id.description == text)
    #expect(id.short == "07854d2f")
    #expect(ObjectID(bytes: id.bytes) == id)
    #expect(ObjectID(text.uppercased()) == nil)
    #expect(ObjectID(String(text.dropLast())) == nil)
  }

  @Test(
    "times are written in UTC without trailing zeros, and read in any zone",
    arguments: [
      ("2026-11-22T12:05:33.15612532+01:00", "2026-11-22T11:05:33.15612532Z"),
      ("1960-05-06T07:08:09.5Z", "1960-05-06T07:08:09.5Z"),
      ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
      ("2500-02-28T23:30:00-01:00", "2500-03-01T00:30:00Z"),
    ])
  func times(text: String, written: String) throws {
    #expect(try #require(FileTime(Array(text.utf8))).description == written)
  }

  @Test("a year past 9999 is clamped, as restic does")
  func clampedYear() {
    #expect(FileTime(seconds: .max).description == "9999-12-31T23:59:59Z")
    #expect(FileTime(seconds: .min).description == "0000-01-01T00:00:00Z")
  }

  @Test("a snapshot keeps everything it says")
  func snapshot() throws {
    var snapshot = Snapshot(
      time: Timestamp(secondsSinceEpoch: 1_612_325_106), tree: ObjectID.one, paths: ["/data"])
    snapshot.hostname = "volsync"
    snapshot.tags = ["a", "b=c"]
    let text = String(decoding: snapshot.encoded(), as: UTF8.self)
    #expect(
      text == #"{"time":"2021-02-03T04:05:06Z","tree":"\#(ObjectID.one)","paths":["/data"],"#
        + #""hostname":"volsync","tags":["a","b=c"]}"#)
    snapshot.summary = Snapshot.Summary(backupStart: snapshot.time, backupEnd: snapshot.time)
    snapshot.summary?.filesNew = 7
    snapshot.parent = ObjectID.one
    #expect(try Snapshot(decoding: snapshot.encoded()) == snapshot)
  }

  @Test("a pack's header gives back its blobs, offsets summed up")
  func packHeader() throws {
    let blobs = [
      PackedBlob(id: .one, kind: .data, offset: 0, length: 42, uncompressedLength: 1),
      PackedBlob(id: .one, kind: .data, offset: 42, length: 33),
    ]
    let bytes = PackHeader.encode(blobs)
    #expect(bytes.count == 41 + 37)
    #expect(try PackHeader.decode(bytes) == blobs)
  }

  @Test(
    "an impossible pack header is an error",
    arguments: [
      [0], [4] + [UInt8](repeating: 1, count: 36),
      [0, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 32),
      [2, 99, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 32),
    ] as [[UInt8]])
  func impossibleHeader(bytes: [UInt8]) {
    #expect(throws: FormatError.self) { try PackHeader.decode(bytes) }
  }

  @Test("an index gives back its packs")
  func index() throws {
    let pack = IndexFile.Pack(
      id: .one,
      blobs: [PackedBlob(id: .one, kind: .tree, offset: 7, length: 42, uncompressedLength: 9)])
    let index = IndexFile(packs: [pack])
    #expect(try IndexFile(decoding: index.encoded()) == index)
    #expect(index.encoded().last == UInt8(ascii: "\n"))
  }

  @Test("an index entry past 4 GiB is an error")
  func impossibleIndex() {
    let text =
      #"{"packs":[{"id":"\#(ObjectID.one)","blobs":[{"id":"\#(ObjectID.one)","type":"data","#
      + #""offset":4294967295,"length":33}]}]}"#
    #expect(throws: FormatError.self) { try IndexFile(decoding: Array(text.utf8)) }
  }

  @Test(
    "a key that asks for too much computing is refused",
    arguments: [(1 << 24, 8, 1), (32768, 8, 5000), (32767, 8, 1), (1 << 22, 64, 1)]
      as [(UInt64, UInt32, UInt32)])
  func greedyKey(n: UInt64, r: UInt32, p: UInt32) {
    let key = KeyFile(
      created: Timestamp(nanosecondsSinceEpoch: 0), username: "", hostname: "", n: n, r: r, p: p,
      salt: [UInt8](repeating: 1, count: 64), data: [])
    #expect(throws: FormatError.self) { try KeyFile(decoding: key.encoded()) }
  }

  @Test("base64 goes both ways at every length")
  func base64() {
    for count in 0..<9 {
      let bytes = (0..<count).map { UInt8($0 * 37 & 255) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.decode(Array("AAA".utf8)) == nil)
    #expect(Base64.decode(Array("A=AA".utf8)) == nil)
  }

  @Test(
    "polynomials that restic made are irreducible",
    arguments: [0x25_3262_14D9_5FFD, 0x3D_A335_8B4D_C173] as [UInt64])
  func irreducible(bits: UInt64) {
    #expect(Polynomial(bits: bits).isIrreducible)
    #expect(!Polynomial(bits: bits ^ 1).isIrreducible)
  }

  @Test("a config whose polynomial would not chunk is refused")
  func reducibleConfig() {
    let config = RepositoryConfig(id: .one, chunkerPolynomial: Polynomial(bits: 1 << 53 | 2))
    #expect(throws: FormatError.self) { try RepositoryConfig(decoding: config.encoded()) }
  }
}

extension ObjectID {
  static let one = ObjectID(bigEndianWords: 0, 0, 0, 1)
}
