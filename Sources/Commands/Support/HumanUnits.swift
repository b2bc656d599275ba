/// Sizes and durations as people read them.
enum HumanUnits {
  /// `512 B`, `1.9 GiB`
  static func bytes(_ count: Int64) -> String {
    var value = Double(count)
    var unit = "B"
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where value >= 1024 {
      value /= 1024
      unit = next
    }
    return unit == "B" ? "\(count) B" : "\(tenths(value)) \(unit)"
  }

  /// `0.4s`, `41s`, `1m52s`, `2h05m`
  static func duration(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    if seconds < 10 { return "\(tenths(seconds))s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
    return "\(whole / 3600)h\(two(whole / 60 % 60))m"
  }

  /// `3.1`
  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
