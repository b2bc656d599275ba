import ClusterModel
import Documents
import Ports

/// Repositories in memory.
actor MemoryRecoveryStore: RecoveryStore {
  private struct Snapshot {
    var id: String
    var tags: Set<String>
    var files: [StoredFile]
  }

  private var repositories: [String: [Snapshot]] = [:]
  private var storesToLose = 0
  private var made = 0

  /// Lets the next store happen and loses its answer.
  func loseNextAnswer() { storesToLose += 1 }

  /// What a mover leaves.
  func addSnapshot(_ id: String, tags: [String], in location: String) {
    repositories[location, default: []].append(Snapshot(id: id, tags: Set(tags), files: []))
  }

  func ids(in location: String) -> [String] { (repositories[location] ?? []).map(\.id) }

  func paths(of id: String, in location: String) -> [String] {
    repositories[location]?.first { $0.id == id }?.files.map(\.path) ?? []
  }

  func ensure(_ repository: RepositoryAddress) async throws(StoreError) -> Bool {
    guard repositories[repository.location] == nil else { return false }
    repositories[repository.location] = []
    return true
  }

  func catalog(of repository: RepositoryAddress) async throws(StoreError) -> RepositoryCatalog {
    guard let snapshots = repositories[repository.location] else {
      return RepositoryCatalog(repository: repository.name, state: .missing)
    }
    var entries: [CatalogEntry] = []
    for snapshot in snapshots {
      guard let file = snapshot.files.first(where: { $0.path == RecoveryPoint.manifestPath })
      else { continue }
      guard let value = try? JSONValue(parsing: file.bytes),
        let point = try? value.decode(RecoveryPoint.self)
      else { throw StoreError(.damaged, "Manifest \(snapshot.id) is damaged") }
      entries.append(CatalogEntry(point: point, manifestID: snapshot.id))
    }
    return RepositoryCatalog(repository: repository.name, state: .present(entries))
  }

  func store(
    _ files: [StoredFile], tags: [String], in repository: RepositoryAddress
  ) async throws(StoreError) -> String {
    made += 1
    let id = "manifest-\(made)"
    repositories[repository.location, default: []].append(
      Snapshot(id: id, tags: Set(tags), files: files))
    if storesToLose > 0 {
      storesToLose -= 1
      throw StoreError(.unreachable, "The connection was lost")
    }
    return id
  }

  func read(
    _ path: String, of snapshotID: String, in repository: RepositoryAddress, bytesMax: Int
  ) async throws(StoreError) -> [UInt8] {
    let snapshot = repositories[repository.location]?.first { $0.id == snapshotID }
    guard let file = snapshot?.files.first(where: { $0.path == path }) else {
      throw StoreError(.notFound, "`\(path)` is not in snapshot \(snapshotID)")
    }
    guard file.bytes.count <= bytesMax else { throw StoreError(.tooLarge, "`\(path)` is too long") }
    return file.bytes
  }

  func forget(_ snapshotIDs: [String], in repository: RepositoryAddress) async throws(StoreError) {
    repositories[repository.location]?.removeAll { snapshotIDs.contains($0.id) }
  }

  func snapshots(
    tagged tags: [String], in repository: RepositoryAddress
  ) async throws(StoreError) -> [String] {
    (repositories[repository.location] ?? []).filter { $0.tags.isSuperset(of: tags) }.map(\.id)
  }
}
