internal import CLibGit2

extension GitRepository {
  /// The newest recorded runs, newest first; none where nothing was ever recorded.
  ///
  /// Commits that somebody else put on the chain, and objects that are damaged or missing, are
  /// named in ``RunHistory/skipped``; behind a missing commit the chain cannot be followed.
  ///
  /// - Complexity: reads at most `limit` + 100 commits, each with one file of at most 16 MiB.
  public func runs(limit: Int) throws(GitError) -> RunHistory {
    var runs: [RecordedRun] = []
    var skipped: [RunHistory.Skipped] = []
    var next = try tip(of: Self.runsReference)
    while let id = next, runs.count < limit, skipped.count < skippedMax {
      next = nil
      do {
        let commit = try commit(id)
        next = firstParent(of: commit)
        runs.append(try run(of: commit))
      } catch let error as UnreadableRun {
        skipped.append(.init(commit: CommitID(id), reason: error.reason))
      } catch {
        skipped.append(.init(commit: CommitID(id), reason: "\(error)"))
      }
    }
    return RunHistory(runs: runs, skipped: skipped)
  }

  /// A file that was recorded beside the run; `nil` where there is none of that name.
  ///
  /// - Throws: ``GitError/tooManyBytes(limit:)`` where it holds more than 64 MiB.
  public func attachment(_ name: String, of run: RecordedRun) throws(GitError) -> [UInt8]? {
    let commit = try commit(try run.commit.oid())
    let tree = try tree(of: commit)
    guard let file = unsafe git_tree_entry_byname(tree.pointer, name),
      unsafe git_tree_entry_type(file) == GIT_OBJECT_BLOB
    else { return nil }
    let id = unsafe git_tree_entry_id(file).pointee
    guard let bytes = try blob(id, of: handle, name: name, bytesMax: attachmentBytesMax) else {
      throw .tooManyBytes(limit: attachmentBytesMax)
    }
    return bytes
  }

  private func commit(_ id: git_oid) throws(GitError) -> Handle {
    var id = id
    return try unsafe Handle("read commit `\(CommitID(id))`", freeing: git_commit_free) {
      unsafe git_commit_lookup(&$0, handle.pointer, &id)
    }
  }

  private func tree(of commit: borrowing Handle) throws(GitError) -> Handle {
    let pointer = unsafe commit.pointer
    return try unsafe Handle("read the run's tree", freeing: git_tree_free) {
      unsafe git_commit_tree(&$0, pointer)
    }
  }

  private func firstParent(of commit: borrowing Handle) -> git_oid? {
    guard unsafe git_commit_parentcount(commit.pointer) > 0 else { return nil }
    // Safety: the id belongs to the commit, which the caller keeps alive.
    return unsafe git_commit_parent_id(commit.pointer, 0)?.pointee
  }

  private func run(of commit: borrowing Handle) throws -> RecordedRun {
    let (runID, document) = try document(of: commit)
    // Safety: message and committer belong to the commit, which the caller keeps alive.
    let message = unsafe git_commit_message(commit.pointer).map { unsafe String(cString: $0) }
    let (summary, trailers) = RecordedRun.parse(message: message ?? "")
    guard let committer = unsafe git_commit_committer(commit.pointer) else {
      throw UnreadableRun(reason: "It has no committer")
    }
    let name = unsafe String(cString: committer.pointee.name)
    let address = unsafe String(cString: committer.pointee.email)
    return RecordedRun(
      commit: CommitID(unsafe git_commit_id(commit.pointer).pointee), runID: runID,
      secondsSinceEpoch: unsafe git_commit_time(commit.pointer),
      committer: "\(name) <\(address)>", summary: summary, trailers: trailers, document: document)
  }

  private func document(
    of commit: borrowing Handle
  ) throws -> (runID: String, bytes: [UInt8]) {
    let root = try tree(of: commit)
    guard let folder = unsafe git_tree_entry_byname(root.pointer, "runs"),
      unsafe git_tree_entry_type(folder) == GIT_OBJECT_TREE
    else { throw UnreadableRun(reason: "It holds no folder `runs`") }
    let runs = try unsafe Handle("read `runs`", freeing: git_tree_free) {
      unsafe git_tree_lookup(&$0, handle.pointer, git_tree_entry_id(folder))
    }
    // Safety: entry and name belong to the tree, which lives to the end of this function.
    guard unsafe git_tree_entrycount(runs.pointer) == 1,
      let file = unsafe git_tree_entry_byindex(runs.pointer, 0),
      unsafe git_tree_entry_type(file) == GIT_OBJECT_BLOB,
      let text = unsafe git_tree_entry_name(file)
    else { throw UnreadableRun(reason: "Its folder `runs` does not hold exactly one file") }
    let name = unsafe String(cString: text)
    guard name.hasSuffix(".json"), name.utf8.count > 5 else {
      throw UnreadableRun(reason: "`runs/\(name)` is not named as a run")
    }
    let id = unsafe git_tree_entry_id(file).pointee
    guard let bytes = try blob(id, of: handle, name: name, bytesMax: documentBytesMax) else {
      throw UnreadableRun(reason: "`runs/\(name)` holds more than \(documentBytesMax) bytes")
    }
    return (String(name.dropLast(5)), bytes)
  }
}

private struct UnreadableRun: Error {
  let reason: String
}

private let skippedMax = 100
private let documentBytesMax = 16 << 20
private let attachmentBytesMax = 64 << 20
