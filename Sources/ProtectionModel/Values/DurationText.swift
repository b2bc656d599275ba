extension Duration {
  /// Reads a duration as plan files spell it: `90s`, `15m`, `1h`, `14d`, `2w`, or several of them
  /// from large to small, `1h30m`; `500ms` too.
  ///
  /// - Returns: `nil` where `text` is none, or longer than a hundred years.
  public init?(planText text: some StringProtocol) {
    var rest = Substring(text)
    var unitsLeft = Self.units[...]
    var milliseconds: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let count = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let suffix = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(suffix.count)
      guard let index = unitsLeft.firstIndex(where: { $0.name == suffix }) else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: unitsLeft[index].milliseconds)
      guard !overflow, product <= Self.millisecondsMax else { return nil }
      milliseconds += product
      unitsLeft = unitsLeft[(index + 1)...]
    }
    guard milliseconds <= Self.millisecondsMax else { return nil }
    self = .milliseconds(milliseconds)
  }

  /// As plan files spell it, largest units first: `1h30m`. What is below a millisecond is left out.
  public var planText: String {
    let (seconds, attoseconds) = components
    var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard rest != 0 else { return "0s" }
    var text = rest < 0 ? "-" : ""
    rest = abs(rest)
    for unit in Self.units where unit.name != "w" && rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text
  }

  private static let millisecondsMax: Int64 = 36_525 * 86_400_000

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ("ms", 1),
  ]
}
