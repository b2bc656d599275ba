import Glibc
import RepositoryEngine
import RepositoryFormat

/// What each step of a first backup costs on one core, with nothing around it: no tree, no walk, no
/// second worker. The sum is the floor under what the mover can take for the same files.
final class MoverBenchmark {
  /// What was spent where, and on how much.
  struct Steps {
    var read = Duration.zero
    var cut = Duration.zero
    var hash = Duration.zero
    var compress = Duration.zero
    var seal = Duration.zero
    var hashPack = Duration.zero
    var writePack = Duration.zero
    var bytes = 0
    var stored = 0

    var sum: Duration { read + cut + hash + compress + seal + hashPack + writePack }
  }

  private struct Failure: Error { let path: String }

  /// Regular files; a path on each line of the standard input.
  let paths: [String]
  /// Where packs are written to, one over the other.
  let output: String
  private let codec = BlobCodec(
    key: MasterKey(
      encryption: [UInt8](repeating: 1, count: 32),
      authenticationK: [UInt8](repeating: 2, count: 16),
      authenticationR: [UInt8](repeating: 3, count: 16))!)
  private let scanner = ChunkScanner(Polynomial(bits: 0x3DA3_358B_4DC1_73))
  private let packs = [ByteBuffer(capacity: 40 << 20), ByteBuffer(capacity: 40 << 20)]
  private var filled = [0, 0]
  private var steps = Steps()

  init(paths: [String], output: String) {
    self.paths = paths
    self.output = output
  }

  func measure() throws -> String {
    for path in paths { try backUp(path) }
    writePacks()
    return "bytes \(steps.bytes) stored \(steps.stored)"
      + " read \(Cost.seconds(steps.read)) cut \(Cost.seconds(steps.cut))"
      + " hash \(Cost.seconds(steps.hash)) compress \(Cost.seconds(steps.compress))"
      + " seal \(Cost.seconds(steps.seal)) hash-pack \(Cost.seconds(steps.hashPack))"
      + " write-pack \(Cost.seconds(steps.writePack)) sum \(Cost.seconds(steps.sum))"
  }

  private func timed<Value>(
    _ step: WritableKeyPath<Steps, Duration>, _ body: () -> Value
  ) -> Value {
    let began = Self.cpuTime
    let value = body()
    steps[keyPath: step] += Self.cpuTime - began
    return value
  }

  /// What this process has computed so far, in far finer steps than ``ResourceUse`` has.
  private static var cpuTime: Duration {
    var time = timespec()
    // Safety: the C library fills the value on the stack.
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private func backUp(_ path: String) throws {
    // Safety: the path is read while it is opened only.
    let file = timed(\.read) { unsafe open(path, O_RDONLY) }
    guard file >= 0 else { throw Failure(path: path) }
    defer { close(file) }
    var offset = 0
    while true {
      let first = chunk(of: file, at: &offset, into: codec.plain)
      guard first > 0 else { return }
      let second = chunk(of: file, at: &offset, into: codec.secondPlain)
      let bytes = unsafe (codec.plain.prefix(first), codec.secondPlain.prefix(second))
      timed(\.hash) { _ = unsafe codec.digest.hash(bytes.0, bytes.1) }
      unsafe store(bytes.0)
      if second > 0 { unsafe store(bytes.1) }
    }
  }

  /// The next chunk that is not zeros alone; 0 at the end.
  private func chunk(
    of file: Int32, at offset: inout Int, into buffer: ByteBuffer
  ) -> Int {
    while true {
      let start = offset
      // Safety: SEEK_DATA (3) moves the file's position, which nobody else uses.
      let data = timed(\.read) { lseek(file, off_t(start), 3) }
      guard data >= 0 else { return 0 }
      offset = max(offset, Int(data) / ChunkLimits.lengthMin * ChunkLimits.lengthMin)
      let length = length(of: file, at: offset, into: buffer)
      offset += length
      if unsafe !ZeroChunk.isEqual(to: buffer.prefix(length)) {
        steps.bytes += length
        return length
      }
    }
  }

  private func length(of file: Int32, at offset: Int, into buffer: ByteBuffer) -> Int {
    var (filled, step) = (0, ChunkLimits.lengthMin)
    while filled < ChunkLimits.lengthMax {
      let (before, count) = (filled, min(step, ChunkLimits.lengthMax - filled))
      // Safety: the buffer has room for the longest chunk.
      let read = timed(\.read) {
        unsafe pread(file, buffer.base + before, count, off_t(offset + before))
      }
      guard read > 0 else { return filled }
      filled += read
      guard filled >= ChunkLimits.lengthMin else { continue }
      let (from, through) = (max(before, ChunkLimits.lengthMin), filled)
      let end = timed(\.cut) {
        unsafe scanner.cut(in: buffer.prefix(through), from: from, through: through)
      }
      if let end { return end }
      step = 256 << 10
    }
    return filled
  }

  private func store(_ bytes: UnsafeRawBufferPointer) {
    let stored = unsafe timed(\.compress) {
      unsafe codec.stored(bytes, kind: .data, compress: true).bytes
    }
    let length = stored.count + Sealing.overhead
    let pack = filled[0] <= filled[1] ? 0 : 1
    let (buffer, position) = (packs[pack], filled[pack])
    // Safety: the emptier one has less than 16 MiB, no blob more than 8, and a pack room for 40.
    timed(\.seal) { unsafe codec.sealer.seal(stored, into: buffer.base + position) }
    filled[pack] += length
    steps.stored += length
    if filled[0] + filled[1] >= 32 << 20 { writePacks() }
  }

  private func writePacks() {
    let bytes = unsafe (packs[0].prefix(filled[0]), packs[1].prefix(filled[1]))
    timed(\.hashPack) { _ = unsafe codec.digest.hash(bytes.0, bytes.1) }
    timed(\.writePack) {
      for (pack, count) in zip(packs, filled) {
        // Safety: the path is read while it is opened, the pack while it is written.
        let file = unsafe open(output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe write(file, pack.base, count)
        close(file)
      }
    }
    filled = [0, 0]
  }
}
