import Documents
import ObjectStores
import RepositoryFormat

@testable import RepositoryEngine

/// A small repository in memory with a history, and what each snapshot must give back.
struct SampleHistory {
  let store: MemoryStore
  let repository: Repository
  private(set) var contents: [ObjectID: [SnapshotFile]] = [:]
  private(set) var ids: [ObjectID] = []

  init() async throws {
    store = MemoryStore()
    repository = try await Repository.create(in: store, password: Array(testPassword.utf8))
  }

  static func file(_ path: String, _ seed: Int, bytes: Int = 40_000) -> SnapshotFile {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    let content = (0..<bytes).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 20)
    }
    return SnapshotFile(path: path, bytes: content)
  }

  mutating func add(_ files: [SnapshotFile]) async throws {
    let id = try await repository.addSnapshot(
      files: files, path: "/data", hostname: "h", tags: [],
      time: .init(secondsSinceEpoch: Int64(1_000_000 + 100 * ids.count)))
    contents[id] = files
    ids.append(id)
  }

  /// Unused and half used packs, several index files and the rest of a killed writer.
  static func worn() async throws -> SampleHistory {
    var history = try await SampleHistory()
    try await history.add([file("a/x", 1), file("b", 2), file("c", 3)])
    try await history.add([file("a/x", 1), file("d", 4)])
    try await history.add([file("e", 5), file("f", 6)])
    try await history.add([file("d", 4), file("f", 6)])
    let rest: [UInt8] = Array(repeating: 7, count: 5000)
    try await history.store.write(ObjectName(.pack, Digest.hash(rest)), rest[...])
    return history
  }

  /// The first and the third snapshot go: their packs are half used by the others.
  var forgotten: [ObjectID] { [ids[0], ids[2]] }

  /// What is wrong with a store's snapshots, read to the last byte; nothing is missing.
  func problems(in store: any ObjectStore, needing needed: [ObjectID]) async -> [String] {
    var problems: [String] = []
    let fresh = repository.reopened(in: store)
    do {
      let present = try await fresh.snapshots()
      for id in needed where !present.contains(where: { $0.id == id }) {
        problems.append("\(id.short) is gone")
      }
      for snapshot in present {
        let original = contents[snapshot.id] == nil ? snapshot.snapshot.original : snapshot.id
        guard let files = original.flatMap({ contents[$0] }) else {
          problems.append("\(snapshot.id.short) is unknown")
          continue
        }
        for file in files {
          let bytes = try await fresh.readFile(
            snapshot: snapshot.id, path: file.path, limit: 1 << 20)
          if bytes != file.bytes { problems.append("\(snapshot.id.short): \(file.path) differs") }
        }
      }
    } catch {
      problems.append("\(error)")
    }
    return problems
  }
}
