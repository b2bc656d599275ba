import Glibc

extension DirectoryStore {
  public func removeRemains() async throws(ObjectStoreError) {
    try await blocking { () throws(SystemError) in
      for folder in try packFolders() + [folder(of: .index), folder(of: .snapshot)] {
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
      && name.dropFirst(64).hasPrefix(unfinishedMark)
  }
}
