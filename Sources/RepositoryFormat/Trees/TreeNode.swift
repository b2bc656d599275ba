/// One entry of a directory: everything a backup keeps of a file but its bytes.
public struct TreeNode: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case file, symlink, dev, chardev, fifo, socket, irregular
    case directory = "dir"
  }

  public struct ExtendedAttribute: Hashable, Sendable {
    public var name: [UInt8]
    public var value: [UInt8]

    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// Any bytes but `/` and NUL; not necessarily UTF-8.
  public var name: [UInt8]
  public var kind: Kind
  public var mode = FileMode(rawValue: 0)
  public var modified = FileTime(seconds: 0)
  public var accessed = FileTime(seconds: 0)
  public var changed = FileTime(seconds: 0)
  public var uid: UInt32 = 0
  public var gid: UInt32 = 0
  public var user = ""
  public var group = ""
  public var inode: UInt64 = 0
  public var deviceID: UInt64 = 0
  /// Bytes of a file; zero for everything else.
  public var size: UInt64 = 0
  public var links: UInt64 = 0
  public var linkTarget: [UInt8] = []
  /// In the order the system lists them.
  public var extendedAttributes: [ExtendedAttribute] = []
  /// `st_rdev` of a device file.
  public var device: UInt64 = 0
  /// The data blobs of a file, in order.
  public var content: [ObjectID] = []
  /// The tree blob of a directory.
  public var subtree: ObjectID?

  public init(name: [UInt8], kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The name for people: bytes that are not UTF-8 become U+FFFD.
  public var displayName: String { String(decoding: name, as: UTF8.self) }

  /// Whether the name may be created inside a directory without leading anywhere else.
  public var hasSafeName: Bool {
    !name.isEmpty && name.count <= 255 && name != [UInt8(ascii: ".")]
      && name != [UInt8(ascii: "."), UInt8(ascii: ".")]
      && !name.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}

/// A directory's entries, as one blob holds them.
public struct Tree: Hashable, Sendable {
  /// Strictly ascending by the bytes of their names.
  public var nodes: [TreeNode]

  public init(nodes: [TreeNode]) { self.nodes = nodes }

  public func node(named name: [UInt8]) -> TreeNode? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle].name.lexicographicallyPrecedes(name) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < nodes.count && nodes[low].name == name ? nodes[low] : nil
  }
}
