/// A schedule in cron's five fields: minute, hour, day of month, month, day of week.
///
/// Each field takes `*`, numbers, ranges `1-5`, steps `*/15` or `8-18/2`, lists of those, and names
/// for months and weekdays. As in cron, a day matches when either day field does, unless one of
/// them is `*`. Sunday is 0 and 7. `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` stand
/// for their usual fields.
public struct CronSchedule: Hashable, Sendable {
  /// As the user wrote it.
  public let text: String
  /// Bit *n* is set where the field allows *n*.
  let minutes: UInt64
  let hours: UInt64
  let daysOfMonth: UInt64
  let months: UInt64
  let weekdays: UInt64
  let isAnyDayOfMonth: Bool
  let isAnyWeekday: Bool

  /// - Throws: ``CronError`` naming the field that is wrong.
  public init(_ text: String) throws(CronError) {
    let expanded = Self.nicknames[text] ?? text
    let fields = expanded.split { $0 == " " || $0 == "\t" }
    guard fields.count == 5 else {
      throw CronError(message: "A cron schedule has 5 fields, not \(fields.count)")
    }
    self.text = text
    minutes = try CronField.minute.bits(of: fields[0])
    hours = try CronField.hour.bits(of: fields[1])
    daysOfMonth = try CronField.dayOfMonth.bits(of: fields[2])
    months = try CronField.month.bits(of: fields[3])
    let weekdays = try CronField.weekday.bits(of: fields[4])
    self.weekdays = (weekdays | weekdays >> 7) & 0x7F
    isAnyDayOfMonth = fields[2].hasPrefix("*")
    isAnyWeekday = fields[4].hasPrefix("*")
    guard hasAnyDay else {
      throw CronError(message: "No month has the days `\(fields[2])` of months `\(fields[3])`")
    }
  }

  /// Whether any date at all can match: `0 0 31 2 *` never does.
  private var hasAnyDay: Bool {
    if isAnyDayOfMonth || !isAnyWeekday { return true }
    return (1...12).contains { month in
      months & 1 << UInt64(month) != 0
        && daysOfMonth & ((1 << UInt64(Self.daysMax[month] + 1)) - 1) != 0
    }
  }

  private static let daysMax = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  private static let nicknames = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
  ]
}

/// Why a text is no cron schedule.
public struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String

  public init(message: String) { self.message = message }

  public var description: String { message }
}

/// One of the five fields: its range and the names for its numbers.
private struct CronField {
  let name: String
  let range: ClosedRange<Int>
  var words: [String] = []

  static let minute = CronField(name: "minute", range: 0...59)
  static let hour = CronField(name: "hour", range: 0...23)
  static let dayOfMonth = CronField(name: "day of month", range: 1...31)
  static let month = CronField(
    name: "month", range: 1...12,
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
  static let weekday = CronField(
    name: "day of week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

  func bits(of text: Substring) throws(CronError) -> UInt64 {
    var set: UInt64 = 0
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      set |= try bits(ofItem: item)
    }
    return set
  }

  private func bits(ofItem item: Substring) throws(CronError) -> UInt64 {
    let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let step = parts.count == 2 ? Int(parts[1]) : 1
    guard let step, step > 0, step <= range.upperBound else { throw failure(item) }
    var first = range.lowerBound
    var last = range.upperBound
    if parts[0] != "*" {
      let bounds = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      first = try number(bounds[0], in: item)
      if bounds.count == 2 {
        last = try number(bounds[1], in: item)
      } else if parts.count == 1 {
        last = first
      }
    }
    guard first <= last else { throw failure(item) }
    var set: UInt64 = 0
    for value in stride(from: first, through: last, by: step) { set |= 1 << UInt64(value) }
    return set
  }

  private func number(_ text: Substring, in item: Substring) throws(CronError) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(text),
      range.contains(number)
    {
      return number
    }
    guard let index = words.firstIndex(of: text.lowercased()) else { throw failure(item) }
    return index + (range.lowerBound == 1 ? 1 : 0)
  }

  private func failure(_ item: Substring) -> CronError {
    CronError(
      message: "`\(item)` is no \(name) from \(range.lowerBound) to \(range.upperBound)")
  }
}
