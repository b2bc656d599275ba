import Foundation
import ObjectStores
import Testing

@Suite("Stores of other files keep one contract") struct FileStoreContractTests {
  typealias Kind = StoreKind

  private func makeStore(_ kind: Kind) async throws -> any FileStore {
    let store = try #require(try await kind.make() as? any FileStore)
    try await store.prepare()
    return store
  }

  private func name(_ path: String) throws -> FileName { try #require(FileName(path)) }

  @Test("a file comes back whole, and is listed in its folder", arguments: Kind.ofFiles)
  func roundTrip(kind: Kind) async throws {
    let store = try await makeStore(kind)
    let first = try name("oadp-plan/runs/a/0000000000")
    #expect(try await store.names(in: name("oadp-plan/runs")) == [])
    #expect(try await !store.hasFile(first))
    try await store.createFile(first, [1, 2, 3])
    try await store.createFile(try name("oadp-plan/runs/b/plan"), [])
    #expect(try await store.hasFile(first))
    #expect(try await store.readFile(first, bytesMax: 3) == [1, 2, 3])
    #expect(try await store.names(in: name("oadp-plan/runs")) == ["a", "b"])
    #expect(try await store.names(in: name("oadp-plan/runs/a")) == ["0000000000"])
    #expect(try await store.deleteFile(first))
    #expect(try await !store.deleteFile(first))
    #expect(try await !store.hasFile(first))
    #expect(try await store.names(in: name("oadp-plan/runs/a")) == [])
    // SeaweedFS keeps a folder for a while that has become empty; it may.
    let names = try await store.names(in: name("oadp-plan/runs"))
    #expect(names == ["b"] || (kind == .seaweed && names == ["a", "b"]))
  }

  @Test(
    "of many who create one file at once, exactly one does where the store promises it",
    arguments: Kind.ofFiles)
  func exclusive(kind: Kind) async throws {
    let store = try await makeStore(kind)
    let name = try name("oadp-plan/runs/a/0000000000")
    let winners = await withTaskGroup(of: UInt8?.self) { group in
      for number in 0..<20 as Range<UInt8> {
        group.addTask {
          do throws(ObjectStoreError) {
            try await store.createFile(name, [number])
            return number
          } catch {
            return error.reason == .alreadyExists ? nil : .max
          }
        }
      }
      var winners: [UInt8] = []
      for await number in group { if let number { winners.append(number) } }
      return winners
    }
    #expect(!winners.contains(.max))
    guard try await store.promisesExclusiveCreation() else {
      #expect(!winners.isEmpty)
      return
    }
    #expect(winners.count == 1)
    #expect(try await store.readFile(name, bytesMax: 1) == winners)
  }

  @Test(
    "a file that is too large is not read, and one that is not there is said to be so",
    arguments: Kind.ofFiles)
  func refusals(kind: Kind) async throws {
    let store = try await makeStore(kind)
    let name = try name("oadp-plan/x")
    try await store.createFile(name, [1, 2, 3])
    await #expect {
      try await store.readFile(name, bytesMax: 2)
    } throws: { ($0 as? ObjectStoreError)?.reason == .tooLarge }
    let missing = try self.name("oadp-plan/y")
    await #expect {
      try await store.readFile(missing, bytesMax: 2)
    } throws: { ($0 as? ObjectStoreError)?.reason == .notFound }
  }

  @Test("restic's REST protocol has no place for other files")
  func noFilesOverREST() async throws {
    #expect(try await StoreKind.rcloneREST.make() as? any FileStore == nil)
  }

  @Test("files are no objects, and objects no files", arguments: Kind.ofFiles)
  func apart(kind: Kind) async throws {
    let store = try await makeStore(kind)
    try await store.createFile(try name("oadp-plan/x"), [1])
    for kind in ObjectKind.allCases { #expect(try await store.list(kind).isEmpty) }
  }

  @Test(
    "a name leads nowhere else",
    arguments: [
      "", "/", "/etc/passwd", "a//b", "a/", "../a", "a/../b", ".a", "a/.b", "a b", "ä", "keys/x",
      "data/aa", "config", "locks", "a\u{0}b",
    ])
  func unsafe(path: String) { #expect(FileName(path) == nil) }
}
