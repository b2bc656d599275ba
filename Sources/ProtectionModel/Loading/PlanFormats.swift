import Diagnostics
import Documents
import Schemas

/// What the formats named in the schemas mean.
enum PlanFormats {
  static func checks(zones: TimeZoneLookup?) -> [String: FormatCheck] {
    [
      "oadp-duration": duration, "oadp-size": size, "oadp-cron": cron, "oadp-instant": instant,
      "oadp-percent": checkPercent, "oadp-regex": regex, "oadp-relative-path": relativePath,
      "oadp-name": name,
      "oadp-timezone": { text in timezone(text, zones: zones) },
    ]
  }

  private static func duration(_ text: String) -> FormatMistake? {
    guard Duration(planText: text) == nil else { return nil }
    return FormatMistake(
      .invalidDuration, "`\(text)` is no duration", hint: "write `90s`, `15m`, `1h` or `14d`")
  }

  private static func size(_ text: String) -> FormatMistake? {
    guard ByteSize(text) == nil else { return nil }
    return FormatMistake(.invalidValue, "`\(text)` is no size", hint: "write `512Mi` or `20Gi`")
  }

  private static func cron(_ text: String) -> FormatMistake? {
    do throws(CronError) {
      _ = try CronSchedule(text)
      return nil
    } catch {
      return FormatMistake(
        .invalidSchedule, error.message,
        hint: "minute, hour, day of month, month, day of week: `30 2 * * *`")
    }
  }

  private static func instant(_ text: String) -> FormatMistake? {
    guard Timestamp(text) == nil else { return nil }
    return FormatMistake(
      .invalidValue, "`\(text)` is no date and time", hint: "write `2026-11-22T01:30:00Z`")
  }

  static func percent(_ text: String) -> Double? {
    guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number)
    else { return nil }
    return number
  }

  private static func checkPercent(_ text: String) -> FormatMistake? {
    guard percent(text) == nil else { return nil }
    return FormatMistake(
      .invalidValue, "`\(text)` is no share of a whole", hint: "write `5%`; at most `100%`")
  }

  private static func regex(_ text: String) -> FormatMistake? {
    do throws(SchemaError) {
      _ = try Pattern(text)
      return nil
    } catch {
      return FormatMistake(.invalidValue, error.message)
    }
  }

  private static func relativePath(_ text: String) -> FormatMistake? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.contains("..") || parts.contains("") || parts.contains(".") else { return nil }
    return FormatMistake(
      .invalidValue, "`\(text)` is no path below a volume's root",
      hint: "write `pgdata/backup_label`: no `/` at the ends, no `..`")
  }

  /// A DNS label, as Kubernetes asks of names.
  private static func name(_ text: String) -> FormatMistake? {
    let isGood =
      !text.isEmpty && text.utf8.count <= 63 && !text.hasPrefix("-") && !text.hasSuffix("-")
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
    guard !isGood else { return nil }
    return FormatMistake(
      .invalidValue, "`\(text)` is no name",
      hint: "use up to 63 lower-case letters, digits and `-`")
  }

  private static func timezone(_ text: String, zones: TimeZoneLookup?) -> FormatMistake? {
    if text == "UTC" { return nil }
    if let zones { return zones(text) == nil ? unknownZone(text) : nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isWellFormed = parts.count > 1 && parts.allSatisfy { $0.first?.isLetter ?? false }
    return isWellFormed ? nil : unknownZone(text)
  }

  private static func unknownZone(_ text: String) -> FormatMistake {
    FormatMistake(
      .invalidTimezone, "`\(text)` is no time zone of the IANA database",
      hint: "write `UTC` or `Europe/Berlin`")
  }
}
