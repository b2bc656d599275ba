import ObjectStores
import RepositoryFormat
import Synchronization
import Testing

@testable import RepositoryEngine

@Suite("Keys") struct KeyTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func opens(_ store: any ObjectStore, _ password: String) async -> Bool {
    (try? await Repository.open(store: store, password: bytes(password))) != nil
  }

  @Test("restic opens with our keys, and we with restic's")
  func withRestic() async throws {
    let scratch = try Scratch()
    let repo = scratch("repo")
    let store = DirectoryStore(path: repo)
    let repository = try await Repository.create(in: store, password: bytes(testPassword))
    let added = try await repository.addKey(password: bytes("second"))
    let list = try Shell.restic(repo, "key list")
    #expect(list.contains(added.short))
    #expect(list.contains("*" + (try await repository.keys().keys.first { $0.isInUse }!.id.short)))
    try Shell.run("printf third > '\(scratch("third"))'; printf fourth > '\(scratch("fourth"))'")
    try Shell.run(
      "restic -r '\(repo)' --no-cache key add --new-password-file '\(scratch("third"))'",
      ["RESTIC_PASSWORD": "second"])
    #expect(await opens(store, "third"))
    try Shell.run(
      "restic -r '\(repo)' --no-cache key passwd --new-password-file '\(scratch("fourth"))'",
      ["RESTIC_PASSWORD": "third"])
    #expect(await !opens(store, "third"))
    let fourth = try await Repository.open(store: store, password: bytes("fourth"))
    #expect(try await fourth.keys().keys.count == 3)
    let used = try #require(try await fourth.keys().keys.first { $0.isInUse })
    try await repository.removeKey(used.id)
    #expect(await !opens(store, "fourth"))
    _ = try Shell.restic(repo, "key remove \(added.short)")
    #expect(await !opens(store, "second"))
    let new = try await repository.changePassword(to: bytes("fifth"))
    #expect(throws: Shell.Failure.self) { try Shell.restic(repo, "snapshots") }
    let text = try Shell.run(
      "restic -r '\(repo)' --no-cache key list", ["RESTIC_PASSWORD": "fifth"])
    #expect(text.contains("*" + new.short))
  }

  @Test("neither the key in use nor the last one is removed")
  func refusals() async throws {
    let store = MemoryStore()
    let repository = try await Repository.create(in: store, password: bytes("a"))
    let first = try #require(try await repository.keys().keys.first)
    #expect(first.isInUse)
    await #expect(throws: RepositoryError.self) { try await repository.removeKey(first.id) }
    await #expect(throws: RepositoryError.self) { try await repository.removeKey(.zero) }
    await #expect(throws: RepositoryError.self) { try await repository.addKey(password: []) }
    let second = try await repository.addKey(password: bytes("b"))
    // Somebody else removed ours: the second is the last one now.
    store.replace(ObjectName(.key, first.id), with: nil)
    await #expect(throws: RepositoryError.self) { try await repository.removeKey(second) }
    #expect(await opens(store, "b"))
    #expect(try await repository.resolveKey(second.short) == second)
    await #expect(throws: RepositoryError.self) { try await repository.resolveKey("") }
  }

  @Test("a damaged key is listed as such and keeps nobody out")
  func damaged() async throws {
    let store = MemoryStore()
    let repository = try await Repository.create(in: store, password: bytes("a"))
    let bad = try #require(ObjectName(.key, digest: String(repeating: "0", count: 64)))
    store.replace(bad, with: bytes("{}"))
    let list = try await repository.keys()
    #expect(list.keys.count == 1)
    #expect(list.damaged.map(\.description) == [bad.digest])
    #expect(await opens(store, "a"))
  }

  @Test("the key that is hinted at is tried first, and a wrong hint does no harm")
  func hint() async throws {
    let store = ReadCounter(MemoryStore())
    let repository = try await Repository.create(in: store, password: bytes("a"))
    for password in ["b", "c", "d"] { _ = try await repository.addKey(password: bytes(password)) }
    for key in try await repository.keys().keys {
      store.reset()
      let opened = await ["a", "b", "c", "d"].asyncFirst { password in
        try? await Repository.open(
          store: store, password: bytes(password), keyHint: key.id.short)
      }
      #expect(opened != nil)
      #expect(store.keysRead.first == key.id.description)
    }
    #expect(await opens(store, "a"))
    _ = try await Repository.open(store: store, password: bytes("a"), keyHint: "ffffffffff")
  }

  @Test("a change of password may be killed anywhere: one of both opens")
  func crash() async throws {
    let original = MemoryStore()
    let repository = try await Repository.create(in: original, password: bytes("old"))
    for death in DyingStore.Death.allCases {
      for changes in 1... {
        let store = try await original.copy()
        let dying = DyingStore(store, after: changes, death)
        _ = try? await repository.reopened(in: dying)
          .changePassword(to: bytes("new"), timing: .impatient)
        let (old, new) = (await opens(store, "old"), await opens(store, "new"))
        #expect(old || new, "\(death) \(changes)")
        guard !dying.survived else {
          #expect(!old && new)
          break
        }
      }
    }
  }
}

/// Remembers which keys were read.
final class ReadCounter: WrappingStore {
  let base: any ObjectStore
  private let read = Mutex<[String]>([])

  init(_ base: MemoryStore) { self.base = base }

  var keysRead: [String] { read.withLock { $0 } }

  func reset() { read.withLock { $0 = [] } }

  func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    if name.kind == .key { read.withLock { $0.append(name.digest) } }
    return try await base.read(name, range, reusing: memory)
  }
}

extension [String] {
  fileprivate func asyncFirst<Value>(
    _ body: (String) async throws -> Value?
  ) async rethrows -> Value? {
    for element in self {
      if let value = try await body(element) { return value }
    }
    return nil
  }
}
