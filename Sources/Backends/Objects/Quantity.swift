/// Kubernetes quantities of bytes: `20Gi`, `500M`, `1073741824`, `1.5Gi`, `12e6`.
public enum Quantity {
  /// Units of 1024 in which a whole number of them is written.
  private static let binaryUnits: [(suffix: String, shift: Int64)] = [
    ("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10),
  ]
  private static let multipliers: [String: Double] = [
    "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "m": 1e-3, "u": 1e-6, "n": 1e-9,
    "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776,
    "Pi": 1_125_899_906_842_624, "Ei": 1_152_921_504_606_846_976,
  ]

  /// The number of bytes, rounded up; `nil` where `text` is no quantity or has no such size.
  public static func bytes(_ text: String) -> Int64? {
    let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let suffix = String(text.dropFirst(digits.count))
    if suffix.isEmpty, let whole = Int64(digits) { return whole }
    guard let number = Double(digits), let multiplier = multiplier(suffix) else { return nil }
    return Int64(exactly: (number * multiplier).rounded(.up))
  }

  /// The quantity as Kubernetes itself would write it: in the largest binary unit that leaves no
  /// fraction, else in bytes.
  static func text(_ bytes: Int64) -> String {
    for unit in binaryUnits where bytes != 0 && bytes & ((1 << unit.shift) - 1) == 0 {
      return "\(bytes >> unit.shift)\(unit.suffix)"
    }
    return String(bytes)
  }

  private static func multiplier(_ suffix: String) -> Double? {
    if suffix.isEmpty { return 1 }
    if let multiplier = multipliers[suffix] { return multiplier }
    guard let mark = suffix.first, "eE".contains(mark), let power = Int(suffix.dropFirst()),
      (0...18).contains(power)
    else { return nil }
    return (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}
