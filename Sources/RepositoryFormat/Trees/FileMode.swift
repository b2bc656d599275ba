/// A file's type and permissions in the bits of Go's `os.FileMode`, which trees hold.
public struct FileMode: Hashable, Sendable {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  private static let directory: UInt32 = 1 << 31
  private static let symbolicLink: UInt32 = 1 << 27
  private static let device: UInt32 = 1 << 26
  private static let namedPipe: UInt32 = 1 << 25
  private static let socket: UInt32 = 1 << 24
  private static let characterDevice: UInt32 = 1 << 21

  // (Unix, Go)
  private static let permissionBits: [(unix: UInt32, go: UInt32)] = [
    (0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20),
  ]

  /// From `st_mode`.
  public init(unix mode: UInt32) {
    rawValue = mode & 0o777
    for (unix, go) in Self.permissionBits where mode & unix != 0 { rawValue |= go }
    switch mode & 0o170000 {
    case 0o040000: rawValue |= Self.directory
    case 0o120000: rawValue |= Self.symbolicLink
    case 0o060000: rawValue |= Self.device
    case 0o020000: rawValue |= Self.device | Self.characterDevice
    case 0o010000: rawValue |= Self.namedPipe
    case 0o140000: rawValue |= Self.socket
    default: break
    }
  }

  /// The twelve permission bits as `chmod` takes them.
  public var permissions: UInt32 {
    Self.permissionBits.reduce(rawValue & 0o777) { rawValue & $1.go != 0 ? $0 | $1.unix : $0 }
  }
}
