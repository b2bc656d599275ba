import ObjectStores
import Planning
import Testing

@testable import Commands

/// A store that does not do as it is told, in one way.
private struct LyingStore: FileStore {
  enum Lie: String, CaseIterable {
    case none, refusesWrites, losesWrites, changesBytes, hidesNames, replaces, keepsDeleted
  }

  let lie: Lie
  let truth = MemoryStore()
  let description = "a lying store"

  private var refusal: ObjectStoreError { ObjectStoreError(.forbidden, "403") }

  func prepare() async throws(ObjectStoreError) {}
  func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] { [] }
  func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? { nil }
  func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] { throw refusal }
  func write(
    _ name: ObjectName, _ bytes: ArraySlice<UInt8>
  ) async throws(ObjectStoreError) { throw refusal }
  func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool { throw refusal }

  func names(in folder: FileName) async throws(ObjectStoreError) -> [String] {
    lie == .hidesNames ? [] : try await truth.names(in: folder)
  }

  func hasFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    lie == .keepsDeleted ? true : try await truth.hasFile(name)
  }

  func readFile(
    _ name: FileName, bytesMax: Int
  ) async throws(ObjectStoreError) -> [UInt8] {
    let bytes = try await truth.readFile(name, bytesMax: bytesMax)
    return lie == .changesBytes ? bytes.reversed() : bytes
  }

  func createFile(_ name: FileName, _ bytes: [UInt8]) async throws(ObjectStoreError) {
    switch lie {
    case .refusesWrites: throw refusal
    case .losesWrites: return
    case .replaces:
      _ = try await truth.deleteFile(name)
      try await truth.createFile(name, bytes)
    default: try await truth.createFile(name, bytes)
    }
  }

  func deleteFile(_ name: FileName) async throws(ObjectStoreError) -> Bool {
    try await truth.deleteFile(name)
  }
}

@Suite("Trying a store") struct StoreTrialTests {
  @Test(
    "each lie of a store is found in the step that meets it, and nothing stays behind",
    arguments: [
      (.none, []), (.refusesWrites, ["write: 403"]),
      (
        .losesWrites,
        [
          "read: `NAME` does not exist in memory",
          "find: what was written a moment ago is not listed",
          "write again: a file that is there was created a second time",
          "delete: what was written is not there to be deleted",
        ]
      ),
      (
        .changesBytes, ["read: what was written a moment ago is read as something else"]
      ), (.hidesNames, ["find: what was written a moment ago is not listed"]),
      (.replaces, ["write again: a file that is there was created a second time"]),
      (.keepsDeleted, ["delete: what was deleted is still there"]),
    ] as [(LyingStore.Lie, [String])])
  fileprivate func lies(lie: LyingStore.Lie, expected: [String]) async throws {
    let store = LyingStore(lie: lie)
    var trial = StoreTrial()
    #expect(await trial.list(store))
    let isExclusive = await trial.write(store)
    let failures = trial.steps.compactMap { step in
      step.failure.map { "\(step.name): \(Self.unnamed($0))" }
    }
    #expect(failures == expected)
    // Who could not write, or wrote twice, knows nothing of two at once.
    let untold: [LyingStore.Lie] = [.refusesWrites, .losesWrites, .replaces]
    #expect(isExclusive == (untold.contains(lie) ? nil : true))
    let folder = try #require(FileName("oadp-plan"))
    #expect(try await store.truth.names(in: folder) == [])
  }

  /// The probe's name is another one each time.
  private static func unnamed(_ text: String) -> String {
    text.replacing(/`oadp-plan\/doctor-[0-9a-f]+`/, with: "`NAME`")
  }
}
