internal import CLibGit2

/// Collects files below trees of a commit, within bounds.
struct TreeWalk {
  let suffixes: [String]
  let limits: RevisionLimits
  private(set) var files: [RevisionFiles.File] = []
  private(set) var skipped: [RevisionFiles.Skipped] = []
  private var seen: Set<String> = []
  private var bytes = 0

  init(suffixes: [String], limits: RevisionLimits) {
    self.suffixes = suffixes
    self.limits = limits
  }

  mutating func enter(
    _ tree: borrowing Handle, at path: String, depth: Int = 0, in repository: borrowing Handle
  ) throws(GitError) {
    guard depth <= limits.foldersDeepMax else {
      throw .foldersTooDeep(path: path, limit: limits.foldersDeepMax)
    }
    let count = unsafe git_tree_entrycount(tree.pointer)
    for index in 0..<count {
      // Safety: entry and name belong to the tree, which the caller keeps alive.
      guard let entry = unsafe git_tree_entry_byindex(tree.pointer, index),
        let name = unsafe git_tree_entry_name(entry)
      else { continue }
      let child = unsafe path.isEmpty ? String(cString: name) : path + "/" + String(cString: name)
      try unsafe visit(entry, at: child, depth: depth + 1, named: false, in: repository)
    }
  }

  /// - Parameter named: the caller asked for this very path, so that its suffix does not matter.
  mutating func visit(
    _ entry: OpaquePointer, at path: String, depth: Int = 0, named: Bool,
    in repository: borrowing Handle
  ) throws(GitError) {
    // Safety: the entry's tree, or the entry itself, is kept alive by the caller.
    let mode = unsafe git_tree_entry_filemode(entry)
    if mode == GIT_FILEMODE_TREE {
      let tree = try unsafe Handle("read `\(path)`", freeing: git_tree_free) {
        unsafe git_tree_lookup(&$0, repository.pointer, git_tree_entry_id(entry))
      }
      try enter(tree, at: path, depth: depth, in: repository)
    } else if named || suffixes.isEmpty || suffixes.contains(where: path.hasSuffix)
      || mode == GIT_FILEMODE_COMMIT
    {
      guard seen.insert(path).inserted else { return }
      try unsafe take(entry, at: path, mode: mode, in: repository)
    }
  }

  private mutating func take(
    _ entry: OpaquePointer, at path: String, mode: git_filemode_t, in repository: borrowing Handle
  ) throws(GitError) {
    guard seen.count <= limits.filesMax else { throw .tooManyFiles(limit: limits.filesMax) }
    switch mode {
    case GIT_FILEMODE_LINK: skipped.append(.init(path: path, reason: .symbolicLink))
    case GIT_FILEMODE_COMMIT: skipped.append(.init(path: path, reason: .submodule))
    default:
      // Safety: the id belongs to the entry, which the caller keeps alive.
      let id = unsafe git_tree_entry_id(entry).pointee
      let content = try blob(id, of: repository, name: path, bytesMax: limits.bytesMax - bytes)
      guard let content else { throw .tooManyBytes(limit: limits.bytesMax) }
      bytes += content.count
      files.append(.init(path: path, bytes: content))
    }
  }
}

/// The content of a file; `nil`, without reading it, where it holds more than `bytesMax`.
func blob(
  _ id: git_oid, of repository: borrowing Handle, name: String, bytesMax: Int
) throws(GitError) -> [UInt8]? {
  var id = id
  let objects = try unsafe Handle("open the objects", freeing: git_odb_free) {
    unsafe git_repository_odb(&$0, repository.pointer)
  }
  var size = 0
  var type = GIT_OBJECT_INVALID
  try check(
    "read `\(name)`", unsafe git_odb_read_header(&size, &type, objects.pointer, &id))
  guard size <= bytesMax else { return nil }
  let blob = try unsafe Handle("read `\(name)`", freeing: git_blob_free) {
    unsafe git_blob_lookup(&$0, repository.pointer, &id)
  }
  // Safety: the content belongs to the blob, which lives until it has been copied.
  let content = unsafe UnsafeRawBufferPointer(
    start: git_blob_rawcontent(blob.pointer), count: Int(git_blob_rawsize(blob.pointer)))
  return unsafe Array(content)
}
