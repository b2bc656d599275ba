internal import CLibGit2
internal import Glibc

extension GitRepository {
  /// Writes the objects of a run; nothing refers to them yet.
  func write(_ run: RunRecord) throws(GitError) -> git_oid {
    let document = (name: run.runID + ".json", id: try write(run.document), GIT_FILEMODE_BLOB)
    var entries = [(name: "runs", id: try writeTree([document]), GIT_FILEMODE_TREE)]
    for attachment in run.attachments {
      entries.append((attachment.name, try write(attachment.bytes), GIT_FILEMODE_BLOB))
    }
    return try writeTree(entries)
  }

  private func write(_ bytes: [UInt8]) throws(GitError) -> git_oid {
    var id = git_oid()
    // Safety: libgit2 copies the bytes before it returns.
    let code = unsafe bytes.withUnsafeBytes {
      unsafe git_blob_create_from_buffer(&id, handle.pointer, $0.baseAddress, $0.count)
    }
    try check("write an object", code)
    return id
  }

  private func writeTree(
    _ entries: [(name: String, id: git_oid, mode: git_filemode_t)]
  ) throws(GitError) -> git_oid {
    let builder = try unsafe Handle("write a tree", freeing: git_treebuilder_free) {
      unsafe git_treebuilder_new(&$0, handle.pointer, nil)
    }
    for entry in entries {
      var id = entry.id
      try check(
        "write a tree",
        unsafe git_treebuilder_insert(nil, builder.pointer, entry.name, &id, entry.mode))
    }
    var id = git_oid()
    try check("write a tree", unsafe git_treebuilder_write(&id, builder.pointer))
    return id
  }
}

/// Who records a run: git's configured user, else `oadp-plan <user@host>`.
@safe struct Signature: ~Copyable {
  let pointer: UnsafeMutablePointer<git_signature>

  init(of repository: borrowing GitRepository, secondsSinceEpoch: Int64) throws(GitError) {
    let name = try repository.configuration("user.name") ?? "oadp-plan"
    let address = try repository.configuration("user.email") ?? localAddress()
    var signature: UnsafeMutablePointer<git_signature>?
    try check(
      "sign as `\(name) <\(address)>`",
      unsafe git_signature_new(&signature, name, address, secondsSinceEpoch, 0))
    // Safety: a constructor that returns no error has filled the pointer; nobody else frees it.
    guard let signature = unsafe signature else {
      preconditionFailure("libgit2 returned no signature for \(name)")
    }
    unsafe pointer = unsafe signature
  }

  deinit { unsafe git_signature_free(pointer) }
}

private func localAddress() -> String {
  // Safety: the entry is this thread's own until its next such call; the name is copied at once.
  let user = unsafe getpwuid(geteuid()).map { unsafe String(cString: $0.pointee.pw_name) }
  var host = [CChar](repeating: 0, count: 256)
  // Safety: the last byte is left out of the length, so that the text always ends in a zero.
  _ = unsafe gethostname(&host, host.count - 1)
  let bytes = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  let name = bytes.isEmpty ? "localhost" : String(decoding: bytes, as: UTF8.self)
  return "\(user ?? "uid-\(geteuid())")@\(name)"
}
