import Glibc
import RepositoryFormat
import Synchronization

/// Makes nodes of what the file system says.
final class NodeReader: Sendable {
  private let users = Mutex<[UInt32: String]>([:])
  private let groups = Mutex<[UInt32: String]>([:])

  /// Everything but content, subtree, link target and extended attributes; `nil` for a socket,
  /// which restic does not keep either.
  func node(name: [UInt8], _ status: stat) -> TreeNode? {
    guard let kind = Self.kind(status.st_mode) else { return nil }
    var node = TreeNode(name: name, kind: kind)
    node.mode = FileMode(unix: status.st_mode)
    node.modified = FileTime(status.st_mtim)
    node.accessed = node.modified  // reading changes the real one, and with it every tree
    node.changed = FileTime(status.st_ctim)
    node.uid = status.st_uid
    node.gid = status.st_gid
    node.user = Self.name(status.st_uid, users, AccountNames.user)
    node.group = Self.name(status.st_gid, groups, AccountNames.group)
    node.inode = UInt64(status.st_ino)
    node.deviceID = UInt64(status.st_dev)
    switch kind {
    case .file, .symlink: node.links = UInt64(status.st_nlink)
    case .dev, .chardev:
      node.links = UInt64(status.st_nlink)
      node.device = UInt64(status.st_rdev)
    default: break
    }
    return node
  }

  private static func kind(_ mode: mode_t) -> TreeNode.Kind? {
    switch mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    case S_IFLNK: .symlink
    case S_IFBLK: .dev
    case S_IFCHR: .chardev
    case S_IFIFO: .fifo
    default: nil
    }
  }

  private static func name(
    _ id: UInt32, _ known: borrowing Mutex<[UInt32: String]>, _ find: (UInt32) -> String?
  ) -> String {
    known.withLock { known in
      if let name = known[id] { return name }
      let name = find(id) ?? ""
      known[id] = name
      return name
    }
  }

  /// Where a symbolic link points.
  static func linkTarget(
    _ name: [UInt8], in directory: OpenFile
  ) throws(SystemFailure) -> [UInt8] {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe withCString(name) {
      unsafe readlinkat(directory.number, $0, &target, target.count)
    }
    guard count >= 0 else { throw SystemFailure() }
    return target.prefix(count).map { UInt8(bitPattern: $0) }
  }
}

extension FileTime {
  init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanosecond: Int64(time.tv_nsec))
  }
}
