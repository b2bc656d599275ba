/// The text of one file, and where its lines begin.
public struct SourceFile: Hashable, Sendable {
  /// As the user spelled it, relative to the working directory or repository.
  public let path: String
  public let bytes: [UInt8]
  /// The offset of each line's first byte.
  private let lineStarts: [Int]
  /// How many Unicode scalars begin before every 256th byte: a position is found by looking at
  /// 256 bytes at most, however long a line is. Empty where every byte is a scalar.
  private let scalarCounts: [Int]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    var counts: [Int] = []
    var count = 0
    for (offset, byte) in bytes.enumerated() {
      if offset % Self.stride == 0 { counts.append(count) }
      if byte & 0xC0 != 0x80 { count += 1 }
      if byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    }
    lineStarts = starts
    scalarCounts = count == bytes.count ? [] : counts
  }

  public init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

  private static let stride = 256

  public var lineCount: Int { lineStarts.count }

  /// The position of a byte; one past the last byte is the end of the file.
  ///
  /// - Complexity: O(log *n*) in the number of lines.
  public func position(ofByte offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineStarts.partitioningIndex { $0 > offset } - 1
    let columns = scalarCount(beforeByte: offset) - scalarCount(beforeByte: lineStarts[line])
    return SourcePosition(line: line + 1, column: columns + 1, byte: offset)
  }

  public func span(ofBytes range: Range<Int>) -> SourceSpan {
    SourceSpan(
      file: path, start: position(ofByte: range.lowerBound),
      end: position(ofByte: range.upperBound))
  }

  /// How many Unicode scalars begin before a byte.
  public func scalarCount(beforeByte offset: Int) -> Int {
    guard !scalarCounts.isEmpty, offset > 0 else { return offset }
    let block = min(offset / Self.stride, scalarCounts.count - 1)
    return scalarCounts[block]
      + bytes[block * Self.stride..<offset].count { $0 & 0xC0 != 0x80 }
  }

  /// The byte at which a Unicode scalar begins, by its number from the start of the file.
  public func byte(ofScalar number: Int) -> Int {
    guard !scalarCounts.isEmpty else { return min(number, bytes.count) }
    let block = max(scalarCounts.partitioningIndex { $0 > number } - 1, 0)
    var count = scalarCounts[block]
    var offset = block * Self.stride
    while offset < bytes.count {
      if bytes[offset] & 0xC0 != 0x80 {
        if count == number { return offset }
        count += 1
      }
      offset += 1
    }
    return offset
  }

  /// The text of a line, counted from 1, without its line feed; `nil` where there is none.
  public func line(_ number: Int) -> String? {
    guard number >= 1, number <= lineStarts.count else { return nil }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

extension Array {
  /// The first index whose element is past some point, of elements sorted by it.
  fileprivate func partitioningIndex(where isPast: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isPast(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
