/// A place in a text file.
public struct SourcePosition: Hashable, Sendable, Comparable {
  /// 1-based.
  public var line: Int
  /// 1-based, counted in Unicode scalars.
  public var column: Int
  /// 0-based offset into the file's bytes.
  public var byte: Int

  public init(line: Int, column: Int, byte: Int) {
    self.line = line
    self.column = column
    self.byte = byte
  }

  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }

  /// The first character of a file.
  public static let start = SourcePosition(line: 1, column: 1, byte: 0)
}

/// A stretch of a text file, `end` excluded. Empty where it names a point between two characters.
public struct SourceSpan: Hashable, Sendable, Comparable {
  /// As the user spelled it, relative to the working directory or repository.
  public var file: String
  public var start: SourcePosition
  public var end: SourcePosition

  public init(file: String, start: SourcePosition, end: SourcePosition) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// The beginning of a file: for what concerns the file as a whole.
  public init(file: String) { self.init(file: file, start: .start, end: .start) }

  public static func < (left: SourceSpan, right: SourceSpan) -> Bool {
    if left.file != right.file { return left.file < right.file }
    return (left.start, left.end) < (right.start, right.end)
  }
}

extension SourceSpan: CustomStringConvertible {
  /// `plans/shop.yaml:14:9`
  public var description: String { "\(file):\(start.line):\(start.column)" }
}
