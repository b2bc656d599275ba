import Glibc

/// Plain memory that is used again and again: blobs pass through it without being zeroed first.
///
/// Owned by one worker. Growing loses the contents.
@safe package final class ByteBuffer {
  // Safety: allocated here with `capacity` bytes, freed in `deinit`, never kept beyond a call.
  package private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int

  package init(capacity: Int) {
    self.capacity = capacity
    unsafe base = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { unsafe base.deallocate() }

  func reserve(_ count: Int) {
    guard count > capacity else { return }
    unsafe base.deallocate()
    capacity = count
    unsafe base = .allocate(byteCount: capacity, alignment: 64)
  }

  /// Gives the kernel back what lies behind the first `count` bytes, in whole pages. Their contents
  /// are lost; the room stays.
  func trim(to count: Int) {
    guard count < capacity else { return }
    let page = UInt(getpagesize())
    let start = unsafe (UInt(bitPattern: base) + UInt(count) + page - 1) / page * page
    let end = unsafe (UInt(bitPattern: base) + UInt(capacity)) / page * page
    guard start < end else { return }
    // Safety: all of these pages lie inside the buffer's own memory.
    _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
  }

  /// The first `count` bytes.
  package func prefix(_ count: Int) -> UnsafeRawBufferPointer {
    precondition(count <= capacity, "\(count) of \(capacity) bytes")
    return unsafe UnsafeRawBufferPointer(start: base, count: count)
  }
}
