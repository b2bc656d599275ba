import Foundation
import ObjectStores
import Testing

@Suite("Stores of other files keep one contract") struct FileStoreContractTests {
  enum Kind: CaseIterable {
    case memory, directory

    func make() async throws -> any FileStore {
      switch self {
      case .memory: return MemoryStore()
      case .directory:
        let store = DirectoryStore(path: NSTemporaryDirectory() + "files-\(UUID().uuidString)")
        try await store.prepare()
        return store
      }
    }
  }

  private func name(_ path: String) throws -> FileName { try #require(FileName(path)) }

  @Test("a file comes back whole, and is listed in its folder", arguments: Kind.allCases)
  func roundTrip(kind: Kind) async throws {
    let store = try await kind.make()
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
    #expect(try await store.names(in: name("oadp-plan/runs")) == ["b"])
  }

  @Test("of many who create one file at once, exactly one does", arguments: Kind.allCases)
  func exclusive(kind: Kind) async throws {
    let store = try await kind.make()
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
    #expect(winners.count == 1)
    #expect(try await store.readFile(name, bytesMax: 1) == winners)
  }

  @Test(
    "a file that is too large is not read, and one that is not there is said to be so",
    arguments: Kind.allCases)
  func refusals(kind: Kind) async throws {
    let store = try await kind.make()
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

  @Test("files are no objects, and objects no files", arguments: Kind.allCases)
  func apart(kind: Kind) async throws {
    let store = try await kind.make()
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
