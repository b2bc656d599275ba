internal import CLibGit2
internal import Glibc

/// One repository on disk, of any kind: with a working tree, bare, or a linked worktree.
///
/// Every method blocks, and all are quick: they read and write local files only. Use one value
/// from one thread at a time; open the repository twice to use it from two.
@safe public struct GitRepository: ~Copyable {
  let handle: Handle
  /// The path it was found from, for messages.
  let origin: String

  /// Opens the repository that holds the folder or file `path`, looking upwards from there.
  ///
  /// - Throws: ``GitError/notARepository(path:)``, ``GitError/untrustedOwner(path:)`` or
  ///   ``GitError/unsupportedFormat(path:reason:)``.
  public static func discover(from path: String) throws(GitError) -> GitRepository {
    try startLibrary()
    return GitRepository(handle: try open(path, flags: 0), origin: path)
  }

  /// Opens the repository at `path` itself: its working tree, its `.git` folder or a bare one.
  public static func open(at path: String) throws(GitError) -> GitRepository {
    try startLibrary()
    let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
    return GitRepository(handle: try open(path, flags: flags), origin: path)
  }

  private static func open(_ path: String, flags: UInt32) throws(GitError) -> Handle {
    do {
      return try unsafe Handle("open `\(path)`", freeing: git_repository_free) {
        unsafe git_repository_open_ext(&$0, path, flags, nil)
      }
    } catch .failed(_, let code, let message) {
      throw openingError(path: path, code: code, message: message)
    }
  }

  private static func openingError(path: String, code: Int32, message: String) -> GitError {
    // By value: libgit2 before 1.4.3 has no name for it, and never returns it. Version 1.5 lets the
    // missing configuration show through instead where nothing is trusted at all.
    let ownedByAnother: Int32 = -36
    if code == ownedByAnother || message.contains("'safe.directory'") {
      return .untrustedOwner(path: root(above: path))
    }
    if code == GIT_ENOTFOUND.rawValue { return .notARepository(path: path) }
    if message.contains("unsupported") {
      return .unsupportedFormat(path: path, reason: message)
    }
    return .failed(operation: "open `\(path)`", code: code, message: message)
  }

  /// The folder that `safe.directory` has to name; found without looking at its owner.
  private static func root(above path: String) -> String {
    var found = unsafe git_buf()
    // Safety: libgit2 fills the buffer and frees it below; its text is copied in between.
    defer { unsafe git_buf_dispose(&found) }
    guard unsafe git_repository_discover(&found, path, 0, nil) == 0 else { return path }
    var root = Substring(unsafe String(cString: found.ptr))
    if root.hasSuffix("/") { root.removeLast() }
    if root.hasSuffix("/.git") { root.removeLast("/.git".count) }
    return String(root)
  }
}

extension GitRepository {
  public var isBare: Bool { unsafe git_repository_is_bare(handle.pointer) == 1 }

  /// The absolute path of the checked-out files, links resolved, with a slash at its end; `nil`
  /// where the repository is bare.
  public var workingTree: String? {
    // Safety: the text belongs to the repository, which outlives this copy of it.
    unsafe git_repository_workdir(handle.pointer).map { unsafe String(cString: $0) }
  }

  /// The path of an existing file or folder as git spells it: relative to the working tree's root,
  /// links resolved, no slash at either end; empty for the root itself.
  ///
  /// - Parameter filePath: absolute, or relative to the process's current folder.
  public func path(of filePath: String) throws(GitError) -> String {
    guard let root = workingTree else { throw .noWorkingTree }
    // Safety: realpath allocates what it returns; it is copied, then freed here.
    guard let resolved = unsafe realpath(filePath, nil) else {
      throw .failed(
        operation: "find `\(filePath)`", code: errno,
        message: unsafe String(cString: strerror(errno)))
    }
    defer { unsafe free(resolved) }
    let absolute = unsafe String(cString: resolved)
    if absolute + "/" == root { return "" }
    guard absolute.hasPrefix(root) else { throw .outsideOfRepository(path: filePath) }
    return String(absolute.dropFirst(root.count))
  }
}
