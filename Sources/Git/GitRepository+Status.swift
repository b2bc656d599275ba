internal import CLibGit2

/// How the files on disk differ from the commit that is checked out.
public struct GitStatus: Hashable, Sendable {
  public enum Change: String, Hashable, Sendable {
    case added, modified, deleted, untracked, conflicted
  }

  public struct File: Hashable, Sendable {
    /// Relative to the root of the working tree.
    public let path: String
    public let change: Change
  }

  /// The first differing files by path, no more than were asked for.
  public let files: [File]
  /// How many files differ in all.
  public let count: Int

  public var isDirty: Bool { count > 0 }
}

extension GitRepository {
  /// Compares working tree and index with the checked-out commit; writes nothing, not even the
  /// index. Files that git ignores are not looked at.
  ///
  /// - Parameters:
  ///   - paths: files and folders relative to the root (see ``path(of:)``), taken literally;
  ///     an empty list, or the empty path, means all.
  ///   - limit: how many files to name.
  /// - Throws: ``GitError/noWorkingTree`` where the repository is bare.
  public func status(of paths: [String] = [], limit: Int = 20) throws(GitError) -> GitStatus {
    guard !isBare else { throw .noWorkingTree }
    let pathspec = StringArray(paths.contains("") ? [] : paths)
    var options = unsafe git_status_options()
    let version = UInt32(GIT_STATUS_OPTIONS_VERSION)
    try check("compare files", unsafe git_status_options_init(&options, version))
    unsafe options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
    unsafe options.flags =
      GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue
      | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
      | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue
    unsafe options.pathspec = unsafe pathspec.value
    let list = try unsafe Handle("compare files", freeing: git_status_list_free) {
      unsafe git_status_list_new(&$0, handle.pointer, &options)
    }
    let count = unsafe git_status_list_entrycount(list.pointer)
    var files: [GitStatus.File] = []
    for index in 0..<min(count, limit) {
      // Safety: the entry belongs to the list, which lives to the end of this function.
      guard let entry = unsafe git_status_byindex(list.pointer, index) else { continue }
      files.append(unsafe GitStatus.File(entry.pointee))
    }
    return GitStatus(files: files, count: count)
  }
}

extension GitStatus.File {
  fileprivate init(_ entry: git_status_entry) {
    let delta = unsafe entry.index_to_workdir ?? entry.head_to_index
    let path = unsafe delta?.pointee.new_file.path
    self.path = unsafe path.map { unsafe String(cString: $0) } ?? ""
    change = unsafe GitStatus.Change(entry.status.rawValue)
  }
}

extension GitStatus.Change {
  /// - Parameter flags: index and working tree may differ each in its own way; the graver wins.
  fileprivate init(_ flags: UInt32) {
    func has(_ choices: git_status_t...) -> Bool {
      choices.contains { flags & $0.rawValue != 0 }
    }
    self =
      if has(GIT_STATUS_CONFLICTED) {
        .conflicted
      } else if has(GIT_STATUS_WT_DELETED) || flags == GIT_STATUS_INDEX_DELETED.rawValue {
        .deleted
      } else if has(GIT_STATUS_INDEX_NEW) {
        .added
      } else if flags == GIT_STATUS_WT_NEW.rawValue {
        .untracked
      } else {
        .modified
      }
  }
}
