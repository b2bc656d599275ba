import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Prune") struct MaintenanceTests {
  private var thorough: MaintenanceRequest {
    var request = MaintenanceRequest()
    request.unusedMax = .bytes(0)
    return request
  }

  @Test("a clean repository is neither written to nor removed from")
  func clean() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.forgotten = history.forgotten
    let first = try await history.repository.maintain(request, timing: .impatient)
    #expect(!first.isClean)
    #expect(first.snapshotsForgotten == 2)
    #expect(first.packsWritten.count == 1)
    let names = try await history.store.names()
    let second = try await history.repository.maintain(request, timing: .impatient)
    #expect(second.isClean)
    #expect(second.packsWritten.count == 0 && second.indexesWritten == 0)
    #expect(second.unused.count == 0 && second.duplicates.count == 0)
    #expect(try await history.store.names() == names)
  }

  @Test("a dry run says what a prune then does, and changes nothing")
  func dryRun() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.forgotten = history.forgotten
    request.isDryRun = true
    let names = try await history.store.names()
    let promise = try await history.repository.maintain(request, timing: .impatient)
    #expect(try await history.store.names() == names)
    request.isDryRun = false
    var done = try await history.repository.maintain(request, timing: .impatient)
    #expect(done.packsWritten.count > 0)
    (done.isDryRun, done.packsWritten, done.indexesWritten) = (true, .init(), 0)
    #expect(done == promise)
  }

  @Test("so much unused data stays as may stay")
  func unusedMax() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.unusedMax = .unlimited
    request.forgotten = [history.ids[0]]
    let report = try await history.repository.maintain(request, timing: .impatient)
    #expect(report.unusedKeptBytes > 80_000)
    #expect(report.packsRepacked.count == 0)
    #expect(report.packsUnused.count == 1)  // the tree pack
    #expect(report.packsUnindexed.bytes == 5000)
    let all = try await history.repository.maintain(thorough, timing: .impatient)
    #expect(all.unusedKeptBytes == 0)
    #expect(all.packsRepacked.count == 1)
    #expect(await history.problems(in: history.store, needing: Array(history.ids[1...])) == [])
  }

  @Test("no more is moved than may be moved, and the rest is left to the next time")
  func repackMax() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.forgotten = history.forgotten
    request.repackBytesMax = 60_000
    let first = try await history.repository.maintain(request, timing: .impatient)
    #expect(first.packsRepacked.count == 1)
    let second = try await history.repository.maintain(request, timing: .impatient)
    #expect(second.packsRepacked.count == 1)
    #expect(try await history.repository.maintain(request, timing: .impatient).isClean)
  }

  @Test("many small packs and indexes are merged, once")
  func small() async throws {
    var history = try await SampleHistory()
    for number in 0..<12 { try await history.add([SampleHistory.file("f", number, bytes: 9000)]) }
    let report = try await history.repository.maintain(MaintenanceRequest(), timing: .impatient)
    #expect(report.packsRepacked.count == 24)
    #expect(report.packsWritten.count == 2)
    #expect(report.indexesWritten == 1)
    #expect(try await history.store.names().count == 12 + 2 + 1 + 2)
    #expect(await history.problems(in: history.store, needing: history.ids) == [])
    #expect(
      try await history.repository.maintain(MaintenanceRequest(), timing: .impatient).isClean)
  }

  @Test("a snapshot that cannot be read ends the prune before anything is removed, by name")
  func damage() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.forgotten = [history.ids[0]]
    for kind in [ObjectKind.snapshot, .index, .pack] {
      for entry in try await history.store.list(kind) {
        guard entry.bytes != 5000 else { continue }
        let store = try await history.store.copy()
        var bytes = try await store.read(entry.name, 0..<entry.bytes)
        bytes[bytes.count / 2] ^= 1
        for bad in [bytes, Array(bytes.dropLast()), nil] {
          store.replace(entry.name, with: bad)
          let before = try await store.names()
          do {
            _ = try await history.repository.reopened(in: store)
              .maintain(request, timing: .impatient)
            // What nobody needs may be damaged, and a pack that stays is not read.
            #expect(kind == .pack || kind == .snapshot && bad == nil, "\(entry.name)")
          } catch {
            guard case .damaged(let object, let reason) = error else {
              Issue.record("\(error)")
              continue
            }
            #expect(
              (object + reason).contains(entry.name.digest) || reason.contains("snapshot")
                || object.contains("snapshot"), "\(error)")
            let now = try await store.names()
            #expect(before.subtracting(now).isEmpty, "\(error)")
          }
        }
      }
    }
  }

  @Test("of a blob's copies one stays; a damaged copy is replaced by a whole one")
  func copies() async throws {
    let history = try await SampleHistory.worn()
    // Two more packs with the same blobs, as two machines store them at the same time.
    let table = try await history.repository.loadTable()
    let output = PackOutput(history.repository, progress: { _ in })
    let key = history.repository.masterKey
    for kind in BlobKind.allCases {
      let fetcher = BlobFetcher(
        repository: history.repository, table: table, kind: kind, form: .sealed)
      let filler = PackFiller(output)
      for stretch in Stretch.grouping(Array(table[kind].indices), in: table[kind]) {
        try await fetcher.fetch(stretch, with: BlobOpener(key: key)) {
          (_, blob) async throws(RepositoryError) in try await filler.add(blob.bytes, blob.blob)
        }
      }
      filler.finish()
    }
    try await output.finishPacks()
    try await output.flushIndex()
    let usage = try await history.repository.usage()
    #expect(usage.duplicates.count == usage.data.count + usage.trees.count)
    // The first bytes of every older pack of data.
    for pack in Set(table.data.map(\.pack)) {
      let name = ObjectName(.pack, table.packs[Int(pack)].id)
      let size = try #require(try await history.store.size(of: name))
      var bytes = try await history.store.read(name, 0..<size)
      bytes[20] ^= 1
      history.store.replace(name, with: bytes)
    }
    let report = try await history.repository.maintain(thorough, timing: .impatient)
    #expect(report.duplicates.count == usage.duplicates.count)
    #expect(try await history.repository.usage().duplicates.count == 0)
    #expect(await history.problems(in: history.store, needing: history.ids) == [])
  }

  @Test("a lock that somebody removed stops the prune before the first removal")
  func lockLost() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.forgotten = history.forgotten
    let before = try await history.store.names()
    let (store, wanted) = (history.store, request)
    let error = await #expect(throws: RepositoryError.self) {
      try await history.repository.withHeldLock(.exclusive, timing: .impatient) {
        (lock) async throws(RepositoryError) in
        let run = MaintenanceRun(history.repository, wanted, lock: lock) { _ in }
        _ = try? await store.delete(ObjectName(.lock, lock.id))
        return try await run.run()
      }
    }
    guard case .lockLost = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try await before.subtracting(store.names()).isEmpty)
  }

  @Test("who writes without a lock stops the prune before the first removal")
  func lockless() async throws {
    let history = try await SampleHistory.worn()
    var request = thorough
    request.forgotten = history.forgotten
    let kept = try await history.repository.snapshot(history.ids[1])
    for kind in [ObjectKind.snapshot, .index] {
      let store = try await history.store.copy()
      let repository = history.repository.reopened(
        in: IntrudedStore(store) {
          let other = history.repository.reopened(in: store)
          let json = kind == .snapshot ? kept.encoded() : IndexFile(packs: []).encoded()
          _ = try? await other.writeFile(kind, json)
        })
      let before = try await store.names()
      let error = await #expect(throws: RepositoryError.self) {
        try await repository.maintain(request, timing: .impatient)
      }
      #expect("\(error.map(String.init(describing:)) ?? "")".contains("without a lock"))
      #expect(try await before.subtracting(store.names()).isEmpty)
    }
  }

  @Test("a lock that was not renewed for too long counts as lost")
  func stopped() async throws {
    let repository = try await Repository.create(in: MemoryStore(), password: [1])
    let lock = HeldLock(
      try await repository.writeFile(.lock, Array("{}".utf8)), lossAfter: .zero)
    await #expect(throws: RepositoryError.self) { try await lock.confirm(in: repository) }
  }
}
