import Foundation
import ObjectStores
import Testing

/// What every store must do; each one is an argument.
@Suite("Object stores keep one contract") struct ObjectStoreContractTests {
  typealias Kind = StoreKind

  private func name(_ kind: ObjectKind, _ digit: Character) throws -> ObjectName {
    try #require(ObjectName(kind, digest: String(repeating: digit, count: 64)))
  }

  private func reason(
    _ body: () async throws(ObjectStoreError) -> Void
  ) async -> ObjectStoreError.Reason? {
    do { try await body() } catch { return error.reason }
    return nil
  }

  @Test("an object comes back whole, in parts, in listings and in sizes", arguments: Kind.allCases)
  func roundTrip(kind: Kind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    try await store.prepare()
    for object in ObjectKind.allCases where object != .config {
      let name = try name(object, "a")
      try await store.write(name, [9, 1, 2, 3, 9][1..<4])
      #expect(try await store.size(of: name) == 3)
      #expect(try await store.read(name, bytesMax: 3) == [1, 2, 3])
      #expect(try await store.read(name, 1..<2) == [2])
      #expect(try await store.list(object) == [ObjectEntry(name: name, bytes: 3)])
    }
    try await store.write(.config, [7])
    #expect(try await store.read(.config, bytesMax: 10) == [7])
  }

  @Test("what died half written goes, and nothing else does")
  func remains() async throws {
    let folder = NSTemporaryDirectory() + "remains-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = DirectoryStore(path: folder)
    try await store.prepare()
    let whole = try name(.pack, "a")
    try await store.write(whole, [1, 2, 3])
    let digest = String(repeating: "a", count: 64)
    let dead = ["data/aa/\(digest)-tmp-17-4", "index/\(digest)-tmp-9", "snapshots/\(digest)-tmp-1"]
    let others = ["data/aa/notes-tmp-1", "locks/\(digest)-tmp-1", "data/aa/\(digest)-copy"]
    for path in dead + others { try Data([1]).write(to: URL(filePath: "\(folder)/\(path)")) }
    try await store.removeRemains()
    func isThere(_ path: String) -> Bool {
      FileManager.default.fileExists(atPath: "\(folder)/\(path)")
    }
    #expect(dead.filter(isThere) == [])
    #expect(others.filter(isThere) == others)
    #expect(try await store.read(whole, bytesMax: 3) == [1, 2, 3])
  }

  @Test("a name that is taken stays as it is", arguments: Kind.allCases)
  func noOverwriting(kind: Kind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    let name = try name(.pack, "b")
    try await store.write(name, [1])
    let again = await reason { () async throws(ObjectStoreError) in
      try await store.write(name, [2])
    }
    #expect(again == .alreadyExists)
    #expect(try await store.read(name, bytesMax: 1) == [1])
    #expect(try await store.list(.pack).count == 1)
  }

  @Test("what is not there is said so", arguments: Kind.allCases)
  func missing(kind: Kind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    let name = try name(.index, "c")
    #expect(try await store.size(of: name) == nil)
    #expect(try await store.list(.index) == [])
    #expect(try await store.delete(name) == false)
    let whole = await reason { () async throws(ObjectStoreError) in
      _ = try await store.read(name, bytesMax: 1)
    }
    let part = await reason { () async throws(ObjectStoreError) in
      _ = try await store.read(name, 0..<1)
    }
    #expect(whole == .notFound && part == .notFound)
  }

  @Test("an object that is too short or too long is refused", arguments: Kind.allCases)
  func lengths(kind: Kind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    let name = try name(.snapshot, "d")
    try await store.write(name, [1, 2, 3])
    let short = await reason { () async throws(ObjectStoreError) in
      _ = try await store.read(name, 2..<4)
    }
    let long = await reason { () async throws(ObjectStoreError) in
      _ = try await store.read(name, bytesMax: 2)
    }
    #expect(short == .truncated && long == .tooLarge)
  }

  @Test("a deleted object is gone", arguments: Kind.allCases)
  func deleting(kind: Kind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    let name = try name(.lock, "e")
    try await store.write(name, [])
    #expect(try await store.delete(name))
    #expect(try await store.list(.lock) == [])
  }

  @Test(
    "of many writers of one name exactly one succeeds where the store can tell",
    arguments: Kind.allCases)
  func racing(kind: Kind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    let name = try name(.key, "f")
    let successes = await withTaskGroup(of: Int.self) { group in
      for byte in 0..<8 {
        group.addTask {
          do { try await store.write(name, [UInt8(byte)]) } catch { return 0 }
          return 1
        }
      }
      return await group.reduce(0, +)
    }
    let canTell = try await (store as? any FileStore)?.promisesExclusiveCreation() ?? false
    #expect(canTell ? successes == 1 : successes >= 1)
  }
}

@Suite("Repository locations") struct RepositoryLocationTests {
  @Test("locations are read as restic reads them")
  func spellings() throws {
    #expect(try RepositoryLocation(parsing: "/a/b") == .directory(path: "/a/b"))
    #expect(try RepositoryLocation(parsing: "local:/a/b") == .directory(path: "/a/b"))
    #expect(try RepositoryLocation(parsing: "s3:https://h/b/p") == .s3("https://h/b/p"))
    #expect(try RepositoryLocation(parsing: "rest:http://h:8000/") == .rest("http://h:8000/"))
  }

  @Test("passwords in a location are not shown")
  func secrets() throws {
    let location = try RepositoryLocation(parsing: "rest:https://me:secret@host/repo")
    #expect(location.description == "rest:https://***@host/repo")
  }

  @Test("S3 without credentials says what it needs")
  func credentials() throws {
    let location = try RepositoryLocation(parsing: "s3:h/b")
    let error = #expect(throws: ObjectStoreError.self) { try location.store() }
    #expect(error?.reason == .forbidden)
    #expect(error?.description.contains("AWS_ACCESS_KEY_ID") == true)
  }

  @Test("nothing and unknown schemes are refused", arguments: ["", "local:", "sftp:h:/x", "s3:"])
  func refused(text: String) {
    #expect(throws: ObjectStoreError.self) { try RepositoryLocation(parsing: text) }
  }
}
