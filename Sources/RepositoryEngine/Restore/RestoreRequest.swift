public import RepositoryFormat

/// What to restore and where to.
public struct RestoreRequest: Sendable {
  public var snapshot: ObjectID
  /// A folder inside the snapshot whose contents are restored; empty for the whole snapshot.
  public var subpath: String
  /// The folder that receives the contents; made where it does not exist.
  public var target: String
  /// Replaces files that are there already. Without it the first one ends the restore.
  public var overwrites = false
  public var workers = 2

  public init(snapshot: ObjectID, subpath: String = "", target: String) {
    self.snapshot = snapshot
    self.subpath = subpath
    self.target = target
  }
}

/// What a restore did.
public struct RestoreSummary: Sendable {
  public var files: UInt64 = 0
  public var directories: UInt64 = 0
  /// Symbolic links, hard links, devices and pipes.
  public var others: UInt64 = 0
  /// Lengths of all files, holes included.
  public var bytes: UInt64 = 0
  /// What could not be set (owners, attributes), at most a thousand of them.
  public var warnings: [String] = []
  public var warningCount = 0
}
