import Synchronization

/// A store without any place of its own: for tests, and for trying a repository before it is
/// written.
public final class MemoryStore: FileStore {
  private let objects = Mutex<[ObjectName: [UInt8]]>([:])
  private let files = Mutex<[String: [UInt8]]>([:])

  public let description = "memory"

  public init() {}

  public func prepare() async throws(ObjectStoreError) {}

  public func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    objects.withLock { objects in
      objects.filter { $0.key.kind == kind }
        .map { ObjectEntry(name: $0.key, bytes: $0.value.count) }
    }
  }

  public func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    objects.withLock { $0[name]?.count }
  }

  public func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    guard let bytes = objects.withLock({ $0[name] }) else {
      throw ObjectStoreError(.notFound, "`\(name)` does not exist in \(description)")
    }
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw ObjectStoreError(.truncated, "`\(name)` ends before byte \(range.upperBound)")
    }
    return Array(bytes[range])
  }

  public func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    let isNew = objects.withLock { objects in
      guard objects[name] == nil else { return false }
      objects[name] = Array(bytes)
      return true
    }
    guard isNew else { throw ObjectStoreError(.alreadyExists, "`\(name)` exists already") }
  }

  public func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    objects.withLock { $0.removeValue(forKey: name) != nil }
  }

  /// Puts any bytes under any name: what a damaged repository may hold.
  public func replace(_ name: ObjectName, with bytes: [UInt8]?) {
    objects.withLock { $0[name] = bytes }
  }

  public func names(in folder: FileName) async throws(ObjectStoreError) -> [String] {
    let prefix = folder.path + "/"
    let below = files.withLock { $0.keys.filter { $0.hasPrefix(prefix) } }
    return Set(below.map { String($0.dropFirst(prefix.count).prefix { $0 != "/" }) }).sorted()
  }

  public func hasFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    files.withLock { $0[name.path] != nil }
  }

  public func readFile(
    _ name: FileName, bytesMax: Int
  ) async throws(ObjectStoreError) -> [UInt8] {
    guard let bytes = files.withLock({ $0[name.path] }) else {
      throw ObjectStoreError(.notFound, "`\(name)` does not exist in \(description)")
    }
    guard bytes.count <= bytesMax else {
      throw ObjectStoreError(.tooLarge, "`\(name)` has \(bytes.count) bytes")
    }
    return bytes
  }

  public func createFile(_ name: FileName, _ bytes: [UInt8]) async throws(ObjectStoreError) {
    let isNew = files.withLock { files in
      guard files[name.path] == nil else { return false }
      files[name.path] = bytes
      return true
    }
    guard isNew else { throw ObjectStoreError(.alreadyExists, "`\(name)` exists already") }
  }

  public func deleteFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    files.withLock { $0.removeValue(forKey: name.path) != nil }
  }
}
