import Glibc

/// The names in a folder.
enum FolderListing {
  /// A folder that does not exist has none: restic and others make them on demand.
  static func names(in folder: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(folder) else {
      let error = SystemError("list", folder)
      if error.code == ENOENT { return [] }
      throw error
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    errno = 0
    // Safety: the entry belongs to the stream until the next call; its name is copied before.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw SystemError("list", folder) }
    return names
  }
}
