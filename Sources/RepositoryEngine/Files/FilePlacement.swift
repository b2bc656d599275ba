import Glibc

/// Puts one file into a folder, whole or not at all.
public enum FilePlacement {
  /// Writes a file of mode 0600 that belongs to its folder's owner and group, and syncs it to disk.
  ///
  /// Replaces a file of that name. No step of the way there may be a symbolic link: the volume's
  /// contents must not lead anywhere else.
  public static func place(_ bytes: [UInt8], at path: String) throws(RepositoryError) {
    let components = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    guard path.hasPrefix("/"), let name = components.last, !components.contains(Array("..".utf8))
    else { throw .invalidArgument("`\(path)` is no absolute path of a file") }
    do throws(SystemFailure) {
      var folder = try OpenFile([UInt8(ascii: "/")], in: nil, O_RDONLY | O_DIRECTORY)
      for component in components.dropLast() {
        folder = try OpenFile(component, in: folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      }
      try place(bytes, name, in: folder)
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }

  private static func place(
    _ bytes: [UInt8], _ name: [UInt8], in folder: OpenFile
  ) throws(SystemFailure) {
    let temporary = Array(".oadp-plan-\(UInt64.random(in: 0 ... .max))".utf8)
    let file = try OpenFile(
      temporary, in: folder, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    do throws(SystemFailure) {
      let owner = try folder.status()
      let status = try file.status()
      if status.st_uid != owner.st_uid || status.st_gid != owner.st_gid {
        guard fchown(file.number, owner.st_uid, owner.st_gid) == 0 else { throw SystemFailure() }
      }
      try file.write(bytes)
      guard fchmod(file.number, 0o600) == 0, fsync(file.number) == 0 else { throw SystemFailure() }
      let renamed = unsafe withCString(temporary) { old in
        unsafe withCString(name) { unsafe renameat(folder.number, old, folder.number, $0) }
      }
      guard renamed == 0, fsync(folder.number) == 0 else { throw SystemFailure() }
    } catch {
      _ = unsafe withCString(temporary) { unsafe unlinkat(folder.number, $0, 0) }
      throw error
    }
  }
}

extension OpenFile {
  func write(_ bytes: [UInt8]) throws(SystemFailure) {
    typealias Outcome = Result<Void, SystemFailure>
    try unsafe bytes.withUnsafeBytes { bytes in
      Outcome { () throws(SystemFailure) in try unsafe write(bytes, at: 0) }
    }.get()
  }
}
