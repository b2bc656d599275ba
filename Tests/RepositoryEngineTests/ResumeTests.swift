import Foundation
import ObjectStores
import RepositoryFormat
import Synchronization
import Testing

@testable import RepositoryEngine

/// A store that is gone after so many writes, as for a process that is killed.
private final class FailingStore: WrappingStore {
  let base: any ObjectStore
  private let state: Mutex<(left: Int, packBytes: Int, packs: Int)>

  init(_ base: DirectoryStore, writes: Int) {
    self.base = base
    state = Mutex((writes, 0, 0))
  }

  var uploaded: (bytes: Int, packs: Int) { state.withLock { ($0.packBytes, $0.packs) } }
  var isDead: Bool { state.withLock { $0.left < 0 } }

  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    let lives = state.withLock { state in
      state.left -= 1
      if state.left >= 0, name.kind == .pack {
        state.packBytes += bytes.count
        state.packs += 1
      }
      return state.left >= 0
    }
    guard lives else { throw ObjectStoreError(.io, "killed") }
    try await base.write(name, bytes)
  }
  func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    guard !isDead else { throw ObjectStoreError(.io, "killed") }
    return try await base.delete(name)
  }
}

@Suite("Interrupted backups") struct ResumeTests {
  private let packBytes = 2 << 20

  private func backup(
    _ repo: String, _ source: String, writes: Int
  ) async throws -> (store: FailingStore, summary: BackupSummary?) {
    let store = FailingStore(DirectoryStore(path: repo), writes: writes)
    let repository = try await Repository.open(store: store, password: Array(testPassword.utf8))
    var request = BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "h")
    request.pace = WritingPace(packBytes: packBytes, packsPerIndex: 1)
    return (store, try? await repository.backup(request))
  }

  @Test("a backup killed at any write goes on without storing again what an index names")
  func killedAnywhere() async throws {
    let scratch = try Scratch()
    let source = scratch("source")
    try Shell.run(
      "mkdir -p '\(source)/d'; for i in $(seq 12); do head -c 1000000 /dev/urandom"
        + " > '\(source)/'$i; echo $i > '\(source)/d/'$i; done")
    var single = 0
    var kills = 0
    for writes in 0... {
      let repo = scratch("repo-\(writes)")
      _ = try await Repository.create(
        in: DirectoryStore(path: repo), password: Array(testPassword.utf8))
      if single == 0 {
        let whole = scratch("whole")
        _ = try await Repository.create(
          in: DirectoryStore(path: whole), password: Array(testPassword.utf8))
        single = try await backup(whole, source, writes: .max).store.uploaded.bytes
      }
      let killed = try await backup(repo, source, writes: writes)
      if killed.summary != nil { break }
      kills += 1
      // The killed run's lock stays, as that of a live process: this one.
      for lock in try await DirectoryStore(path: repo).list(.lock) {
        _ = try await DirectoryStore(path: repo).delete(lock.name)
      }
      let again = try await backup(repo, source, writes: .max)
      #expect(again.summary != nil)
      let excess = killed.store.uploaded.bytes + again.store.uploaded.bytes - single
      // Each upload may hold a pack that is stored and not named yet.
      let unnamedMax = killed.store.transfersAtOnce * (packBytes + 1 << 20)
      #expect(excess <= unnamedMax + 64 << 10, "\(excess) after \(writes) writes")
      if kills % 3 == 1 {
        #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
      }
      try Shell.run("rm -rf '\(repo)'")
    }
    #expect(kills > 8, "\(kills)")
  }
}
