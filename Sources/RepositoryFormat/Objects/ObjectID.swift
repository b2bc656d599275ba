/// The SHA-256 that names an object: of a file's stored bytes, or of a blob's plain ones.
public struct ObjectID: Hashable, Sendable {
  // Four words instead of an array: a repository holds millions of these.
  private var first: UInt64
  private var second: UInt64
  private var third: UInt64
  private var fourth: UInt64

  public static let byteCount = 32

  public static let zero = ObjectID(words: (0, 0, 0, 0))

  private init(words: (UInt64, UInt64, UInt64, UInt64)) {
    (first, second, third, fourth) = words
  }

  /// - Returns: `nil` unless there are exactly 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words: [UInt64] = [0, 0, 0, 0]
    for (index, byte) in bytes.enumerated() {
      words[index / 8] = words[index / 8] << 8 | UInt64(byte)
    }
    self.init(words: (words[0], words[1], words[2], words[3]))
  }

  /// The four words are the id's bytes, most significant first.
  public init(bigEndianWords first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
    self.init(words: (first, second, third, fourth))
  }

  /// - Returns: `nil` unless the text is 64 lower-case hexadecimal digits.
  public init?(hex: some Collection<UInt8>) {
    guard hex.count == 2 * Self.byteCount else { return nil }
    var words: [UInt64] = [0, 0, 0, 0]
    for (index, character) in hex.enumerated() {
      guard let digit = Self.digit(character) else { return nil }
      words[index / 16] = words[index / 16] << 4 | digit
    }
    self.init(words: (words[0], words[1], words[2], words[3]))
  }

  public init?(_ text: String) { self.init(hex: Array(text.utf8)) }

  private static func digit(_ character: UInt8) -> UInt64? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a") + 10)
    default: nil
    }
  }

  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    appendBytes(to: &bytes)
    return bytes
  }

  public func appendBytes(to bytes: inout [UInt8]) {
    for word in [first, second, third, fourth] {
      for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
  }

  /// Appends 64 lower-case hexadecimal digits.
  public func appendHex(to text: inout [UInt8]) {
    func append(_ word: UInt64) {
      for shift in stride(from: 60 as UInt64, through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: word >> shift & 15)
        text.append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
      }
    }
    append(first)
    append(second)
    append(third)
    append(fourth)
  }

  /// As restic shortens ids for people.
  public var short: String { String(description.prefix(8)) }

  /// A hash of all 256 bits, best in its upper ones. Under factors that nobody knows beforehand,
  /// nobody can prepare ids that collide.
  public func mixed(by factors: Factors) -> UInt64 {
    first &* factors.first &+ second &* factors.second &+ third &* factors.third
      &+ fourth &* factors.fourth
  }

  /// Four odd numbers.
  public struct Factors: Hashable, Sendable {
    fileprivate let first: UInt64
    fileprivate let second: UInt64
    fileprivate let third: UInt64
    fileprivate let fourth: UInt64

    public init(_ words: (UInt64, UInt64, UInt64, UInt64)) {
      (first, second, third, fourth) = (words.0 | 1, words.1 | 1, words.2 | 1, words.3 | 1)
    }
  }

  /// Ids are digests already: one word of them is hash enough.
  public func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

extension ObjectID: Comparable, CustomStringConvertible {
  public static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.first, left.second, left.third, left.fourth)
      < (right.first, right.second, right.third, right.fourth)
  }

  public var description: String {
    var text: [UInt8] = []
    appendHex(to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
