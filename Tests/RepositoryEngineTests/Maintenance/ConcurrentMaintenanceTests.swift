import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("A prune beside writers") struct ConcurrentMaintenanceTests {
  @Test("while others back up, forget and mirror, prunes take nothing that anybody needs")
  func beside() async throws {
    let history = try await SampleHistory.worn()
    let shared = (1...6).map { SampleHistory.file("f\($0)", $0) }
    let other = try await Repository.create(
      in: MemoryStore(), password: [2], chunkerOf: history.repository)
    var timing = LockTiming(settling: .milliseconds(5))
    timing.retry = .milliseconds(20)
    timing.patience = .seconds(600)  // however busy the machine is
    let (patient, store, repository) = (timing, history.store, history.repository)
    var request = MaintenanceRequest()
    request.unusedMax = .bytes(0)
    let wanted = request
    let written = try await withThrowingTaskGroup(of: [ObjectID: [SnapshotFile]].self) { group in
      for writer in 0..<3 {
        group.addTask {
          // A process of its own: it knows nothing but what the store says.
          let own = repository.reopened(in: store)
          var written: [ObjectID: [SnapshotFile]] = [:]
          for round in 0..<4 {
            // The same blobs again and again, of which others forget the only snapshot.
            let files = [shared[(writer + round) % 6], shared[(writer + 2 * round + 1) % 6]]
            let id = try await own.addSnapshot(
              files: files, path: "/w\(writer)", hostname: "h", tags: [], timing: patient)
            if round % 2 == 0 {
              try await own.withLock(.exclusive, timing: patient) {
                () async throws(RepositoryError) in
                try await own.delete(ObjectName(.snapshot, id))
              }
            } else {
              written[id] = files
            }
          }
          return written
        }
      }
      group.addTask {
        let own = repository.reopened(in: store)
        for _ in 0..<4 { _ = try await own.maintain(wanted, timing: patient) }
        return [:]
      }
      group.addTask {
        let own = repository.reopened(in: store)
        for _ in 0..<2 { _ = try await own.mirror(nil, to: other, timing: patient) }
        return [:]
      }
      return try await group.reduce(into: [:]) { all, part in
        all.merge(part, uniquingKeysWith: { first, _ in first })
      }
    }
    #expect(written.count == 6)
    _ = try await repository.maintain(wanted, timing: .impatient)
    for (id, files) in written {
      for file in files {
        let bytes = try await repository.readFile(snapshot: id, path: file.path, limit: 1 << 20)
        #expect(bytes == file.bytes)
      }
    }
    #expect(try await repository.locks().isEmpty)
    #expect(try await repository.usage().unused.count == 0)
  }
}
