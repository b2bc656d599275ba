import Glibc
import RepositoryFormat

extension BackupRun {
  private static let readStep = 256 << 10

  /// Cuts the next two chunks off a large file, lets others go on with it, and stores them.
  func storeChunks(
    of file: OpenChunkedFile, with codec: BlobCodec
  ) async throws(RepositoryError) {
    tally.cover(UInt64(file.takeFormer()))
    let first: Cut
    var second = Cut.end
    do throws(EntryFailure) {
      first = try cut(file, into: codec.plain)
      if first.length > 0 { second = try cut(file, into: codec.secondPlain) }
    } catch {
      schedule.release(file, isAtEnd: true)
      switch error {
      case .fatal(let error): throw error
      case .unreadable(let failure):
        if case .block = request.layout {
          throw .file(path: file.path, reason: failure.description)
        }
        tally.warn(file.path, "left out: \(failure)")
        return await finish(file.place.directory, slot: file.place.slot, nil, with: codec)
      }
    }
    schedule.release(file, isAtEnd: second.length == 0)
    tally.cover(UInt64(first.length + second.length))
    let ids = await store(first, second, with: codec)
    codec.trim(after: max(first.length, second.length))
    for (cut, id) in [(first, ids.0), (second, ids.1)] {
      if let (content, size) = file.finish(cut.chunk, id) {
        await complete(file, content, size: size, with: codec)
      }
    }
  }

  private func store(
    _ first: Cut, _ second: Cut, with codec: BlobCodec
  ) async -> (ObjectID, ObjectID) {
    if first.hasBytes, second.hasBytes {
      return unsafe await writer.add(
        codec.plain.prefix(first.length), codec.secondPlain.prefix(second.length), with: codec)
    }
    return (
      await store(first, in: codec.plain, with: codec),
      await store(second, in: codec.secondPlain, with: codec)
    )
  }

  private func store(_ cut: Cut, in buffer: ByteBuffer, with codec: BlobCodec) async -> ObjectID {
    if cut.hasBytes {
      return unsafe await writer.add(buffer.prefix(cut.length), kind: .data, with: codec)
    }
    guard cut.length > 0 else { return .zero }
    if !writer.has(ZeroChunk.id, .data) {
      unsafe buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: cut.length)
      return unsafe await writer.add(buffer.prefix(cut.length), kind: .data, with: codec)
    }
    return ZeroChunk.id
  }

  /// What a worker took off a file.
  private struct Cut {
    var length: Int
    /// The chunk that a hole is: its bytes need not be in the buffer.
    var isZero = false
    var chunk: OpenChunkedFile.Chunk?

    static let end = Cut(length: 0)

    var hasBytes: Bool { length > 0 && !isZero }
  }

  private func cut(_ file: OpenChunkedFile, into buffer: ByteBuffer) throws(EntryFailure) -> Cut {
    var isZero = file.isSparse ? try isHole(file, from: file.cursor.offset) : false
    let length = isZero ? ZeroChunk.length : try length(of: file, into: buffer)
    if !isZero { isZero = unsafe ZeroChunk.isEqual(to: buffer.prefix(length)) }
    return Cut(length: length, isZero: isZero, chunk: file.advance(by: length))
  }

  /// Reads the next chunk, and finds its end on the way; zero at the end of the file.
  private func length(
    of file: OpenChunkedFile, into buffer: ByteBuffer
  ) throws(EntryFailure) -> Int {
    let offset = file.cursor.offset
    var filled = try read(file, at: offset, ChunkLimits.lengthMin, into: buffer)
    guard filled == ChunkLimits.lengthMin else { return filled }
    var scanned = filled
    while true {
      if let end = unsafe scanner.cut(
        in: buffer.prefix(filled), from: scanned, through: filled)
      {
        return end
      }
      guard filled < ChunkLimits.lengthMax else { return filled }
      scanned = filled
      let step = min(Self.readStep, ChunkLimits.lengthMax - filled)
      let count = try read(file, at: offset, step, into: buffer, behind: filled)
      filled += count
      guard count > 0 else { return filled }
    }
  }

  private func read(
    _ file: OpenChunkedFile, at offset: Int, _ count: Int, into buffer: ByteBuffer,
    behind filled: Int = 0
  ) throws(EntryFailure) -> Int {
    precondition(filled + count <= buffer.capacity, "\(filled) and \(count) bytes")
    let read = try reading { () throws(SystemFailure) in
      try unsafe file.file.read(into: buffer.base + filled, at: offset + filled, count: count)
    }
    tally.read(read)
    return read
  }

  /// Whether the next 512 KiB are a hole: they are one chunk then, as every run of zeros is cut.
  private func isHole(_ file: OpenChunkedFile, from offset: Int) throws(EntryFailure) -> Bool {
    let end = offset + ChunkLimits.lengthMin
    guard end <= file.size else { return false }
    if let data = file.cursor.data, offset < data.upperBound { return data.lowerBound >= end }
    let data = try reading { () throws(SystemFailure) in try file.file.data(from: offset) }
    file.remember(data: data)
    return data.lowerBound >= end
  }
}

extension OpenFile {
  // Linux's values; the C library hides them behind `_GNU_SOURCE`.
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  /// The next stretch of a file that is no hole; behind the last one, an endless one.
  func data(from offset: Int) throws(SystemFailure) -> Range<Int> {
    let start = lseek(number, off_t(offset), Self.seekData)
    if start < 0 {
      let failure = SystemFailure()
      guard failure.code == ENXIO else { throw failure }
      return Int.max - 1..<Int.max
    }
    let end = lseek(number, start, Self.seekHole)
    guard end >= 0 else { throw SystemFailure() }
    return Int(start)..<Int(end)
  }
}
