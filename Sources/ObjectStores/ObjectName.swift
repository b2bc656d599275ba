/// The kinds of objects a restic repository consists of.
public enum ObjectKind: String, Hashable, Sendable, CaseIterable {
  case config
  case key = "keys"
  case lock = "locks"
  case snapshot = "snapshots"
  case index
  case pack = "data"
}

/// What an object is called: its kind, and for all but the config the digest of its bytes in 64
/// lower-case hexadecimal digits.
public struct ObjectName: Hashable, Sendable, CustomStringConvertible {
  public let kind: ObjectKind
  /// Empty for the config.
  public let digest: String

  public static let config = ObjectName(kind: .config, digest: "")

  private init(kind: ObjectKind, digest: String) {
    self.kind = kind
    self.digest = digest
  }

  /// - Returns: `nil` for a name that no repository gives: stores pass over such files.
  public init?(_ kind: ObjectKind, digest: String) {
    guard kind != .config, digest.utf8.count == 64, digest.utf8.allSatisfy(Self.isHexDigit) else {
      return nil
    }
    self.init(kind: kind, digest: digest)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  public var description: String {
    kind == .config ? kind.rawValue : "\(kind.rawValue)/\(digest)"
  }
}

/// An object as a listing shows it.
public struct ObjectEntry: Hashable, Sendable {
  public var name: ObjectName
  public var bytes: Int

  public init(name: ObjectName, bytes: Int) {
    self.name = name
    self.bytes = bytes
  }
}
