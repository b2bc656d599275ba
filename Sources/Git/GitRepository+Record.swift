internal import CLibGit2
internal import Glibc

extension GitRepository {
  /// Where runs are kept: a chain of commits that no branch, index or working tree ever sees.
  public static var runsReference: String { "refs/oadp-plan/runs" }

  /// Appends a run to the chain at ``runsReference``.
  ///
  /// The commit's tree holds `runs/<runID>.json` and the attachments of this run only; its parent
  /// is the run recorded before. Safe to repeat: the same record again adds nothing while it is
  /// the newest. Two writers take turns by the reference's lock file, as `git update-ref` does.
  ///
  /// - Parameter attemptsMax: how often to try for the lock; 64 attempts take about six seconds.
  /// - Returns: the commit that holds the record.
  /// - Throws: ``GitError/locked(reference:lockFile:attempts:)`` where the lock never came free.
  @discardableResult
  public func record(_ run: RunRecord, attemptsMax: Int = 64) throws(GitError) -> CommitID {
    try run.checkNames()
    let tree = try write(run)
    for attempt in 0..<attemptsMax {
      if let commit = try append(run, tree: tree) { return commit }
      usleep(useconds_t(min(1 << min(attempt, 7), 100) * 1000))  // 1, 2, 4 … 100 ms
    }
    throw .locked(
      reference: Self.runsReference, lockFile: commonFolder + Self.runsReference + ".lock",
      attempts: attemptsMax)
  }

  /// - Returns: `nil` while another writer holds the lock.
  private func append(_ run: RunRecord, tree: git_oid) throws(GitError) -> CommitID? {
    let reference = Self.runsReference
    let transaction = try unsafe Handle(
      "lock `\(reference)`", freeing: git_transaction_free
    ) {
      unsafe git_transaction_new(&$0, handle.pointer)
    }
    let locked = unsafe git_transaction_lock_ref(transaction.pointer, reference)
    if locked == GIT_ELOCKED.rawValue { return nil }
    try check("lock `\(reference)`", locked)

    let parent = try tip(of: reference)
    if let parent, let newest = try treeID(of: parent), same(newest, tree) {
      return CommitID(parent)
    }
    var commit = try writeCommit(run, tree: tree, parent: parent)
    try check(
      "move `\(reference)`",
      unsafe git_transaction_set_target(
        transaction.pointer, reference, &commit, nil, "oadp-plan: \(run.runID)"))
    try check("move `\(reference)`", unsafe git_transaction_commit(transaction.pointer))
    return CommitID(commit)
  }

  private func writeCommit(
    _ run: RunRecord, tree id: git_oid, parent parentID: git_oid?
  ) throws(GitError) -> git_oid {
    var id = id
    let tree = try unsafe Handle("read the run's tree", freeing: git_tree_free) {
      unsafe git_tree_lookup(&$0, handle.pointer, &id)
    }
    let signature = try Signature(of: self, secondsSinceEpoch: run.secondsSinceEpoch)
    var commit = git_oid()
    // Safety: libgit2 copies whatever these pointers lend before it returns.
    func create(_ parents: UnsafeMutablePointer<OpaquePointer?>?, count: Int) -> Int32 {
      unsafe git_commit_create(
        &commit, handle.pointer, nil, signature.pointer, signature.pointer, "UTF-8", run.message,
        tree.pointer, count, parents)
    }
    guard var parentID else {
      try check("write the run's commit", create(nil, count: 0))
      return commit
    }
    let parent = try unsafe Handle("read the newest run", freeing: git_commit_free) {
      unsafe git_commit_lookup(&$0, handle.pointer, &parentID)
    }
    var parents: OpaquePointer? = unsafe parent.pointer
    try check("write the run's commit", unsafe create(&parents, count: 1))
    return commit
  }

  private func treeID(of commitID: git_oid) throws(GitError) -> git_oid? {
    var commitID = commitID
    let commit = try unsafe Handle("read the newest run", freeing: git_commit_free) {
      unsafe git_commit_lookup(&$0, handle.pointer, &commitID)
    }
    // Safety: the id belongs to the commit, which lives until it has been copied.
    return unsafe git_commit_tree_id(commit.pointer)?.pointee
  }

  private var commonFolder: String {
    // Safety: the text belongs to the repository, which outlives this copy of it.
    unsafe git_repository_commondir(handle.pointer).map { unsafe String(cString: $0) } ?? ""
  }
}

private func same(_ left: git_oid, _ right: git_oid) -> Bool {
  CommitID(left) == CommitID(right)
}
