/// Kubernetes quantities of bytes: `20Gi`, `500M`, `1073741824`, `1.5Gi`.
enum Quantity {
  private static let multipliers: [String: Double] = [
    "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "m": 1e-3,
    "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776,
    "Pi": 1_125_899_906_842_624, "Ei": 1_152_921_504_606_846_976,
  ]

  /// The number of bytes, rounded up; `nil` where `text` is no quantity or has no such size.
  static func bytes(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits),
      let multiplier = multipliers[String(text.dropFirst(digits.count))]
    else { return nil }
    return Int64(exactly: (number * multiplier).rounded(.up))
  }
}
