internal import CLibGit2

/// What is checked out.
public struct GitHead: Hashable, Sendable {
  /// `nil` in a repository without any commit.
  public let commit: CommitID?
  /// The short name of the branch; `nil` where the head is detached.
  public let branch: String?
}

extension GitRepository {
  /// What is checked out here; a linked worktree has its own head.
  public func head() throws(GitError) -> GitHead {
    let reference = try unsafe Handle("read `HEAD`", freeing: git_reference_free) {
      unsafe git_reference_lookup(&$0, handle.pointer, "HEAD")
    }
    // Safety: the text belongs to the reference, which lives to the end of this function.
    let target = unsafe git_reference_symbolic_target(reference.pointer)
      .map { unsafe String(cString: $0) }
    return GitHead(commit: try tip(of: "HEAD").map(CommitID.init), branch: target.map(branchName))
  }

  /// Where the repository was cloned from: the URL of the remote `origin` as configured, without
  /// user names, passwords and query; `nil` where there is none.
  public func remoteURL() throws(GitError) -> String? {
    try configuration("remote.origin.url").map(withoutCredentials)
  }

  /// The object that `reference` names in the end; `nil` where it does not exist.
  func tip(of reference: String) throws(GitError) -> git_oid? {
    var id = git_oid()
    let code = unsafe git_reference_name_to_id(&id, handle.pointer, reference)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check("read `\(reference)`", code)
    return id
  }

  /// A value of git's configuration: of the repository, else of the user, else of the machine.
  func configuration(_ key: String) throws(GitError) -> String? {
    let configuration = try unsafe Handle(
      "read the configuration", freeing: git_config_free
    ) {
      unsafe git_repository_config_snapshot(&$0, handle.pointer)
    }
    // Safety: the text belongs to the snapshot, which lives to the end of this function.
    var value: UnsafePointer<CChar>?
    let code = unsafe git_config_get_string(&value, configuration.pointer, key)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check("read `\(key)` of the configuration", code)
    return unsafe value.map { unsafe String(cString: $0) }
  }
}

private func branchName(_ reference: String) -> String {
  let branches = "refs/heads/"
  return reference.hasPrefix(branches) ? String(reference.dropFirst(branches.count)) : reference
}

/// Tokens hide in the user part and in the query of a URL; the `git` of `git@host:path` is none.
func withoutCredentials(_ url: String) -> String {
  let bare = url.prefix { $0 != "?" && $0 != "#" }
  guard let scheme = bare.firstRange(of: "://") else {
    // `user@host:path`, or a path; only the former has an `@` before its first colon or slash.
    let host = bare.prefix { $0 != ":" && $0 != "/" }
    guard let at = host.lastIndex(of: "@"), host[..<at] != "git" else { return String(bare) }
    return String(bare[bare.index(after: at)...])
  }
  let authority = bare[scheme.upperBound...].prefix { $0 != "/" }
  guard let at = authority.lastIndex(of: "@") else { return String(bare) }
  return String(bare[..<scheme.upperBound]) + bare[bare.index(after: at)...]
}
