/// An instant on the wall clock: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Reaches from 1677 to 2262, which covers every date a cluster or a repository can honestly hold.
public struct Timestamp: Hashable, Sendable, Comparable {
  public var nanosecondsSinceEpoch: Int64

  public init(nanosecondsSinceEpoch: Int64) {
    self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
  }

  public init(secondsSinceEpoch seconds: Int64, nanoseconds: Int64 = 0) {
    nanosecondsSinceEpoch = seconds * 1_000_000_000 + nanoseconds
  }

  /// Whole seconds since the epoch, rounded down.
  public var secondsSinceEpoch: Int64 {
    nanosecondsSinceEpoch.flooredQuotient(by: 1_000_000_000)
  }

  /// The part below a second, `0..<1_000_000_000`.
  public var nanosecond: Int64 { nanosecondsSinceEpoch - secondsSinceEpoch * 1_000_000_000 }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
  }

  public static func + (left: Timestamp, right: Duration) -> Timestamp {
    Timestamp(nanosecondsSinceEpoch: left.nanosecondsSinceEpoch + right.wholeNanoseconds)
  }

  public static func - (left: Timestamp, right: Duration) -> Timestamp {
    Timestamp(nanosecondsSinceEpoch: left.nanosecondsSinceEpoch - right.wholeNanoseconds)
  }

  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .nanoseconds(left.nanosecondsSinceEpoch - right.nanosecondsSinceEpoch)
  }
}

extension Timestamp {
  /// A date and time of day in UTC, by the Gregorian calendar.
  public struct Civil: Hashable, Sendable {
    public var year: Int64
    /// `1...12`
    public var month: Int64
    /// `1...31`
    public var day: Int64
    public var hour: Int64
    public var minute: Int64
    public var second: Int64

    public init(
      year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0
    ) {
      self.year = year
      self.month = month
      self.day = day
      self.hour = hour
      self.minute = minute
      self.second = second
    }
  }

  public var civil: Civil {
    let days = secondsSinceEpoch.flooredQuotient(by: 86_400)
    let secondOfDay = secondsSinceEpoch - days * 86_400
    let date = Self.date(daysSinceEpoch: days)
    return Civil(
      year: date.year, month: date.month, day: date.day,
      hour: secondOfDay / 3600, minute: secondOfDay / 60 % 60, second: secondOfDay % 60)
  }

  public init(_ civil: Civil, nanosecond: Int64 = 0) {
    let days = Self.daysSinceEpoch(year: civil.year, month: civil.month, day: civil.day)
    self.init(
      secondsSinceEpoch: days * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second,
      nanoseconds: nanosecond)
  }

  /// `0` is Sunday.
  public var weekday: Int64 {
    let days = secondsSinceEpoch.flooredQuotient(by: 86_400)
    return days + 4 - (days + 4).flooredQuotient(by: 7) * 7
  }

  // Both directions shift the year to begin in March, so that the leap day comes last
  // (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = year.flooredQuotient(by: 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func date(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC, with as many digits of the second's fraction as it needs:
  /// `2026-11-22T02:00:11.402Z`.
  public var description: String {
    guard nanosecond > 0 else { return rounded }
    var fraction = nanosecond
    var digits = 9
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    return text { bytes in
      bytes.append(UInt8(ascii: "."))
      bytes.append(fraction, digits: digits)
    }
  }

  /// RFC 3339 in UTC with exactly six digits of fraction, as Kubernetes writes a `MicroTime`.
  public var microTime: String {
    text { bytes in
      bytes.append(UInt8(ascii: "."))
      bytes.append(nanosecond / 1000, digits: 6)
    }
  }

  /// Without any fraction, as Kubernetes writes a `Time`: `2026-11-22T02:00:11Z`.
  public var rounded: String { text { _ in } }

  /// For names: `20261122T020011Z`.
  public var compact: String {
    text { bytes in
      bytes.removeAll { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
    }
  }

  /// Date and time to the second, changed by `finish`, and the `Z` of UTC.
  private func text(_ finish: (inout [UInt8]) -> Void) -> String {
    let civil = civil
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    bytes.append(civil.year, digits: 4)
    for (mark, number) in [
      ("-", civil.month), ("-", civil.day), ("T", civil.hour), (":", civil.minute),
      (":", civil.second),
    ] as [(Unicode.Scalar, Int64)] {
      bytes.append(UInt8(ascii: mark))
      bytes.append(number, digits: 2)
    }
    finish(&bytes)
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads RFC 3339 with any offset and up to nine digits of fraction; more digits are cut.
  ///
  /// - Returns: `nil` where `text` is no such date, or lies outside of 1678..2261.
  public init?(_ text: String) {
    var reader = TimestampReader(bytes: Array(text.utf8))
    guard let timestamp = reader.timestamp() else { return nil }
    self = timestamp
  }
}

extension [UInt8] {
  /// Appends the last digits of a number that is not negative.
  fileprivate mutating func append(_ number: Int64, digits: Int) {
    append(contentsOf: repeatElement(0x30, count: digits))
    var (rest, index) = (number, endIndex - 1)
    while rest > 0, index >= endIndex - digits {
      self[index] = 0x30 + UInt8(rest % 10)
      rest /= 10
      index -= 1
    }
  }
}

private struct TimestampReader {
  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Takes the next byte where it is one of the text's.
  mutating func take(_ choices: String) -> UInt8? {
    guard offset < bytes.count else { return nil }
    let byte = bytes[offset]
    guard choices.utf8.contains(byte) else { return nil }
    offset += 1
    return byte
  }

  mutating func number(digits: Int, in range: ClosedRange<Int64>) -> Int64? {
    guard offset + digits <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[offset..<offset + digits] {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    offset += digits
    return range.contains(value) ? value : nil
  }

  mutating func timestamp() -> Timestamp? {
    guard let year = number(digits: 4, in: 1678...2261), take("-") != nil,
      let month = number(digits: 2, in: 1...12), take("-") != nil,
      let day = number(digits: 2, in: 1...31), take("Tt ") != nil,
      let hour = number(digits: 2, in: 0...23), take(":") != nil,
      let minute = number(digits: 2, in: 0...59), take(":") != nil,
      let second = number(digits: 2, in: 0...60)
    else { return nil }
    guard let nanosecond = fraction(), let offsetSeconds = zone(), offset == bytes.count else {
      return nil
    }
    let civil = Timestamp.Civil(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    let timestamp = Timestamp(civil, nanosecond: nanosecond)
    guard Timestamp(Timestamp.Civil(year: year, month: month, day: day)).civil.day == day else {
      return nil  // the 31st of a shorter month
    }
    return timestamp - .seconds(offsetSeconds)
  }

  mutating func fraction() -> Int64? {
    guard take(".") != nil else { return 0 }
    var value: Int64 = 0
    var digits = 0
    while let digit = number(digits: 1, in: 0...9) {
      if digits < 9 { value = value * 10 + digit }
      digits += 1
    }
    guard digits > 0 else { return nil }
    for _ in min(digits, 9)..<9 { value *= 10 }
    return value
  }

  mutating func zone() -> Int64? {
    if take("Zz") != nil { return 0 }
    guard let sign = take("+-"), let hours = number(digits: 2, in: 0...23),
      take(":") != nil, let minutes = number(digits: 2, in: 0...59)
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension Duration {
  /// Nanoseconds, the part below one cut off.
  var wholeNanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
