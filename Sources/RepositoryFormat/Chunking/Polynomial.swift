/// A polynomial over GF(2), its coefficients in the bits of an integer.
public struct Polynomial: Hashable, Sendable {
  /// The degree of every polynomial that restic chunks with.
  public static let chunkerDegree = 53

  public let bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  /// Of degree 53 with a constant term, from any 64 random bits; irreducible about once in 27.
  public init(randomBits bits: UInt64) {
    self.bits = bits & (1 << 54 - 1) | 1 << 53 | 1
  }

  /// -1 for zero.
  public var degree: Int { 63 - bits.leadingZeroBitCount }

  public static func % (left: Polynomial, right: Polynomial) -> Polynomial {
    precondition(right.bits != 0, "division by the zero polynomial")
    var bits = left.bits
    while bits != 0 {
      let excess = Polynomial(bits: bits).degree - right.degree
      if excess < 0 { break }
      bits ^= right.bits << UInt64(excess)
    }
    return Polynomial(bits: bits)
  }

  /// `self · other mod modulus`, for a modulus of degree 63 at most.
  func multiplied(by other: Polynomial, modulo modulus: Polynomial) -> Polynomial {
    var product: UInt64 = 0
    var shifted = (self % modulus).bits
    var factor = other.bits
    while factor != 0 {
      if factor & 1 != 0 { product ^= shifted }
      factor >>= 1
      shifted = (Polynomial(bits: shifted << 1) % modulus).bits
    }
    return Polynomial(bits: product) % modulus
  }

  static func greatestCommonDivisor(_ left: Polynomial, _ right: Polynomial) -> Polynomial {
    var (left, right) = (left, right)
    while right.bits != 0 { (left, right) = (right, left % right) }
    return left
  }

  /// Ben-Or: irreducible iff `x^(2^i) - x` shares no factor with it for `i` up to half its degree.
  public var isIrreducible: Bool {
    guard degree > 0, degree < 63 else { return false }
    let x = Polynomial(bits: 2)
    var power = x % self
    for _ in 0..<(degree / 2) {
      power = power.multiplied(by: power, modulo: self)
      let difference = Polynomial(bits: power.bits ^ (x % self).bits)
      guard Self.greatestCommonDivisor(self, difference).bits == 1 else { return false }
    }
    return true
  }
}
