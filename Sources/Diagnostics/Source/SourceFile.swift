/// The text of one file, and where its lines begin.
public struct SourceFile: Hashable, Sendable {
  /// As the user spelled it, relative to the working directory or repository.
  public let path: String
  public let bytes: [UInt8]
  /// The offset of each line's first byte.
  private let lineStarts: [Int]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  public init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

  public var lineCount: Int { lineStarts.count }

  /// The position of a byte; one past the last byte is the end of the file.
  ///
  /// - Complexity: O(log *n*) in the number of lines, and O(*m*) in the length of the line.
  public func position(ofByte offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let columns = bytes[lineStarts[low]..<offset].count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: low + 1, column: columns + 1, byte: offset)
  }

  public func span(ofBytes range: Range<Int>) -> SourceSpan {
    SourceSpan(
      file: path, start: position(ofByte: range.lowerBound),
      end: position(ofByte: range.upperBound))
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
