public import Documents

/// A file's time stamp as file systems hold it: further reaching than ``Timestamp``.
public struct FileTime: Hashable, Sendable, CustomStringConvertible {
  public var seconds: Int64
  /// `0..<1_000_000_000`
  public var nanosecond: Int64

  public init(seconds: Int64, nanosecond: Int64 = 0) {
    self.seconds = seconds
    self.nanosecond = nanosecond
  }

  public init(_ timestamp: Timestamp) {
    self.init(seconds: timestamp.secondsSinceEpoch, nanosecond: timestamp.nanosecond)
  }

  /// The same instant, moved into what a ``Timestamp`` can hold where it lies outside.
  public var timestamp: Timestamp {
    let reach = Int64.max / 1_000_000_000 - 1
    let seconds = min(max(seconds, -reach), reach)
    return Timestamp(secondsSinceEpoch: seconds, nanoseconds: nanosecond)
  }

  // The first and last second that restic writes: years 0 to 9999.
  private static let secondsMin: Int64 = -62_167_219_200
  private static let secondsMax: Int64 = 253_402_300_799

  /// RFC 3339 in UTC, the fraction without trailing zeros; years outside of 0...9999 are clamped.
  public var description: String {
    let seconds = min(max(seconds, Self.secondsMin), Self.secondsMax)
    var days = seconds / 86_400
    var second = seconds % 86_400
    if second < 0 {
      second += 86_400
      days -= 1
    }
    let (year, month, day) = Self.date(days: days)
    var text = Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2)
    text += "T" + Self.padded(second / 3600, 2) + ":" + Self.padded(second / 60 % 60, 2)
    text += ":" + Self.padded(second % 60, 2)
    guard nanosecond > 0 else { return text + "Z" }
    var fraction = Self.padded(nanosecond, 9)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return text + "." + fraction + "Z"
  }

  private static func padded(_ value: Int64, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  // Years begin in March here, so that the leap day comes last.
  private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * marchMonth + 2) / 5 + 1
    )
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension FileTime {
  /// Reads RFC 3339 with any offset and up to nine digits of fraction.
  ///
  /// - Returns: `nil` where the text is no such date.
  public init?(_ text: [UInt8]) {
    var offset = 0
    func digits(_ count: Int) -> Int64? {
      guard offset + count <= text.count else { return nil }
      var value: Int64 = 0
      for byte in text[offset..<offset + count] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      offset += count
      return value
    }
    func take(_ character: Unicode.Scalar) -> Bool {
      guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
      offset += 1
      return true
    }
    guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
      take("T"), let hour = digits(2), take(":"), let minute = digits(2), take(":"),
      let second = digits(2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var nanosecond: Int64 = 0
    if take(".") {
      var count = 0
      while count < 9, let digit = digits(1) {
        nanosecond = nanosecond * 10 + digit
        count += 1
      }
      guard count > 0 else { return nil }
      for _ in count..<9 { nanosecond *= 10 }
    }
    var zone: Int64 = 0
    if !take("Z") {
      let sign: Int64 = take("-") ? -1 : 1
      guard sign < 0 || take("+"), let hours = digits(2), take(":"), let minutes = digits(2) else {
        return nil
      }
      zone = sign * (hours * 3600 + minutes * 60)
    }
    guard offset == text.count else { return nil }
    let days = Self.days(year: year, month: month, day: day)
    self.init(
      seconds: days * 86_400 + hour * 3600 + minute * 60 + second - zone, nanosecond: nanosecond)
  }
}
