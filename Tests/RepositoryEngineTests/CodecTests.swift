import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Sealing and cutting") struct CodecTests {
  private func key() throws -> MasterKey {
    try #require(
      MasterKey(
        encryption: Array(0..<32), authenticationK: Array(0x20..<0x30),
        authenticationR: Array(0xF0...0xFF)))
  }

  @Test("sealing gives the bytes of the published vector")
  func sealVector() throws {
    let plain = Array("The quick brown fox jumps over the lazy dog".utf8)
    let sealed = ByteBuffer(capacity: plain.count + Sealing.overhead)
    let sealer = Sealer(key: try key())
    unsafe plain.withUnsafeBytes {
      unsafe sealer.seal($0, nonce: Array(0x10..<0x20), into: sealed.base)
    }
    let hex = unsafe Array(sealed.prefix(plain.count + Sealing.overhead))
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(
      hex == "101112131415161718191a1b1c1d1e1f"
        + "bdab8aaac3413a859b54fea45990c6ae9fae33ba91e1a991c5d2ff35385910a74e7d5c7e56be965f817311"
        + "bf5933b35dd09b21ceb6fdaf6964b04f")
  }

  @Test("two digests side by side are those of each alone, whatever the lengths")
  func pairs() {
    let digest = Digest()
    let bytes = (0..<700).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    for first in [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 500] {
      for second in [0, 1, 54, 55, 56, 57, 63, 64, 127, 129, 640] {
        let (one, other) = (Array(bytes[..<first]), Array(bytes[..<second]))
        let pair = unsafe one.withUnsafeBytes { one in
          unsafe other.withUnsafeBytes { unsafe digest.hash(one, $0) }
        }
        #expect(pair == (Digest.hash(one), Digest.hash(other)), "\(first) and \(second) bytes")
      }
    }
  }

  @Test("a long message goes on beside several short ones")
  func running() {
    let digest = Digest()
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    unsafe bytes.withUnsafeBytes { bytes in
      for count in [0, 1, 63, 64, 65, 128, 640, 1000] {
        let message = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
        var long = unsafe RunningDigest(message)
        for count in [64, 1, 0, 200, 63, 700] {
          let message = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
          var short = unsafe RunningDigest(message)
          digest.advance(&long, &short)
          #expect(unsafe digest.finish(short) == digest.hash(message), "\(count) bytes")
        }
        #expect(unsafe digest.finish(long) == digest.hash(message), "\(count) bytes")
      }
    }
  }

  @Test("blobs that are opened two at a time keep their bytes until they are handed over")
  func lanes() throws {
    let codec = BlobCodec(key: try key())
    let random = RandomBytes.draw(9 << 20)
    // Large ones leave their room behind while the other lane is at work.
    var plain = [8 << 20, 5 << 20, 1 << 20, 6 << 20, 3, 7 << 20, 0, 1 << 20].map {
      Array(random.suffix($0))
    }
    let blobs = plain.map { bytes in
      PackedBlob(
        id: Digest.hash(bytes), kind: .data, offset: 0,
        length: UInt32(bytes.count + Sealing.overhead))
    }
    let sealed = plain.map { codec.sealer.seal($0) }
    plain[4] = []  // found damaged
    var damaged = sealed
    damaged[4][20] ^= 1
    for long in [0, 1 << 10, 9 << 20] {
      var found: [Int: [UInt8]] = [:]
      var next = 0
      let id = unsafe random.withUnsafeBytes { random in
        unsafe codec.open(beside: .init(rebasing: random[..<long])) {
          guard next < blobs.count else { return nil }
          next += 1
          // Safety: the arrays outlive the call, and nothing changes them.
          return unsafe (damaged[next - 1].withUnsafeBytes { unsafe $0 }, blobs[next - 1])
        } visit: { number, opened in
          found[number] = unsafe (try? opened.get()).map { unsafe Array($0) } ?? []
        }
      }
      #expect(id == Digest.hash(Array(random.prefix(long))), "\(long) bytes")
      #expect(blobs.indices.map { found[$0] } == plain.map(Optional.some), "beside \(long) bytes")
    }
  }

  @Test("the level that a trial found better stays until the next trial")
  func levels() {
    var choice = CompressionChoice()
    func next(_ count: Int, times: Int = 1) -> Set<CompressionChoice.Attempt> {
      Set((0..<times).map { _ in choice.next(bytes: count) })
    }
    func settle(thorough: Int) -> Bool { choice.settle(fast: 1600, thorough: thorough) }
    #expect(next(100) == [.level(1)])
    #expect(next(5000) == [.both])
    #expect(settle(thorough: 1000))
    #expect(next(5000, times: 15) == [.level(3)])
    #expect(next(5000) == [.both])
    #expect(settle(thorough: 1590))
    #expect(next(5000) == [.level(1)])
    #expect(next(2 << 20) == [.level(1)])
  }

  @Test("any changed or missing byte keeps sealed data from opening")
  func tampering() throws {
    let sealer = Sealer(key: try key())
    let sealed = sealer.seal([1, 2, 3])
    #expect(sealer.open(sealed) == [1, 2, 3])
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(sealer.open(changed) == nil)
      #expect(sealer.open(Array(sealed[..<index])) == nil)
    }
    #expect(sealer.open(sealer.seal([])) == [])
  }

  @Test(
    "a file is cut where restic cuts it",
    arguments: [
      (0x25_3262_14D9_5FFD, [2_362_185]),
      (0x3D_A335_8B4D_C173, [1_628_493, 707_545]),
    ] as [(UInt64, [Int])])
  func cuts(polynomial: UInt64, lengths: [Int]) throws {
    let scratch = try Scratch()
    let path = scratch("keystream")
    try Shell.run(
      "head -c 3000000 /dev/zero | openssl enc -aes-256-ctr"
        + " -K 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        + " -iv 00000000000000000000000000000000 > '\(path)' 2>/dev/null")
    let file = try OpenFile(Array(path.utf8), in: nil, 0)
    let buffer = ByteBuffer(capacity: 3_000_000)
    let scanner = ChunkScanner(Polynomial(bits: polynomial))
    var offset = 0
    for length in lengths {
      let count = try unsafe file.read(into: buffer.base, at: offset, count: 3_000_000)
      let cut = unsafe scanner.cut(
        in: buffer.prefix(count), from: ChunkLimits.lengthMin, through: count)
      #expect(cut == length)
      offset += length
    }
  }

  @Test("a run of zeros is cut at once")
  func zeros() {
    let buffer = ByteBuffer(capacity: 1 << 20)
    unsafe buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: 1 << 20)
    let scanner = ChunkScanner(Polynomial(bits: 0x25_3262_14D9_5FFD))
    let cut = unsafe scanner.cut(
      in: buffer.prefix(1 << 20), from: ChunkLimits.lengthMin, through: 1 << 20)
    #expect(cut == ChunkLimits.lengthMin)
  }

  @Test("compressed files are bounded when they unfold")
  func bomb() throws {
    let bytes = UnpackedFile.encode(
      [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20), compress: true)
    #expect(bytes.count < 1000)
    #expect(throws: FormatError.self) { try UnpackedFile.decode(bytes, bytesMax: 1 << 19) }
    #expect(try UnpackedFile.decode(bytes, bytesMax: 1 << 20).count == 1 << 20)
  }
}
