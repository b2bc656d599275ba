/// Reads quantities as Kubernetes writes them: `10Gi`, `1.5G`, `250m`, `1e3`.
enum Quantity {
  /// In thousandths; `nil` where `text` is no quantity.
  static func milli(_ text: String) -> Int64? {
    let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    guard !number.isEmpty, let scale = scale(text[number.endIndex...]) else { return nil }
    if let whole = Int64(number), scale >= 1 {
      let (product, overflow) = whole.multipliedReportingOverflow(by: Int64(scale) * 1000)
      return overflow ? Int64.max : product
    }
    guard let value = Double(number) else { return nil }
    let scaled = (value * scale * 1000).rounded(.up)
    return scaled < 9.2e18 ? Int64(scaled) : Int64.max
  }

  /// Rounded up to whole units.
  static func whole(_ text: String) -> Int64? {
    milli(text).map { $0 == Int64.max ? $0 : ($0 + 999) / 1000 }
  }

  private static func scale(_ suffix: Substring) -> Double? {
    switch suffix {
    case "": return 1
    case "n": return 1e-9
    case "u": return 1e-6
    case "m": return 1e-3
    case "k": return 1e3
    case "M": return 1e6
    case "G": return 1e9
    case "T": return 1e12
    case "P": return 1e15
    case "Ki": return 1024
    case "Mi": return 1_048_576
    case "Gi": return 1_073_741_824
    case "Ti": return 1_099_511_627_776
    case "Pi": return 1_125_899_906_842_624
    default: break
    }
    guard suffix.first == "e" || suffix.first == "E", let power = Int(suffix.dropFirst()),
      abs(power) < 18
    else { return suffix == "E" ? 1e18 : suffix == "Ei" ? 1_152_921_504_606_846_976 : nil }
    var scale = 1.0
    for _ in 0..<abs(power) { scale = power < 0 ? scale / 10 : scale * 10 }
    return scale
  }

  /// A number of bytes in the largest binary unit that leaves no fraction.
  static func text(bytes: Int64) -> String {
    let units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"]
    var value = bytes
    var unit = 0
    while value != 0, value % 1024 == 0, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(value)\(units[unit])"
  }
}
