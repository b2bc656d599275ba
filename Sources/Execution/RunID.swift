public import Documents

/// Names one run: `20261122T020007Z-5f3a09c1`. Sorts by the time the run began.
public struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: String

  /// A new name; two runs that begin within one second differ in their random part.
  public init(at instant: Timestamp, using random: inout some RandomNumberGenerator) {
    let digits = String(UInt32.random(in: .min ... .max, using: &random), radix: 16)
    rawValue = instant.compact + "-" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Reads a name back; `nil` where `text` is none. What passes is safe as a file name.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 16, parts[1].utf8.count == 8,
      parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x54 || $0 == 0x5A }),
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    rawValue = text
  }

  public static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }

  public var description: String { rawValue }
}
