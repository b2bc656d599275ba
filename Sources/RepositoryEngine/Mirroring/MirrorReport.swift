public import RepositoryFormat

/// What a mirroring copied.
public struct MirrorReport: Sendable {
  /// A snapshot, and its copy in the other repository.
  public struct Copy: Sendable, Hashable {
    public var source: ObjectID
    public var copy: ObjectID
  }

  /// Oldest first.
  public var copied: [Copy] = []
  /// Snapshots of which the other repository had a copy already.
  public var skipped: [Copy] = []
  public var treesRead = 0
  public var blobsCopied = 0
  /// Stored bytes of these blobs, and of the packs they came into.
  public var bytesCopied: UInt64 = 0
  public var packsWritten = 0
  public var bytesWritten: UInt64 = 0
}

/// How far a mirroring is.
public struct MirrorProgress: Sendable, Hashable {
  public var snapshotsDone = 0
  public var snapshotsTotal = 0
  /// Stored bytes copied so far; the total is known for the snapshots at hand alone.
  public var bytesCopied: UInt64 = 0
}
