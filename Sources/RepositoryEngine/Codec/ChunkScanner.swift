package import RepositoryFormat

/// Finds where restic would cut a file.
///
/// A cut depends on the 64 bytes before it and on nothing else, so four stretches are scanned at
/// once: one lane waits for its table look-ups while the others compute.
package struct ChunkScanner: Sendable {
  private static let lanes = 4
  private static let stretch = 16 << 10

  private let tables: RabinTables

  package init(_ polynomial: Polynomial) { tables = RabinTables(polynomial) }

  /// The first position in `start..<end` at which a chunk that begins at 0 may end, or `nil`.
  ///
  /// - Parameter bytes: At least `end` bytes; `start` is `ChunkLimits.lengthMin` or more.
  /// - Complexity: O(`end - start`)
  package func cut(in bytes: UnsafeRawBufferPointer, from start: Int, through end: Int) -> Int? {
    precondition(start >= ChunkLimits.window && end <= bytes.count, "\(start)...\(end)")
    guard let base = bytes.baseAddress else { return nil }
    let data = unsafe base.assumingMemoryBound(to: UInt8.self)
    // Safety: the tables outlive both closures; `scan` stays between `start` - 64 and `end`.
    return unsafe tables.reduce.withUnsafeBufferPointer { reduce in
      unsafe tables.leave.withUnsafeBufferPointer { leave in
        unsafe Self.scan(data, start, end, reduce.baseAddress!, leave.baseAddress!)
      }
    }
  }

  private static func scan(
    _ data: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ reduce: UnsafePointer<UInt64>,
    _ leave: UnsafePointer<UInt64>
  ) -> Int? {
    var position = start
    var digest = unsafe window(data + position, reduce)
    if digest & ChunkLimits.mask == 0 { return position }
    while end - position >= lanes * stretch {
      if let found = unsafe scanLanes(data + position, &digest, reduce, leave) {
        return position + found
      }
      position += lanes * stretch
    }
    while position < end {
      unsafe step(&digest, data + position, reduce, leave)
      position += 1
      if digest & ChunkLimits.mask == 0 { return position }
    }
    return nil
  }

  /// The digest of the 64 bytes before `end`.
  private static func window(
    _ end: UnsafePointer<UInt8>, _ reduce: UnsafePointer<UInt64>
  ) -> UInt64 {
    var digest: UInt64 = 0
    for offset in -ChunkLimits.window..<0 {
      digest = unsafe (digest &<< 8 | UInt64(end[offset])) ^ reduce[Int(digest &>> 45)]
    }
    return digest
  }

  @inline(__always)
  private static func step(
    _ digest: inout UInt64, _ byte: UnsafePointer<UInt8>, _ reduce: UnsafePointer<UInt64>,
    _ leave: UnsafePointer<UInt64>
  ) {
    unsafe digest =
      digest &<< 8 ^ reduce[Int(truncatingIfNeeded: digest &>> 45)]
      ^ leave[Int(byte[-ChunkLimits.window])] ^ UInt64(byte[0])
  }

  /// Scans four stretches; `digest` belongs to their start before and to their end afterwards.
  private static func scanLanes(
    _ data: UnsafePointer<UInt8>, _ digest: inout UInt64, _ reduce: UnsafePointer<UInt64>,
    _ leave: UnsafePointer<UInt64>
  ) -> Int? {
    let second = unsafe data + stretch
    let third = unsafe second + stretch
    let fourth = unsafe third + stretch
    var a = digest
    var b = unsafe window(second, reduce)
    var c = unsafe window(third, reduce)
    var d = unsafe window(fourth, reduce)
    // Where each later lane was first at a cut; it counts only if no earlier lane finds one.
    var foundB = 0
    var foundC = 0
    var foundD = 0
    var offset = 0
    while offset < stretch {
      unsafe step(&a, data + offset, reduce, leave)
      unsafe step(&b, second + offset, reduce, leave)
      unsafe step(&c, third + offset, reduce, leave)
      unsafe step(&d, fourth + offset, reduce, leave)
      offset &+= 1
      if a & ChunkLimits.mask == 0 { return offset }
      if b & ChunkLimits.mask == 0, foundB == 0 { foundB = offset }
      if c & ChunkLimits.mask == 0, foundC == 0 { foundC = offset }
      if d & ChunkLimits.mask == 0, foundD == 0 { foundD = offset }
    }
    if foundB != 0 { return stretch + foundB }
    if foundC != 0 { return 2 * stretch + foundC }
    if foundD != 0 { return 3 * stretch + foundD }
    digest = d
    return nil
  }
}
