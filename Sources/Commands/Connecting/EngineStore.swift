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
    let store = try await objectStore(address)
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
    let store = try await objectStore(address)
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

  func objectStore(
    _ address: RepositoryAddress
  ) async throws(StoreError) -> any ObjectStore {
    var options = StoreOptions()
    if let access = address.access {
      if let name = access.credentialsSecret {
        let secret = try await secret(name, of: address, "The credentials'")
        options.takeCredentials { key in
          secret.bytes(of: key).map { String(decoding: PasswordText.trimmed($0), as: UTF8.self) }
        }
      }
      if let name = access.authoritiesSecret, let key = access.authoritiesKey {
        options.authorities = try await value(of: key, in: name, of: address, "The authorities'")
      }
      options.use(region: access.region, isPathStyle: access.isPathStyle)
    }
    do { return try RepositoryLocation(parsing: address.location).store(options) } catch {
      throw StoreError(.unsupported, "Repository `\(address.name)`: \(error)")
    }
  }

  /// Reads the password's Secret. Its value goes nowhere but into the key derivation.
  private func password(of address: RepositoryAddress) async throws(StoreError) -> [UInt8] {
    PasswordText.trimmed(
      try await value(
        of: address.passwordKey, in: address.passwordSecret, of: address, "The password's"))
  }

  /// - Parameter whose: `The password's`, for messages.
  private func value(
    of key: String, in name: String, of address: RepositoryAddress, _ whose: String
  ) async throws(StoreError) -> [UInt8] {
    guard let bytes = try await secret(name, of: address, whose).bytes(of: key) else {
      let reference = Self.reference(name, of: address)
      throw StoreError(.passwordUnavailable, "\(whose) \(reference) has no key `\(key)`")
    }
    return bytes
  }

  private func secret(
    _ name: String, of address: RepositoryAddress, _ whose: String
  ) async throws(StoreError) -> JSONValue {
    let reference = Self.reference(name, of: address)
    let secret: JSONValue?
    do { secret = try await cluster.get(reference) } catch {
      throw StoreError(.passwordUnavailable, "\(whose) \(reference): \(error)")
    }
    guard let secret else {
      throw StoreError(.passwordUnavailable, "\(whose) \(reference) does not exist")
    }
    return secret
  }

  private static func reference(_ name: String, of address: RepositoryAddress) -> ObjectReference {
    ObjectReference(.secret, namespace: address.passwordNamespace, name: name)
  }
}

extension JSONValue {
  /// The value of one key of a Secret.
  fileprivate func bytes(of key: String) -> [UInt8]? {
    self["data", key]?.stringValue.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
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
