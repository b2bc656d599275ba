import ClusterModel
import Documents
import FoundationEssentials
import ObjectStores
import Ports
import RepositoryEngine
import RepositoryFormat

/// Recovery points in repositories that this program reads and writes itself.
///
/// Passwords come from Secrets of the cluster when they are needed; a repository that was opened
/// once stays open for the rest of the command.
actor EngineStore: RecoveryStore {
  private static let manifestBytesMax = 16 << 20

  private let cluster: any ClusterAccess
  private var open: [RepositoryAddress: Repository] = [:]
  /// Manifests never change, so one that was read is known.
  private var points: [ObjectID: RecoveryPoint] = [:]

  init(cluster: any ClusterAccess) { self.cluster = cluster }

  func ensure(_ address: RepositoryAddress) async throws(StoreError) -> Bool {
    if let repository = try await repository(address) {
      do { try await repository.removeDeadLocks() } catch { throw StoreError(error, address) }
      return false
    }
    let store = try objectStore(address)
    let password = try await password(of: address)
    do {
      open[address] = try await Repository.create(in: store, password: password)
    } catch {
      throw StoreError(error, address)
    }
    return true
  }

  func catalog(of address: RepositoryAddress) async throws(StoreError) -> RepositoryCatalog {
    guard let repository = try await repository(address) else {
      return RepositoryCatalog(repository: address.name, state: .missing)
    }
    var entries: [CatalogEntry] = []
    do {
      for manifest in try await repository.snapshots(tags: ["oadp-plan"])
      where !manifest.snapshot.tags.contains(where: { $0.hasPrefix("volume=") }) {
        entries.append(
          CatalogEntry(
            point: try await point(manifest.id, in: repository),
            manifestID: manifest.id.description))
      }
    } catch {
      throw StoreError(error, address)
    }
    return RepositoryCatalog(repository: address.name, state: .present(entries))
  }

  private func point(
    _ manifest: ObjectID, in repository: Repository
  ) async throws(RepositoryError) -> RecoveryPoint {
    if let known = points[manifest] { return known }
    let bytes = try await repository.readFile(
      snapshot: manifest, path: RecoveryPoint.manifestPath, limit: Self.manifestBytesMax)
    let object = "\(RecoveryPoint.manifestPath) of snapshot \(manifest)"
    let point: RecoveryPoint
    do { point = try JSONValue(parsing: bytes).decode() } catch {
      throw .damaged(object: object, reason: "\(error)")
    }
    guard point.formatVersion <= RecoveryPoint.formatVersion else {
      throw .damaged(object: object, reason: "It was written by a newer version of this program")
    }
    points[manifest] = point
    return point
  }

  func store(
    _ files: [StoredFile], tags: [String], in address: RepositoryAddress
  ) async throws(StoreError) -> String {
    let repository = try await existing(address)
    do {
      return try await repository.addSnapshot(
        files: files.map { SnapshotFile(path: $0.path, bytes: $0.bytes) }, path: "/recovery-point",
        hostname: Tool.name, tags: tags
      ).description
    } catch {
      throw StoreError(error, address)
    }
  }

  func read(
    _ path: String, of snapshotID: String, in address: RepositoryAddress, bytesMax: Int
  ) async throws(StoreError) -> [UInt8] {
    let repository = try await existing(address)
    guard let id = ObjectID(snapshotID) else {
      throw StoreError(.notFound, "`\(snapshotID)` is no snapshot id")
    }
    do {
      return try await repository.readFile(snapshot: id, path: path, limit: bytesMax)
    } catch {
      throw StoreError(error, address)
    }
  }

  func forget(
    _ snapshotIDs: [String], in address: RepositoryAddress
  ) async throws(StoreError) {
    let repository = try await existing(address)
    do { try await repository.forget(snapshotIDs.compactMap { ObjectID($0) }) } catch {
      throw StoreError(error, address)
    }
  }

  func snapshots(
    tagged tags: [String], in address: RepositoryAddress
  ) async throws(StoreError) -> [String] {
    let repository = try await existing(address)
    do { return try await repository.snapshots(tags: tags).map(\.id.description) } catch {
      throw StoreError(error, address)
    }
  }
}

extension EngineStore {
  func existing(_ address: RepositoryAddress) async throws(StoreError) -> Repository {
    guard let repository = try await repository(address) else {
      throw StoreError(
        .missing, "Repository `\(address.name)` does not exist at \(address.location)")
    }
    return repository
  }

  /// The repository, opened; `nil` where there is none yet.
  func repository(_ address: RepositoryAddress) async throws(StoreError) -> Repository? {
    if let repository = open[address] { return repository }
    let store = try objectStore(address)
    do {
      guard try await store.size(of: .config) != nil else { return nil }
    } catch {
      throw StoreError(.unreachable, "Repository `\(address.name)`: \(error)")
    }
    let password = try await password(of: address)
    do {
      let repository = try await Repository.open(store: store, password: password)
      open[address] = repository
      return repository
    } catch {
      throw StoreError(error, address)
    }
  }

  private func objectStore(_ address: RepositoryAddress) throws(StoreError) -> any ObjectStore {
    let location: RepositoryLocation
    do { location = try RepositoryLocation(parsing: address.location) } catch {
      throw StoreError(.unsupported, "Repository `\(address.name)`: \(error)")
    }
    // Credentials of a plan's location are in Secrets, which do not get to the movers yet.
    guard case .directory(let path) = location else {
      throw StoreError(
        .unsupported,
        "Repository `\(address.name)`: Plans cannot use \(location) yet; `repo` and `mover` can")
    }
    return DirectoryStore(path: path)
  }

  /// Reads the password's Secret. Its value goes nowhere but into the key derivation.
  private func password(of address: RepositoryAddress) async throws(StoreError) -> [UInt8] {
    let reference = ObjectReference(
      .secret, namespace: address.passwordNamespace, name: address.passwordSecret)
    let secret: JSONValue?
    do { secret = try await cluster.get(reference) } catch {
      throw StoreError(.passwordUnavailable, "The password's \(reference): \(error)")
    }
    guard let secret else {
      throw StoreError(.passwordUnavailable, "The password's \(reference) does not exist")
    }
    guard let text = secret["data", address.passwordKey]?.stringValue,
      let data = Data(base64Encoded: text)
    else {
      throw StoreError(
        .passwordUnavailable, "The password's \(reference) has no key `\(address.passwordKey)`")
    }
    return PasswordText.trimmed([UInt8](data))
  }
}

extension StoreError {
  init(_ error: RepositoryError, _ address: RepositoryAddress) {
    let reason: Reason =
      switch error {
      case .repositoryMissing: .missing
      case .notFound: .notFound
      case .wrongPassword: .wrongPassword
      case .damaged, .alreadyExists, .invalidArgument: .damaged
      case .locked, .lockLost: .locked
      case .unsupportedVersion: .unsupported
      case .store, .file: .unreachable
      case .tooLarge: .tooLarge
      case .cancelled: .cancelled
      }
    self.init(reason, "Repository `\(address.name)`: \(error)")
  }
}
