import Glibc

/// Bytes from the kernel's generator, drawn a page at a time: every blob needs a fresh nonce.
struct RandomBytes {
  private static let pageLength = 4096
  private var page: [UInt8] = []

  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    precondition(count <= Self.pageLength, "\(count) random bytes at once")
    if page.count < count { page = Self.draw(Self.pageLength) }
    defer { page.removeLast(count) }
    return page.suffix(count)
  }

  static func draw(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let pieceCount = min(256, count - filled)  // the most that one call gives
      // Safety: the piece lies inside the array.
      let status = unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe getentropy(bytes.baseAddress! + filled, pieceCount)
      }
      precondition(status == 0, "getentropy failed: \(errno)")
      filled += pieceCount
    }
    return bytes
  }
}
