import Documents

/// Gives out unique identifiers, the same ones for the same seed.
struct IdentifierSource: Sendable {
  private(set) var seed: UInt64
  private(set) var count: UInt64

  init(seed: UInt64, count: UInt64 = 0) {
    self.seed = seed
    self.count = count
  }

  /// SplitMix64 of the seed and a counter.
  private mutating func next() -> UInt64 {
    count += 1
    var value = seed &+ count &* 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A UUID of version 4.
  mutating func uid() -> String {
    let high = (next() & ~0xF000) | 0x4000
    let low = (next() & ~(0xC000 << 48)) | (0x8000 << 48)
    let digits = Self.hex(high) + Self.hex(low)
    var parts: [Substring] = []
    var rest = digits[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }

  /// Five characters as `generateName` appends them: no vowels, so no words.
  mutating func suffix() -> String {
    var value = next()
    let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    return String(
      (0..<5).map { _ in
        defer { value /= 27 }
        return alphabet[Int(value % 27)]
      })
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A short name for a value's content, as pod templates are hashed: stable, not secure.
func contentHash(_ value: JSONValue) -> String {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
  for byte in CanonicalJSON.bytes(value) {
    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }
  let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
  return String(
    (0..<9).map { _ in
      defer { hash /= 27 }
      return alphabet[Int(hash % 27)]
    })
}
