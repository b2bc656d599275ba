public import ClusterModel

/// Repositories that hold recovery points, addressed by location and the Secret of their password.
///
/// Every call may be repeated. Cancelling gives up waiting; nothing half-written becomes visible.
public protocol RecoveryStore: Sendable {
  /// Makes the repository where it is missing; one that is there loses the locks of processes of
  /// this machine that were killed.
  ///
  /// - Returns: Whether it was made now.
  func ensure(_ repository: RepositoryAddress) async throws(StoreError) -> Bool

  /// The sealed recovery points, oldest first. A missing repository is a state, not an error.
  func catalog(of repository: RepositoryAddress) async throws(StoreError) -> RepositoryCatalog

  /// Stores files as one restic snapshot, whole or not at all.
  ///
  /// - Returns: The snapshot's id.
  func store(
    _ files: [StoredFile], tags: [String], in repository: RepositoryAddress
  ) async throws(StoreError) -> String

  /// Reads one file of a snapshot.
  ///
  /// - Parameter bytesMax: A longer file is an error.
  func read(
    _ path: String, of snapshotID: String, in repository: RepositoryAddress, bytesMax: Int
  ) async throws(StoreError) -> [UInt8]

  /// Forgets snapshots, in this order. Snapshots that are gone already are no error.
  func forget(_ snapshotIDs: [String], in repository: RepositoryAddress) async throws(StoreError)

  /// The ids of snapshots that carry all of `tags`, oldest first.
  func snapshots(
    tagged tags: [String], in repository: RepositoryAddress
  ) async throws(StoreError) -> [String]
}

/// How a repository is reached: a location in restic's spelling and a Secret's key.
public struct RepositoryAddress: Hashable, Sendable {
  /// The Repository object's name, for messages.
  public var name: String
  public var location: String
  public var passwordNamespace: String
  public var passwordSecret: String
  public var passwordKey: String
  /// What an object store asks for, with Secrets in the password's namespace.
  public var access: StoreAccess?

  public init(
    name: String, location: String, passwordNamespace: String, passwordSecret: String,
    passwordKey: String, access: StoreAccess? = nil
  ) {
    self.name = name
    self.location = location
    self.passwordNamespace = passwordNamespace
    self.passwordSecret = passwordSecret
    self.passwordKey = passwordKey
    self.access = access
  }
}

/// A file to store: `path` relative, components separated by `/`.
public struct StoredFile: Hashable, Sendable {
  public var path: String
  public var bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

/// Why a repository did not do what it was asked.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable {
    case missing, wrongPassword, passwordUnavailable, locked, damaged, unsupported, unreachable
    case notFound, tooLarge, cancelled
  }

  public var reason: Reason
  public var message: String

  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  public var isTransient: Bool { reason == .locked || reason == .unreachable }

  public var description: String { message }
}
