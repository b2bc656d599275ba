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
    /// A block device or a regular file as one file of this name, with nothing beside it: what
    /// `restic backup --stdin --stdin-filename NAME` makes. Recorded as `/NAME`.
    case block(as: String)
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
  /// When a file counts as unchanged; `nil` is ``UnchangedRule/clone`` for the contents of a
  /// volume, which movers read from a clone of it, and ``UnchangedRule/strict`` for a path.
  public var unchangedRule: UnchangedRule?
  /// Of a block volume: what differs from ``parent``, which must be named then. Everything else is
  /// taken from it unread. Without a parent that serves, all is read, and
  /// ``BackupSummary/fullReadReason`` says so.
  public var changedBlocks: ChangedBlocks?
  /// The snapshot's time; `nil` for the clock's.
  public var time: Timestamp?
  /// Worker threads; two keep two cores busy.
  public var workers = 2
  var pace = WritingPace()

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
  /// Bytes read from the source; what was taken from the parent is not among them.
  public var bytesRead: UInt64
  /// Why a list of changed blocks was of no use and all was read; `nil` otherwise.
  public var fullReadReason: String?
}

/// How far a backup is.
public struct BackupProgress: Sendable {
  public var filesDone: UInt64
  /// Of finished files.
  public var bytesDone: UInt64
  /// Of all files, finished or not.
  public var bytesRead: UInt64
  public var bytesStored: UInt64
  /// Of all files, whether read, a hole, or taken from the parent: what an estimate goes by.
  public var bytesCovered: UInt64
  /// What ``bytesCovered`` is going to be: exact for a block volume; else what the parent snapshot
  /// had, or what the file system says is in use; `nil` where neither is known.
  public var bytesExpected: UInt64?
}
