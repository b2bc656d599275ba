import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("A prune may be killed anywhere") struct MaintenanceCrashTests {
  private func request(_ history: SampleHistory) -> MaintenanceRequest {
    var request = MaintenanceRequest()
    request.forgotten = history.forgotten
    request.unusedMax = .bytes(0)
    request.workers = 1  // changes come in one order: every number of them is another moment
    return request
  }

  @Test("after every change there is, all snapshots are whole and the next prune ends the work")
  func everyMoment() async throws {
    let history = try await SampleHistory.worn()
    let request = request(history)
    let kept = history.ids.filter { !history.forgotten.contains($0) }
    let ideal = try await history.store.copy()
    let report = try await history.repository.reopened(in: ideal)
      .maintain(request, timing: .impatient)
    #expect(report.packsRepacked.count == 2)
    #expect(report.packsUnindexed.count == 1)
    let idealCount = try await ideal.names().count
    var moments = 0
    for death in DyingStore.Death.allCases {
      for changes in 1... {
        let store = try await history.store.copy()
        let dying = DyingStore(store, after: changes, death)
        let result = try? await history.repository.reopened(in: dying)
          .maintain(request, timing: .impatient)
        guard !dying.survived else {
          #expect(result != nil)
          break
        }
        moments += 1
        try await store.removeLocks()
        #expect(
          await history.problems(in: store, needing: kept) == [], "\(death) \(changes)")
        let fresh = history.repository.reopened(in: store)
        _ = try await fresh.maintain(request, timing: .impatient)
        #expect(await history.problems(in: store, needing: kept) == [], "\(death) \(changes)")
        #expect(try await store.names().count == idealCount, "\(death) \(changes)")
        #expect(try await fresh.maintain(request, timing: .impatient).isClean)
      }
    }
    #expect(moments > 24)
  }

  @Test("what is left of any death, restic finds whole", arguments: DyingStore.Death.allCases)
  func resticChecks(death: DyingStore.Death) async throws {
    let history = try await SampleHistory.worn()
    let scratch = try Scratch()
    for changes in 2... {
      let store = try await history.store.copy()
      let dying = DyingStore(store, after: changes, death)
      _ = try? await history.repository.reopened(in: dying)
        .maintain(request(history), timing: .impatient)
      let repo = scratch("\(changes)")
      try await store.copyObjects(to: DirectoryStore(path: repo))
      // restic calls packs without an index a hint, and still finds no error; but not garbage.
      #expect(try Shell.restic(repo, "check --read-data 2>&1").contains("no errors were found"))
      guard !dying.survived else { break }
    }
  }
}
