import ClusterModel
import Documents
import Ports

/// The simulated repositories as one process reaches them.
struct SimulatedStore: RecoveryStore {
  let process: SimulatedProcess

  func ensure(_ repository: RepositoryAddress) async throws(StoreError) -> Bool {
    try await call("store: ensure repository") { state throws(StoreError) in
      guard state.repositories[repository.location] == nil else { return false }
      state.repositories[repository.location] = SimulatedRepository()
      return true
    }
  }

  func catalog(of repository: RepositoryAddress) async throws(StoreError) -> RepositoryCatalog {
    try await call("store: read catalog") { state throws(StoreError) in
      guard let held = state.repositories[repository.location] else {
        return RepositoryCatalog(repository: repository.name, state: .missing)
      }
      return RepositoryCatalog(
        repository: repository.name,
        state: .present(
          held.points.map { CatalogEntry(point: $0.point, manifestID: $0.manifestID) }))
    }
  }

  func store(
    _ files: [StoredFile], tags: [String], in repository: RepositoryAddress
  ) async throws(StoreError) -> String {
    try await call("store: store files") { state throws(StoreError) in
      state.snapshotsMade += 1
      let id = "manifest-\(state.snapshotsMade)"
      state.repositories[repository.location, default: SimulatedRepository()].snapshots.append(
        SimulatedRepository.Snapshot(id: id, tags: Set(tags), files: files))
      state.sealed(id, in: repository.location)
      return id
    }
  }

  func read(
    _ path: String, of snapshotID: String, in repository: RepositoryAddress, bytesMax: Int
  ) async throws(StoreError) -> [UInt8] {
    try await call("store: read file") { state throws(StoreError) in
      let snapshot = state.repositories[repository.location]?[snapshotID]
      guard let file = snapshot?.files.first(where: { $0.path == path }) else {
        throw StoreError(.notFound, "`\(path)` is not in snapshot \(snapshotID)")
      }
      return file.bytes
    }
  }

  func forget(_ snapshotIDs: [String], in repository: RepositoryAddress) async throws(StoreError) {
    try await call("store: forget snapshots") { state throws(StoreError) in
      state.forgetting(snapshotIDs, in: repository.location)
    }
  }

  func snapshots(
    tagged tags: [String], in repository: RepositoryAddress
  ) async throws(StoreError) -> [String] {
    try await call("store: list snapshots") { state throws(StoreError) in
      let all = state.repositories[repository.location]?.snapshots ?? []
      return all.filter { $0.tags.isSuperset(of: tags) }.map(\.id)
    }
  }

  private func call<Value: Sendable>(
    _ what: String, _ body: (inout WorldState) throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    try await process.call(
      what, failing: StoreError.init, cancelled: StoreError(.cancelled, "Given up"), body)
  }
}

extension StoreError {
  init(_ failure: SimulatedProcess.Call.Failure) {
    switch failure {
    case .refused: self.init(.passwordUnavailable, "The credentials are not there any more")
    default: self.init(.unreachable, "The connection was lost")
    }
  }
}

extension SimulatedRepository {
  /// The recovery points that a catalogue shows: those with a manifest.
  var points: [(manifestID: String, point: RecoveryPoint)] {
    snapshots.compactMap { snapshot in
      guard let file = snapshot.files.first(where: { $0.path == RecoveryPoint.manifestPath }),
        let value = try? JSONValue(parsing: file.bytes),
        let point = try? value.decode(RecoveryPoint.self)
      else { return nil }
      return (snapshot.id, point)
    }
  }
}
