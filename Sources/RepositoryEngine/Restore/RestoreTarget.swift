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
  private let directories: [RestorePlan.Directory]
  private let opened = Mutex<[Int: OpenFile]>([:])

  init(path: String, directories: [RestorePlan.Directory]) throws(RepositoryError) {
    self.path = path
    self.directories = directories
    do throws(SystemFailure) {
      if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemFailure() }
      root = try OpenFile(Array(path.utf8), in: nil, O_RDONLY | O_DIRECTORY)
    } catch {
      throw .file(path: path, reason: error.description)
    }
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

  /// Makes a directory, or takes over one that is there.
  func makeDirectory(_ number: Int) throws(SystemFailure) {
    let parent = try directory(directories[number].parent)
    let status = unsafe withCString(directories[number].node.name) {
      unsafe mkdirat(parent.number, $0, 0o700)
    }
    guard status != 0 else { return }
    let failure = SystemFailure()
    guard failure.code == EEXIST else { throw failure }
    _ = try directory(number)  // fails where it is something else
  }

  func remove(_ name: [UInt8], in directory: Int) throws(SystemFailure) {
    let parent = try self.directory(directory)
    guard unsafe withCString(name, { unsafe unlinkat(parent.number, $0, 0) }) != 0 else { return }
    let failure = SystemFailure()
    guard failure.code == ENOENT else { throw failure }
  }

  /// Writes everything to disk before the restore counts as done.
  func sync() throws(SystemFailure) {
    guard syncfs(root.number) == 0 else { throw SystemFailure() }
  }
}
