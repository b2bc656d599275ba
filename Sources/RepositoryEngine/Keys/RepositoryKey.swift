public import Documents
public import RepositoryFormat

/// One of the keys of a repository: a password leads through it to the master key.
public struct RepositoryKey: Sendable, Hashable {
  public var id: ObjectID
  /// When and by whom it was made, as its file says; nobody vouches for it.
  public var created: Timestamp
  public var username: String
  public var hostname: String
  /// Whether this repository was opened with it.
  public var isInUse: Bool
}

/// The keys of a repository.
public struct RepositoryKeyList: Sendable, Hashable {
  /// Oldest first.
  public var keys: [RepositoryKey]
  /// Key files that cannot be read; they open nothing and keep nothing from opening.
  public var damaged: [ObjectID]
}
