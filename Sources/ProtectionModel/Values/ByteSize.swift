/// A number of bytes, as Kubernetes spells quantities of storage: `20Gi`, `512Mi`, `1.5Ti`, `10G`.
public struct ByteSize: Hashable, Sendable, Comparable {
  public var bytes: Int64

  public init(bytes: Int64) { self.bytes = bytes }

  /// - Returns: `nil` where `text` is no size, or eight exbibytes or more. A fraction of a byte is
  ///   rounded up, as Kubernetes does.
  public init?(_ text: some StringProtocol) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(number.count)
    guard let unit = Self.units.first(where: { $0.name == suffix || $0.name + "B" == suffix }),
      !number.hasPrefix("."), !number.hasSuffix(".")
    else { return nil }
    if let whole = Int64(number) {
      let (bytes, overflow) = whole.multipliedReportingOverflow(by: unit.bytes)
      guard !overflow else { return nil }
      self.bytes = bytes
    } else {
      guard let fraction = Double(number) else { return nil }
      let exact = (fraction * Double(unit.bytes)).rounded(.up)
      guard exact < 9.2e18 else { return nil }
      bytes = Int64(exact)
    }
  }

  public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }

  private static let units: [(name: String, bytes: Int64)] = [
    ("Ei", 1 << 60), ("Pi", 1 << 50), ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20),
    ("Ki", 1 << 10), ("", 1), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000),
    ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
  ]
}

extension ByteSize: CustomStringConvertible {
  /// In the largest binary unit that divides it: `20Gi`, `1536Mi`, `1000`.
  public var description: String {
    guard bytes > 0 else { return String(bytes) }
    for unit in Self.units where unit.bytes <= bytes && bytes % unit.bytes == 0 {
      return "\(bytes / unit.bytes)\(unit.name)"
    }
    return String(bytes)
  }
}
