import CLinux
import Glibc
import RepositoryFormat
import Synchronization

/// The folder that receives a restore. Everything is opened step by step from the folder itself,
/// and no step follows a symbolic link: nothing can come to lie outside.
final class RestoreTarget: Sendable {
  /// How many directories are kept open for the next file.
  private static let openMax = 256

  let root: OpenFile
  let path: String
  /// The device or image that receives the only file of a restore.
  let fixed: OpenFile?
  let isDevice: Bool
  /// Whether what is in `fixed` is compared; it is empty otherwise.
  let isKept: Bool
  private let directories: [RestorePlan.Directory]
  private let opened = Mutex<[Int: OpenFile]>([:])

  init(path: String, directories: [RestorePlan.Directory]) throws(RepositoryError) {
    self.path = path
    self.directories = directories
    (fixed, isDevice, isKept) = (nil, false, false)
    do throws(SystemFailure) {
      if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemFailure() }
      root = try OpenFile(Array(path.utf8), in: nil, O_RDONLY | O_DIRECTORY)
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }

  /// A device, or an image file that is made where there is none.
  init(block path: String, size: Int, mode: RestoreRequest.Mode) throws(RepositoryError) {
    self.path = path
    directories = []
    do throws(SystemFailure) {
      let isNew: Bool
      (root, isNew) = try Self.open(block: path)
      let status = try root.status()
      isDevice = status.st_mode & S_IFMT == S_IFBLK
      guard isDevice || status.st_mode & S_IFMT == S_IFREG else {
        throw SystemFailure(code: ENOTBLK)
      }
      isKept = isDevice || !isNew && mode == .inPlace
      if isDevice, try root.deviceSize() < size { throw SystemFailure(code: ENOSPC) }
      if !isNew, !isDevice {
        guard mode != .fresh else { throw SystemFailure(code: EEXIST) }
        if mode == .overwrite, ftruncate(root.number, 0) != 0 { throw SystemFailure() }
      }
      fixed = root
    } catch {
      if error.code == EEXIST { throw .alreadyExists("`\(path)`") }
      throw .file(path: path, reason: error.description)
    }
  }

  private static func open(block path: String) throws(SystemFailure) -> (OpenFile, isNew: Bool) {
    let name = Array(path.utf8)
    do {
      // O_EXCL alone: a device that is mounted or otherwise in use is refused.
      return (try OpenFile(name, in: nil, O_RDWR | O_EXCL | O_NONBLOCK), false)
    } catch {
      guard error.code == ENOENT else { throw error }
      return (try OpenFile(name, in: nil, O_RDWR | O_CREAT | O_EXCL, mode: 0o600), true)
    }
  }

  /// Opens a file of the plan that is there, without following a link.
  ///
  /// - Parameter inode: What it must be; another one fails with `ESTALE`.
  func open(
    _ file: RestorePlan.File, _ flags: Int32, inode: ino_t?
  ) throws(SystemFailure) -> OpenFile {
    if let fixed { return fixed }
    let directory = try directory(file.directory)
    // Without O_NONBLOCK a pipe put in the file's place would keep us waiting.
    let open = try OpenFile(file.node.name, in: directory, flags | O_NOFOLLOW | O_NONBLOCK)
    if let inode {
      let status = try open.status()
      guard status.st_ino == inode, status.st_mode & S_IFMT == S_IFREG else {
        throw SystemFailure(code: ESTALE)
      }
    }
    return open
  }

  func directory(_ number: Int) throws(SystemFailure) -> OpenFile {
    guard number >= 0 else { return root }
    if let file = opened.withLock({ $0[number] }) { return file }
    let parent = try directory(directories[number].parent)
    let name = directories[number].node.name
    let file = try OpenFile(name, in: parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    opened.withLock { opened in
      if opened.count >= Self.openMax { opened = [:] }
      opened[number] = file
    }
    return file
  }

  /// For messages.
  func path(of name: [UInt8], in directory: Int) -> String {
    var components = [String(decoding: name, as: UTF8.self)]
    var number = directory
    while number >= 0 {
      components.append(directories[number].node.displayName)
      number = directories[number].parent
    }
    return ([path] + components.reversed()).joined(separator: "/")
  }

  /// Makes all directories.
  ///
  /// - Parameter replaces: Whether something else of a directory's name is removed.
  func makeDirectories(replaces: Bool) throws(RepositoryError) {
    for number in directories.indices {
      do throws(SystemFailure) { try makeDirectory(number, replaces: replaces) } catch {
        let (parent, name) = (directories[number].parent, directories[number].node.name)
        throw .file(path: path(of: name, in: parent), reason: error.description)
      }
    }
  }

  /// Makes a directory, or takes over one that is there.
  private func makeDirectory(_ number: Int, replaces: Bool) throws(SystemFailure) {
    let parent = try directory(directories[number].parent)
    let name = directories[number].node.name
    func make() -> Int32 { unsafe withCString(name) { unsafe mkdirat(parent.number, $0, 0o700) } }
    guard make() != 0 else { return }
    let failure = SystemFailure()
    guard failure.code == EEXIST else { throw failure }
    if replaces {
      let mode = try parent.status(of: name).st_mode
      if mode & S_IFMT != S_IFDIR {
        try parent.removeAll(name)
        guard make() == 0 else { throw SystemFailure() }
      } else if mode & S_IRWXU != S_IRWXU {
        // Who is not root could not work in it; its own mode comes last.
        _ = unsafe withCString(name) {
          unsafe fchmodat(parent.number, $0, mode & 0o7777 | S_IRWXU, AT_SYMLINK_NOFOLLOW)
        }
      }
    }
    _ = try directory(number)  // fails where it is something else
  }

  /// - Parameter isTree: Whether a directory of that name is removed as well.
  func remove(_ name: [UInt8], in directory: Int, isTree: Bool) throws(SystemFailure) {
    let parent = try self.directory(directory)
    if isTree { return try parent.removeAll(name) }
    guard unsafe withCString(name, { unsafe unlinkat(parent.number, $0, 0) }) != 0 else { return }
    let failure = SystemFailure()
    guard failure.code == ENOENT else { throw failure }
  }

  /// Writes everything to disk before the restore counts as done.
  func sync() throws(SystemFailure) {
    let status = fixed == nil ? syncfs(root.number) : fsync(root.number)
    guard status == 0 else { throw SystemFailure() }
  }
}
