import Documents
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Usage") struct UsageTests {
  @Test("shared, own and unused bytes are told apart")
  func shares() async throws {
    let history = try await SampleHistory.worn()
    let full = try await history.repository.usage()
    #expect(full.data.count == 6)
    #expect(full.data.plainBytes == 240_000)
    #expect(full.unused.count == 0 && full.duplicates.count == 0)
    #expect(full.packsUnindexed == .init(count: 1, bytes: 5000))
    #expect(full.shares.map(\.snapshot.id) == history.ids)
    // x, d and f are shared; b, c and e are somebody's own, and so is every tree: their times
    // differ.
    #expect(full.shares.map { $0.unique.plainBytes / 40_000 } == [2, 0, 1, 0])
    #expect(full.shares.map { $0.total.plainBytes / 40_000 } == [3, 2, 2, 2])
    #expect(full.shares.map(\.unique.count) == [2 + 2, 2, 1 + 1, 1])
    try await history.repository.forget(history.forgotten)
    let less = try await history.repository.usage()
    #expect(less.unused.count == 4 + 2)
    #expect(
      less.unused.storedBytes
        == full.shares[0].unique.storedBytes + full.shares[2].unique.storedBytes)
    #expect(less.data.count == 3)
  }

  @Test("what is said to become free is what a prune frees")
  func truth() async throws {
    let history = try await SampleHistory.worn()
    try await history.repository.forget(history.forgotten)
    let usage = try await history.repository.usage()
    var request = MaintenanceRequest()
    request.unusedMax = .bytes(0)
    let report = try await history.repository.maintain(request, timing: .impatient)
    #expect(report.unused == .init(count: usage.unused.count, bytes: usage.unused.storedBytes))
    let after = try await history.repository.usage()
    #expect(after.unused.count == 0)
    #expect(
      after.packs.bytes == usage.packs.bytes - report.removedBytes + report.packsWritten.bytes)
  }

  @Test("text is told to be compressed")
  func ratio() async throws {
    let store = MemoryStore()
    let repository = try await Repository.create(in: store, password: [1])
    #expect(try await repository.usage().compressionRatio == 1)
    let text = SnapshotFile(path: "t", bytes: Array(repeating: 65, count: 100_000))
    _ = try await repository.addSnapshot(files: [text], path: "/p", hostname: "h", tags: [])
    #expect(try await repository.usage().compressionRatio > 50)
  }
}
