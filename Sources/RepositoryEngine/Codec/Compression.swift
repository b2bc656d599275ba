import CLibZstd

/// zstd with a context that is used again and again. Owned by one worker.
@safe final class Compressor {
  // Safety: made here, freed in `deinit`, used by its owner only.
  private let context: OpaquePointer
  private var level: Int32

  init(level: Int32) {
    guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("Out of memory") }
    unsafe self.context = unsafe context
    self.level = level
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
  }

  func use(level: Int32) {
    guard level != self.level else { return }
    self.level = level
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// Compresses into `buffer`, which grows as needed; returns how many bytes it took.
  func compress(_ plain: UnsafeRawBufferPointer, into buffer: ByteBuffer) -> Int {
    buffer.reserve(ZSTD_compressBound(plain.count))
    let count = unsafe ZSTD_compress2(
      context, buffer.base, buffer.capacity, plain.baseAddress, plain.count)
    precondition(ZSTD_isError(count) == 0, "zstd failed on \(plain.count) bytes")
    return count
  }
}

/// Undoes ``Compressor``. Owned by one worker.
@safe final class Decompressor {
  // Safety: as in `Compressor`.
  private let context: OpaquePointer

  init() {
    guard let context = unsafe ZSTD_createDCtx() else { preconditionFailure("Out of memory") }
    unsafe self.context = unsafe context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// Decompresses into `buffer`; `nil` unless that gives exactly `count` bytes.
  func decompress(
    _ compressed: UnsafeRawBufferPointer, count: Int, into buffer: ByteBuffer
  ) -> UnsafeRawBufferPointer? {
    buffer.reserve(count)
    let written = unsafe ZSTD_decompressDCtx(
      context, buffer.base, count, compressed.baseAddress, compressed.count)
    guard ZSTD_isError(written) == 0, written == count else { return nil }
    return unsafe buffer.prefix(count)
  }

  /// Decompresses what does not say its length; `nil` for a broken frame or one of more than
  /// `bytesMax` bytes.
  func decompress(_ compressed: [UInt8], bytesMax: Int) -> [UInt8]? {
    var plain: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 128 << 10)
    unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    return unsafe compressed.withUnsafeBytes { source in
      var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      while true {
        // Safety: both descriptions live for this call only and name their own memory.
        let (status, count) = unsafe piece.withUnsafeMutableBytes { room in
          var output = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
          let status = unsafe ZSTD_decompressStream(context, &output, &input)
          return unsafe (status, output.pos)
        }
        guard ZSTD_isError(status) == 0, plain.count + count <= bytesMax else { return nil }
        plain += piece[..<count]
        if status == 0 { return unsafe input.pos == input.size ? plain : nil }
        if count == 0, unsafe input.pos == input.size { return nil }  // cut off
      }
    }
  }
}
