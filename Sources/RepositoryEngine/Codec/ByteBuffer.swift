/// Plain memory that is used again and again: blobs pass through it without being zeroed first.
///
/// Owned by one worker. Growing loses the contents.
@safe final class ByteBuffer {
  // Safety: allocated here with `capacity` bytes, freed in `deinit`, never kept beyond a call.
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init(capacity: Int) {
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

  /// The first `count` bytes.
  func prefix(_ count: Int) -> UnsafeRawBufferPointer {
    precondition(count <= capacity, "\(count) of \(capacity) bytes")
    return unsafe UnsafeRawBufferPointer(start: base, count: count)
  }
}
