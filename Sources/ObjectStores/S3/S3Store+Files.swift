/// Other files in a repository's bucket.
///
/// Exclusive creation is only as good as the server: ``promisesExclusiveCreation()`` tells.
extension S3Store {
  public func names(in folder: FileName) async throws(ObjectStoreError) -> [String] {
    let prefix = key(folder.path) + "/"
    var names: Set<String> = []
    try await eachPage(prefix: prefix, delimiter: "/") { page in
      for path in page.objects.map(\.key) + page.folders where path.hasPrefix(prefix) {
        let name = path.dropFirst(prefix.count).prefix { $0 != "/" }
        if !name.isEmpty, !name.hasPrefix(".") { names.insert(String(name)) }
      }
    }
    return names.sorted()
  }

  public func hasFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    try await size(key: key(name.path), "`\(name)`") != nil
  }

  public func readFile(
    _ name: FileName, bytesMax: Int
  ) async throws(ObjectStoreError) -> [UInt8] {
    guard let size = try await size(key: key(name.path), "`\(name)`") else {
      throw missing("`\(name)`")
    }
    guard size <= bytesMax else {
      throw ObjectStoreError(.tooLarge, "`\(name)` has \(size) bytes, more than \(bytesMax)")
    }
    return size == 0 ? [] : try await read(key: key(name.path), 0..<size, "`\(name)`")
  }

  public func createFile(_ name: FileName, _ bytes: [UInt8]) async throws(ObjectStoreError) {
    try await create(key: key(name.path), bytes, "`\(name)`")
  }

  public func deleteFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    try await delete(key: key(name.path), "`\(name)`")
  }

  public func promisesExclusiveCreation() async throws(ObjectStoreError) -> Bool {
    try await honoursConditions()
  }
}
