import Documents
public import ObjectStores
public import RepositoryFormat

/// Why a repository could not be read or written.
public enum RepositoryError: Error, Sendable {
  /// There is no repository.
  case repositoryMissing(store: String)
  /// Nothing of this name in the repository: a snapshot, a path inside one.
  case notFound(String)
  /// A repository, or a file to restore, is there already.
  case alreadyExists(String)
  case wrongPassword(store: String)
  /// An object's bytes are not what they must be.
  case damaged(object: String, reason: String)
  /// Others hold locks that exclude ours.
  case locked(by: [LockHolder], store: String)
  /// Our own lock could not be renewed in time: somebody may have removed it.
  case lockLost(String)
  case unsupportedVersion(UInt32)
  case store(ObjectStoreError)
  /// A local file could not be read or written.
  case file(path: String, reason: String)
  /// More than the caller allowed.
  case tooLarge(String)
  case invalidArgument(String)
  case cancelled
}

/// Who holds a lock, as the lock says.
public struct LockHolder: Hashable, Sendable, CustomStringConvertible {
  public var id: ObjectID
  public var lock: LockFile

  public var description: String {
    let kind = lock.isExclusive ? "exclusively " : ""
    return "locked \(kind)by \(lock.username)@\(lock.hostname), PID \(lock.pid),"
      + " since \(lock.time.rounded)"
  }
}

extension RepositoryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .repositoryMissing(let store): "There is no repository in \(store)"
    case .notFound(let what): "\(what) does not exist"
    case .alreadyExists(let what): "\(what) exists already"
    case .wrongPassword(let store): "No key of the repository \(store) opens with this password"
    case .damaged(let object, let reason): "`\(object)` is damaged: \(reason)"
    case .locked(let holders, let store):
      "Repository \(store) is " + holders.map(\.description).joined(separator: "; ")
    case .lockLost(let reason): "The lock on the repository was lost: \(reason)"
    case .unsupportedVersion(let version):
      "Repository format \(version) is not supported; 1 and 2 are"
    case .store(let error): error.description
    case .file(let path, let reason): "`\(path)`: \(reason)"
    case .tooLarge(let what): what
    case .invalidArgument(let what): what
    case .cancelled: "Cancelled"
    }
  }
}
