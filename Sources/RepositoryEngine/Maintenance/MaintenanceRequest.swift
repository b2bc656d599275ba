public import RepositoryFormat

/// What a prune may leave, and how far it may go.
public struct MaintenanceRequest: Sendable {
  /// How much unused data may stay inside packs that are partly used: taking it out costs reading
  /// and writing what is used.
  public enum UnusedMax: Sendable, Hashable {
    /// Of all data that stays, 0 up to 100.
    case percent(Double)
    case bytes(UInt64)
    case unlimited
  }

  /// Snapshots to remove in the same go, under the same lock. Those gone already are passed over.
  public var forgotten: [ObjectID] = []
  public var unusedMax = UnusedMax.percent(5)
  /// No more than this many bytes of used blobs are moved; `nil` for no limit. The rest is left to
  /// the next time.
  public var repackBytesMax: UInt64?
  /// Also compresses data that is stored as it is, in repositories of format 2.
  public var compressesData = false
  /// Only says what would be done: nothing is written or removed but a shared lock.
  public var isDryRun = false
  /// Each holds up to 8 MiB that it reads, and the packs that it fills.
  public var workers = 3

  public init() {}
}

/// What a prune found, and what it did or would do.
public struct MaintenanceReport: Sendable, Hashable {
  public struct Amount: Sendable, Hashable {
    public var count = 0
    public var bytes: UInt64 = 0

    mutating func add(_ bytes: UInt64) {
      count += 1
      self.bytes += bytes
    }
  }

  public var isDryRun = false
  /// Snapshots that stay, and those that were removed.
  public var snapshotsKept = 0
  public var snapshotsForgotten = 0
  public var treesRead = 0
  /// Blobs that snapshots need, each counted once, in their stored length.
  public var used = Amount()
  /// Blobs that nobody needs, and needless copies of others.
  public var unused = Amount()
  public var duplicates = Amount()
  /// Packs that are left as they are.
  public var packsKept = Amount()
  /// Packs without any used blob.
  public var packsUnused = Amount()
  /// Packs whose used blobs move to new ones.
  public var packsRepacked = Amount()
  /// Packs that no index names: the rest of a writer that was killed.
  public var packsUnindexed = Amount()
  /// Packs that an index names, that do not exist, and that nobody misses.
  public var packsMissing = 0
  /// Used blobs that are moved.
  public var moved = Amount()
  /// Zero in a dry run.
  public var packsWritten = Amount()
  public var indexesWritten = 0
  /// Index files that new ones replace.
  public var indexesRemoved = 0
  /// Unused bytes that stay inside packs.
  public var unusedKeptBytes: UInt64 = 0

  /// Bytes of packs that are removed.
  public var removedBytes: UInt64 {
    packsUnused.bytes + packsRepacked.bytes + packsUnindexed.bytes
  }

  /// Whether there was nothing to do.
  public var isClean: Bool {
    snapshotsForgotten == 0 && packsUnused.count == 0 && packsRepacked.count == 0
      && packsUnindexed.count == 0 && packsMissing == 0 && indexesRemoved == 0
  }
}

/// How far a prune is.
public enum MaintenanceProgress: Sendable, Hashable {
  /// Trees read so far; how many there will be, nobody knows before.
  case reading(trees: Int)
  /// Used bytes moved, of all that are to move.
  case repacking(bytes: UInt64, of: UInt64)
  /// Objects removed, of all that are to go.
  case removing(objects: Int, of: Int)
}
