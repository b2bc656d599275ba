import Documents

/// Numbers as people read them.
enum HumanText {
  /// `41m`, `1h30m`, `12d`: the two largest units, the second left out where it is nothing.
  static func age(seconds: Int) -> String {
    let units = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    guard let first = units.firstIndex(where: { abs(seconds) >= $0.1 }) else { return "0s" }
    let whole = abs(seconds) / units[first].1
    let rest = abs(seconds) % units[first].1
    var text = (seconds < 0 ? "-" : "") + "\(whole)\(units[first].0)"
    // A fortnight needs no hours.
    if first + 1 < units.count, first > 0 || whole < 10, rest >= units[first + 1].1 {
      text += "\(rest / units[first + 1].1)\(units[first + 1].0)"
    }
    return text
  }

  /// `40 GiB`, `1.9 GiB`, `512 MiB`
  static func bytes(_ bytes: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var unit = 0
    var scale: Int64 = 1
    while unit + 1 < units.count, bytes / scale >= 1024 {
      scale *= 1024
      unit += 1
    }
    let tenths = (bytes / scale) * 10 + (bytes % scale) * 10 / scale
    let isExact = tenths % 10 == 0 || tenths >= 1000
    return isExact
      ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  /// `1 point`, `2 points`
  static func count(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
  }

  /// `a, b and c`
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Duration {
  /// Whole seconds, rounded towards zero.
  var wholeSeconds: Int { Int(components.seconds) }
}
