import Glibc
import RepositoryFormat

extension BackupRun {
  private static let readStep = 256 << 10

  /// Cuts the next chunk off a large file, lets others go on with it, and stores the chunk.
  func storeChunk(
    of file: OpenChunkedFile, with codec: BlobCodec
  ) async throws(RepositoryError) {
    tally.cover(UInt64(file.takeFormer()))
    let length: Int
    do throws(EntryFailure) {
      length = try cut(file, into: codec.plain)
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
    let chunk = file.advance(by: length)
    schedule.release(file, isAtEnd: chunk == nil)
    tally.cover(UInt64(length))
    var id = ObjectID.zero
    if chunk != nil {
      let bytes = unsafe codec.plain.prefix(length)
      id =
        unsafe isStoredZeroChunk(bytes)
        ? zeroChunk : await writer.add(bytes, kind: .data, with: codec)
    }
    if let (content, size) = file.finish(chunk, id) {
      await complete(file, content, size: size, with: codec)
    }
  }

  /// Whether these are the zeros that stand for a hole: comparing is several times cheaper than
  /// hashing, and a volume may be mostly that.
  private func isStoredZeroChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // Safety: both stretches lie inside `bytes`; equal to itself one byte on means all equal.
    unsafe bytes.count == ChunkLimits.lengthMin && bytes[0] == 0
      && memcmp(bytes.baseAddress!, bytes.baseAddress! + 1, bytes.count - 1) == 0
      && writer.has(zeroChunk, .data)
  }

  /// Reads the next chunk, and finds its end on the way; zero at the end of the file.
  private func cut(_ file: OpenChunkedFile, into buffer: ByteBuffer) throws(EntryFailure) -> Int {
    let offset = file.cursor.offset
    if file.isSparse, try isHole(file, from: offset) {
      unsafe buffer.base.initializeMemory(
        as: UInt8.self, repeating: 0, count: ChunkLimits.lengthMin)
      return ChunkLimits.lengthMin
    }
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
