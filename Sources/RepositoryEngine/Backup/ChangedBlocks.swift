import Documents

/// Which stretches of a block volume differ from an older state of it, as storage systems tell.
///
/// As text, either one `OFFSET LENGTH` pair in bytes on a line (empty lines and lines that begin
/// with `#` are passed over) or JSON: `[{"offset":0,"length":4096},…]`, where an offset or length
/// may also be a string of digits. Other members are passed over.
public struct ChangedBlocks: Hashable, Sendable {
  /// Ascending, not empty, with gaps between them.
  public let ranges: [Range<UInt64>]

  public static let bytesMax = 256 << 20
  public static let rangesMax = 8 << 20
  /// No file or device is longer than the kernel's offsets reach.
  private static let endMax = UInt64(Int64.max)
  private static let problemsKeptMax = 20

  /// Why a list is none: every mistake, the first twenty by line.
  public struct Mistakes: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [String]
    public var count: Int

    public var description: String {
      let rest = count - problems.count
      return problems.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }
  }

  /// Takes the ranges in any order; overlapping and neighbouring ones become one.
  public init(_ ranges: some Sequence<Range<UInt64>>) {
    var merged: [Range<UInt64>] = []
    for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// - Complexity: O(*n* log *n*) in the number of ranges.
  public init(parsing text: [UInt8]) throws(Mistakes) {
    guard text.count <= Self.bytesMax else {
      throw Mistakes(problems: ["The list has more than \(Self.bytesMax) bytes"], count: 1)
    }
    let first = text.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    let isJSON = first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    self.init(try isJSON ? Self.ranges(json: text) : Self.ranges(lines: text))
  }

  /// Bytes that changed.
  public var byteCount: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }

  /// Where the last range ends.
  public var end: UInt64 { ranges.last?.upperBound ?? 0 }
}

extension ChangedBlocks {
  private struct Collector {
    var ranges: [Range<UInt64>] = []
    var mistakes = Mistakes(problems: [], count: 0)

    mutating func reject(_ place: String, _ problem: String) {
      mistakes.count += 1
      if mistakes.problems.count < problemsKeptMax {
        mistakes.problems.append("\(place): \(problem)")
      }
    }

    mutating func add(_ offset: UInt64, _ length: UInt64, _ place: @autoclosure () -> String) {
      let (end, overflow) = offset.addingReportingOverflow(length)
      guard !overflow, end <= endMax else {
        return reject(place(), "the range ends beyond any volume")
      }
      guard ranges.count < rangesMax else {
        return reject(place(), "more than \(rangesMax) ranges")
      }
      ranges.append(offset..<end)
    }

    func result() throws(Mistakes) -> [Range<UInt64>] {
      guard mistakes.count == 0 else { throw mistakes }
      return ranges
    }
  }

  private static func ranges(lines text: [UInt8]) throws(Mistakes) -> [Range<UInt64>] {
    var collector = Collector()
    var number = 0
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      guard let start = line.firstIndex(where: { !isSpace($0) }), line[start] != UInt8(ascii: "#")
      else { continue }
      var fields = line.split(whereSeparator: isSpace).makeIterator()
      guard let offset = fields.next().flatMap(decimal),
        let length = fields.next().flatMap(decimal),
        fields.next() == nil
      else {
        collector.reject("line \(number)", "expected an offset and a length in bytes")
        continue
      }
      collector.add(offset, length, "line \(number)")
    }
    return try collector.result()
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard digits.count <= 20 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(UInt64(digit - 0x30))
      guard !tooLarge, !overflow else { return nil }
      value = sum
    }
    return value
  }

  private static func ranges(json text: [UInt8]) throws(Mistakes) -> [Range<UInt64>] {
    let value: JSONValue
    do { value = try JSONValue(parsing: text, depthMax: 8) } catch {
      let line = text.prefix(error.offset).count { $0 == 0x0A } + 1
      throw Mistakes(problems: ["line \(line): \(error.message)"], count: 1)
    }
    guard let entries = value.arrayValue else {
      throw Mistakes(problems: ["line 1: expected an array of ranges"], count: 1)
    }
    var collector = Collector()
    for (index, entry) in entries.enumerated() {
      guard let offset = number(entry["offset"]), let length = number(entry["length"]) else {
        collector.reject("entry \(index + 1)", "expected `offset` and `length` in bytes")
        continue
      }
      collector.add(offset, length, "entry \(index + 1)")
    }
    return try collector.result()
  }

  private static func number(_ value: JSONValue?) -> UInt64? {
    if let text = value?.stringValue, !text.isEmpty { return decimal(Array(text.utf8)[...]) }
    return value?.intValue.flatMap { UInt64(exactly: $0) }
  }
}
