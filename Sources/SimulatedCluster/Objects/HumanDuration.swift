import Documents

/// Ages in tables, as `kubectl` users know them: `42s`, `5m10s`, `3h`, `12d`.
enum HumanDuration {
  static func text(since start: Timestamp?, at now: Timestamp) -> String {
    guard let start else { return "<unknown>" }
    return text(seconds: now.secondsSinceEpoch - start.secondsSinceEpoch)
  }

  static func text(seconds: Int64) -> String {
    if seconds < -1 { return "<invalid>" }
    if seconds <= 0 { return "0s" }
    if seconds < 120 { return "\(seconds)s" }
    let minutes = seconds / 60
    if minutes < 10 { return joined(minutes, "m", seconds % 60, "s") }
    if minutes < 180 { return "\(minutes)m" }
    let hours = minutes / 60
    if hours < 8 { return joined(hours, "h", minutes % 60, "m") }
    if hours < 48 { return "\(hours)h" }
    let days = hours / 24
    if hours < 192 { return joined(days, "d", hours % 24, "h") }
    if days < 730 { return "\(days)d" }
    let years = days / 365
    return years < 8 ? joined(years, "y", days % 365, "d") : "\(years)y"
  }

  private static func joined(
    _ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String
  ) -> String {
    small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
  }
}
