public import RepositoryFormat

/// What to restore and where to.
public struct RestoreRequest: Sendable {
  public enum Mode: Sendable {
    /// The first file that is there already ends the restore.
    case fresh
    /// Files that are there are removed and made anew.
    case overwrite
    /// Files that are there are compared blob by blob, and only what differs is written. What is
    /// of another kind than in the snapshot is replaced. Attributes that the snapshot does not
    /// have are removed.
    case inPlace
  }

  public enum Layout: Sendable {
    /// The target is a folder, which receives what is in one.
    case folder
    /// The target is a block device or a regular file, which receives the bytes of one file: that
    /// at ``RestoreRequest/subpath``, or with none the snapshot's only one. What is on a device is
    /// compared and replaced in every mode; bytes behind the file's end are left alone there.
    case block
  }

  public var snapshot: ObjectID
  /// A folder inside the snapshot whose contents are restored; empty for the whole snapshot.
  public var subpath: String
  /// The folder that receives the contents; made where it does not exist.
  public var target: String
  public var layout = Layout.folder
  public var mode = Mode.fresh
  /// Removes what the snapshot does not have from the folders that it has, in every mode;
  /// `lost+found` in the target itself is left.
  public var deletesOthers = false
  /// Reads everything back from the disk, and fails where it is not the snapshot's.
  public var verifies = false
  public var workers = 2
  /// Called every few seconds, and once at the end.
  public var progress: (@Sendable (RestoreProgress) -> Void)?

  public init(snapshot: ObjectID, subpath: String = "", target: String) {
    self.snapshot = snapshot
    self.subpath = subpath
    self.target = target
  }

  /// Whether files that are there already are replaced, one way or the other.
  public var overwrites: Bool {
    get { mode != .fresh }
    set { mode = newValue ? .overwrite : .fresh }
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
  /// Of these, what was written, and what was found in place.
  public var bytesWritten: UInt64 = 0
  public var bytesUnchanged: UInt64 = 0
  /// Read back after all was on disk.
  public var bytesVerified: UInt64 = 0
  /// Entries that the snapshot does not have; a folder counts once.
  public var deleted: UInt64 = 0
  /// What could not be set (owners, attributes), at most a thousand of them.
  public var warnings: [String] = []
  public var warningCount = 0
}

/// How far a restore is.
public struct RestoreProgress: Sendable {
  public var filesDone: UInt64
  public var filesExpected: UInt64
  /// Written, found in place, or a hole.
  public var bytesDone: UInt64
  /// What ``bytesDone`` is going to be, exactly.
  public var bytesExpected: UInt64
  /// Read from the repository.
  public var bytesFetched: UInt64
  /// What is to be read back afterwards comes to ``bytesExpected`` once more, if it is asked for.
  public var bytesVerified: UInt64
}
