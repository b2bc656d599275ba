/// What a rolling Rabin fingerprint of a 64-byte window needs, for one polynomial.
///
/// With both tables one step is `digest = (digest << 8 ^ reduce[digest >> 45]) ^ leave[old] ^ new`:
/// the byte that leaves the window has been multiplied by x^512 by then.
public struct RabinTables: Sendable {
  /// Cancels the eight bits that a shift pushes past the degree.
  public let reduce: [UInt64]
  /// `byte · x^512 mod polynomial`
  public let leave: [UInt64]

  public init(_ polynomial: Polynomial) {
    precondition(
      polynomial.degree == Polynomial.chunkerDegree, "degree \(polynomial.degree) is not 53")
    let shift = UInt64(Polynomial.chunkerDegree)
    reduce = (0..<256 as Range<UInt64>).map { byte in
      (Polynomial(bits: byte << shift) % polynomial).bits | byte << shift
    }
    leave = (0..<256 as Range<UInt64>).map { byte in
      var value = Polynomial(bits: byte) % polynomial
      for _ in 0..<ChunkLimits.window { value = Polynomial(bits: value.bits << 8) % polynomial }
      return value.bits
    }
  }
}

/// The sizes that decide where restic cuts a file.
public enum ChunkLimits {
  public static let window = 64
  public static let lengthMin = 512 << 10
  public static let lengthMax = 8 << 20
  /// A cut is allowed where these bits of the digest are zero.
  public static let mask: UInt64 = 1 << 20 - 1
}
