import CLinux
import Glibc

/// Copies a directory with everything that makes it what it is: owners, modes, times, extended
/// attributes, hard links, symbolic links, holes. Blocks shared with the original where the
/// filesystem can do that.
///
/// The original may change meanwhile. Each file is copied as it is found when its turn comes; one
/// that has vanished by then is left out. That is no picture of one instant: whatever must hold
/// between two files has to be held by their writer, as PostgreSQL does between `pg_backup_start`
/// and `pg_backup_stop`.
struct TreeCopier {
  private struct Identity: Hashable { var device: dev_t, number: ino_t }

  /// Apparent bytes of all regular files copied so far.
  private(set) var bytes: Int64 = 0
  private var linked: [Identity: String] = [:]
  private var canClone = true
  private let ownsFiles = geteuid() == 0

  /// Copies what lies at `from` to `to`, where nothing is yet.
  mutating func copy(_ from: String, to target: String) throws(SystemError) {
    guard let status = Files.status(from) else {
      if errno == ENOENT { return }
      throw SystemError("stat \(from)")
    }
    let identity = Identity(device: status.st_dev, number: status.st_ino)
    let kind = Files.Kind(mode: status.st_mode)
    if kind != .directory, status.st_nlink > 1 {
      if let first = linked[identity] {
        guard unsafe link(first, target) == 0 else { throw SystemError("link \(target)") }
        return
      }
      linked[identity] = target
    }
    do {
      try copyContent(of: kind, from, to: target, status)
      try copyAttributes(from, to: target, status, kind)
    } catch {
      guard error.code == ENOENT, !Files.exists(from) else { throw error }
      linked[identity] = nil
      try Files.removeTree(target)  // it vanished under the copy
    }
  }

  private mutating func copyContent(
    of kind: Files.Kind, _ from: String, to target: String, _ status: stat
  ) throws(SystemError) {
    switch kind {
    case .directory:
      let names = try Files.names(in: from)
      guard unsafe mkdir(target, 0o700) == 0 else { throw SystemError("mkdir \(target)") }
      for name in names { try copy("\(from)/\(name)", to: "\(target)/\(name)") }
    case .link:
      try Files.makeLink(target, to: try Files.destination(ofLink: from))
    case .file: try copyFile(from, to: target)
    case .other where status.st_mode & S_IFMT == S_IFIFO || ownsFiles:
      if status.st_mode & S_IFMT == S_IFSOCK { return }  // means nothing without its listener
      guard unsafe mknod(target, status.st_mode, status.st_rdev) == 0 else {
        throw SystemError("mknod \(target)")
      }
    case .other: return
    }
  }

  private mutating func copyFile(_ from: String, to target: String) throws(SystemError) {
    let source = try Descriptor.open(from, O_RDONLY | O_NOFOLLOW)
    let copy = try Descriptor.open(target, O_WRONLY | O_CREAT | O_EXCL)
    let size = lseek(source.number, 0, SEEK_END)
    bytes += Int64(size)
    if canClone {
      if ioctl(copy.number, UInt(linux_ficlone), source.number) == 0 { return }
      canClone = false  // another filesystem, or one that does not share blocks
    }
    try copyData(from: source, to: copy, size: size)
    guard ftruncate(copy.number, size) == 0 else { throw SystemError("truncate \(target)") }
  }

  /// Copies what is not a hole, up to a size.
  private func copyData(
    from source: Descriptor, to copy: Descriptor, size: off_t
  ) throws(SystemError) {
    var offset: off_t = 0
    while offset < size {
      var start = lseek(source.number, offset, Int32(linux_seek_data))
      if start < 0 {
        if errno == ENXIO { return }  // nothing but a hole follows
        start = offset
      }
      var end = lseek(source.number, start, Int32(linux_seek_hole))
      if end < 0 || end > size { end = size }
      guard start < end else { return }
      try copyRange(from: source, to: copy, start..<end)
      offset = end
    }
  }

  private func copyRange(
    from source: Descriptor, to copy: Descriptor, _ range: Range<off_t>
  ) throws(SystemError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = min(buffer.count, Int(range.upperBound - offset))
      // Safety: `wanted` is at most the buffer's length, and `count` at most `wanted`.
      let count = unsafe pread(source.number, &buffer, wanted, offset)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("read") }
      if count == 0 { return }  // cut shorter meanwhile
      var written = 0
      while written < count {
        let step = unsafe buffer.withUnsafeBytes {
          unsafe pwrite(
            copy.number, $0.baseAddress! + written, count - written, offset + off_t(written))
        }
        if step < 0, errno == EINTR { continue }
        guard step >= 0 else { throw SystemError("write") }
        written += step
      }
      offset += off_t(count)
    }
  }

  private func copyAttributes(
    _ from: String, to target: String, _ status: stat, _ kind: Files.Kind
  ) throws(SystemError) {
    guard Files.exists(target) else { return }
    if ownsFiles {
      guard unsafe lchown(target, status.st_uid, status.st_gid) == 0 else {
        throw SystemError("chown \(target)")
      }
    }
    if kind != .link { try Files.setMode(target, status.st_mode & 0o7777) }
    if kind == .file || kind == .directory { try copyExtendedAttributes(from, to: target) }
    let times = [status.st_atim, status.st_mtim]
    // Safety: the array has the two elements that utimensat reads.
    guard unsafe utimensat(AT_FDCWD, target, times, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw SystemError("utimensat \(target)")
    }
  }

  private func copyExtendedAttributes(_ from: String, to target: String) throws(SystemError) {
    var list = [CChar](repeating: 0, count: 1 << 16)
    // Safety: here and below, lengths are those of the arrays.
    let length = unsafe llistxattr(from, &list, list.count)
    guard length > 0 else { return }
    for name in list[..<length].split(separator: 0).map({ $0 + [0] }) {
      var value = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe lgetxattr(from, Array(name), &value, value.count)
      guard count >= 0 else { continue }
      let code = unsafe lsetxattr(target, Array(name), value, count, 0)
      // What only root may set stays behind where the server is not root.
      guard code == 0 || errno == EPERM || errno == ENOTSUP else {
        throw SystemError("setxattr \(target)")
      }
    }
  }
}
