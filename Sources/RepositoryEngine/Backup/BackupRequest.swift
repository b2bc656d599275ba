public import Documents
public import RepositoryFormat

/// What to back up and what to call it.
public struct BackupRequest: Sendable {
  /// What the snapshot's root tree is.
  public enum Layout: Sendable {
    /// The folder's entries, as `restic backup .` inside of it; recorded as this path. VolSync
    /// writes its volumes so, as `/data`.
    case contents(as: String)
    /// The folders that lead to the source, as `restic backup /a/b/c`.
    case path
  }

  /// An absolute path: of a folder, or with ``Layout/path`` of anything.
  public var path: String
  public var layout: Layout
  public var hostname: String
  public var tags: [String]
  /// Names that are left out wherever they occur.
  public var excludes: [String]
  /// Files unchanged since this snapshot are not read again; `nil` picks the newest one of the
  /// same host and path.
  public var parent: ObjectID?
  /// Reads every file, whatever the parent says.
  public var readsEverything = false
  /// The snapshot's time; `nil` for the clock's.
  public var time: Timestamp?
  /// Worker threads; two keep two cores busy.
  public var workers = 2

  public init(
    path: String, layout: Layout, hostname: String, tags: [String] = [], excludes: [String] = [],
    parent: ObjectID? = nil
  ) {
    self.path = path
    self.layout = layout
    self.hostname = hostname
    self.tags = tags
    self.excludes = excludes
    self.parent = parent
  }
}

/// What a backup did: evidence, not impression.
public struct BackupSummary: Sendable {
  public var snapshotID: ObjectID
  public var treeID: ObjectID
  public var figures: Snapshot.Summary
  /// What could not be read or changed while it was read, at most a thousand of them.
  public var warnings: [String]
  /// How many warnings there were.
  public var warningCount: Int
}

/// How far a backup is.
public struct BackupProgress: Sendable {
  public var filesDone: UInt64
  /// Of finished files.
  public var bytesDone: UInt64
  /// Of all files, finished or not.
  public var bytesRead: UInt64
  public var bytesStored: UInt64
}
