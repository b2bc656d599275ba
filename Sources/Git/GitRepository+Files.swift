internal import CLibGit2

/// Files as one commit holds them, whatever the working tree says.
public struct RevisionFiles: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    /// Relative to the root of the repository.
    public let path: String
    public let bytes: [UInt8]
  }

  /// An entry that was asked for and is no file of its own.
  public struct Skipped: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable { case symbolicLink, submodule }
    public let path: String
    public let reason: Reason
  }

  public let commit: CommitID
  /// In ascending order of their paths, each once.
  public let files: [File]
  public let skipped: [Skipped]
}

/// Bounds on what is read from a revision.
public struct RevisionLimits: Hashable, Sendable {
  public var filesMax: Int
  public var bytesMax: Int
  public var foldersDeepMax: Int

  public init(filesMax: Int = 10_000, bytesMax: Int = 64 << 20, foldersDeepMax: Int = 64) {
    self.filesMax = filesMax
    self.bytesMax = bytesMax
    self.foldersDeepMax = foldersDeepMax
  }
}

extension GitRepository {
  /// The commit that `revision` means: a branch, a tag, a commit's digits, `HEAD~2`,
  /// `main@{yesterday}`, …
  public func commit(of revision: String) throws(GitError) -> CommitID {
    CommitID(try commitObject(of: revision).id)
  }

  /// The files below `paths` whose names end in one of `suffixes`, read from the objects of the
  /// commit that `revision` means.
  ///
  /// - Parameters:
  ///   - paths: files and folders relative to the root; the empty path means all.
  ///   - suffixes: for example `[".yaml", ".yml"]`; an empty list means every file. A path that
  ///     names a file is taken whatever its suffix.
  /// - Throws: ``GitError/pathNotFound(path:revision:)``, ``GitError/tooManyFiles(limit:)``,
  ///   ``GitError/tooManyBytes(limit:)``, and the errors of ``commit(of:)``.
  public func files(
    at revision: String, under paths: [String] = [""], matching suffixes: [String] = [],
    limits: RevisionLimits = RevisionLimits()
  ) throws(GitError) -> RevisionFiles {
    let commit = try commitObject(of: revision)
    let root = try unsafe Handle("read the tree", freeing: git_tree_free) {
      unsafe git_commit_tree(&$0, commit.handle.pointer)
    }
    var walk = TreeWalk(suffixes: suffixes, limits: limits)
    for path in paths {
      try collect(path, of: root, revision: revision, into: &walk)
    }
    return RevisionFiles(
      commit: CommitID(commit.id),
      files: walk.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) },
      skipped: walk.skipped.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
  }

  private func collect(
    _ path: String, of root: borrowing Handle, revision: String, into walk: inout TreeWalk
  ) throws(GitError) {
    let path = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    guard !path.isEmpty else { return try walk.enter(root, at: "", in: handle) }
    var found: OpaquePointer?
    let code = unsafe git_tree_entry_bypath(&found, root.pointer, path)
    if code == GIT_ENOTFOUND.rawValue { throw .pathNotFound(path: path, revision: revision) }
    let entry = try unsafe Handle("read `\(path)`", freeing: git_tree_entry_free) {
      unsafe $0 = unsafe found
      return code
    }
    try unsafe walk.visit(entry.pointer, at: path, named: true, in: handle)
  }
}

extension GitRepository {
  struct Commit: ~Copyable {
    let handle: Handle
    // Safety: the id belongs to the commit, which the handle keeps alive while it is copied.
    var id: git_oid { unsafe git_commit_id(handle.pointer).pointee }
  }

  func commitObject(of revision: String) throws(GitError) -> Commit {
    let object = try object(of: revision)
    do {
      return Commit(
        handle: try unsafe Handle("read `\(revision)`", freeing: git_object_free) {
          unsafe git_object_peel(&$0, object.pointer, GIT_OBJECT_COMMIT)
        })
    } catch {
      throw .notACommit(revision: revision)
    }
  }

  private func object(of revision: String) throws(GitError) -> Handle {
    do {
      return try unsafe Handle("read `\(revision)`", freeing: git_object_free) {
        unsafe git_revparse_single(&$0, handle.pointer, revision)
      }
    } catch .failed(let operation, let code, let message) {
      switch code {
      case GIT_ENOTFOUND.rawValue: throw .revisionNotFound(revision)
      case GIT_EAMBIGUOUS.rawValue: throw .ambiguousRevision(revision)
      case GIT_EINVALIDSPEC.rawValue: throw .malformedRevision(revision)
      default: throw .failed(operation: operation, code: code, message: message)
      }
    }
  }
}
