import Glibc

extension DirectoryStore {
  /// What restic's writers and ours call a file until it is whole: its name, and this behind it.
  private static let remainsMark = "-tmp-"

  public func removeRemains() async throws(ObjectStoreError) {
    try await blocking { () throws(SystemError) in
      let packs = folder(of: .pack)
      let folders = try FolderListing.names(in: packs).map { "\(packs)/\($0)" }
      for folder in folders + [folder(of: .index), folder(of: .snapshot)] {
        for name in try FolderListing.names(in: folder) where Self.isRemains(name) {
          let path = "\(folder)/\(name)"
          // Safety: unlink reads the path only while it is called.
          guard unsafe unlink(path) != 0 else { continue }
          let error = SystemError("delete", path)
          guard error.code == ENOENT else { throw error }
        }
      }
    }
  }

  private static func isRemains(_ name: String) -> Bool {
    ObjectName(.pack, digest: String(name.prefix(64))) != nil
      && name.dropFirst(64).hasPrefix(remainsMark)
  }
}
