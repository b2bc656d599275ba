import Glibc

/// Other files in a repository's folder. Names that begin with a dot are files half written.
extension DirectoryStore: FileStore {
  public func names(in folder: FileName) async throws(ObjectStoreError) -> [String] {
    try await blocking { () throws(SystemError) in
      try FolderListing.names(in: place(of: folder)).filter { !$0.hasPrefix(".") }.sorted()
    }
  }

  public func hasFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    try await blocking { () throws(SystemError) in try Self.fileSize(place(of: name)) != nil }
  }

  public func readFile(
    _ name: FileName, bytesMax: Int
  ) async throws(ObjectStoreError) -> [UInt8] {
    let bytes = try await blocking { () throws(SystemError) in
      let path = place(of: name)
      let file = try FileDescriptor(path: path, O_RDONLY)
      let size = try Self.fileSize(path) ?? 0
      return size > bytesMax ? nil : try file.read(at: 0, count: size, path)
    }
    guard let bytes else {
      throw ObjectStoreError(.tooLarge, "`\(name)` has more than \(bytesMax) bytes")
    }
    return bytes
  }

  public func createFile(_ name: FileName, _ bytes: [UInt8]) async throws(ObjectStoreError) {
    try await blocking { () throws(SystemError) in
      let path = place(of: name)
      let folder = Self.parent(of: path)
      guard try Self.fileSize(path) == nil else { throw SystemError("create", path, code: EEXIST) }
      try makeFolders(above: name)
      let temporary = "\(folder)/.new-\(getpid())-\(UInt64.random(in: 0 ... .max))"
      // Safety: unlink reads the path only while it is called.
      defer { unsafe unlink(temporary) }
      try Self.writeFile(temporary, bytes[...])
      try Self.publish(temporary, as: path)
      try FileDescriptor(path: folder, O_RDONLY | O_DIRECTORY).sync(folder)
    }
  }

  public func deleteFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    try await blocking { () throws(SystemError) in
      let path = place(of: name)
      // Safety: unlink and rmdir read the path only while they are called.
      guard unsafe unlink(path) == 0 else {
        let error = SystemError("delete", path)
        if error.code == ENOENT { return false }
        throw error
      }
      let folder = Self.parent(of: path)
      try FileDescriptor(path: folder, O_RDONLY | O_DIRECTORY).sync(folder)
      _ = unsafe rmdir(folder)  // stays where something is in it
      return true
    }
  }

  private func place(of name: FileName) -> String { "\(path)/\(name)" }

  /// Makes the folders of a file durable, from the repository's down.
  private func makeFolders(above name: FileName) throws(SystemError) {
    var above = path
    for component in name.path.split(separator: "/").dropLast() {
      let folder = "\(above)/\(component)"
      if try Self.fileSize(folder) == nil {
        try Self.makeFolder(folder)
        try FileDescriptor(path: above, O_RDONLY | O_DIRECTORY).sync(above)
      }
      above = folder
    }
  }
}
