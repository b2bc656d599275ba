import RepositoryFormat

/// Where a repository's bytes are.
public struct UsageReport: Sendable {
  public struct Blobs: Sendable, Hashable {
    public var count = 0
    /// As they lie in packs, 32 bytes of sealing each included.
    public var storedBytes: UInt64 = 0
    public var plainBytes: UInt64 = 0

    mutating func add(_ blob: PackedBlob) {
      count += 1
      storedBytes += UInt64(blob.length)
      plainBytes += UInt64(blob.plainLength)
    }
  }

  /// One snapshot's share.
  public struct Share: Sendable {
    public var snapshot: IdentifiedSnapshot
    /// Everything that it needs, each blob once.
    public var total = Blobs()
    /// What it alone needs: so much becomes free with it.
    public var unique = Blobs()
  }

  /// Objects in the store.
  public struct Files: Sendable, Hashable {
    public var count = 0
    public var bytes: UInt64 = 0
  }

  public var packs = Files()
  public var indexes = Files()
  public var snapshotFiles = Files()
  public var keys = Files()
  public var locks = Files()
  /// Packs that no index names: of a writer that is at work, or was killed.
  public var packsUnindexed = Files()
  /// Blobs that snapshots need, each once.
  public var data = Blobs()
  public var trees = Blobs()
  /// Blobs that no snapshot needs; a prune would remove them.
  public var unused = Blobs()
  /// Needless copies of blobs.
  public var duplicates = Blobs()
  /// Oldest first.
  public var shares: [Share] = []

  /// All objects together.
  public var totalBytes: UInt64 {
    packs.bytes + indexes.bytes + snapshotFiles.bytes + keys.bytes + locks.bytes
  }

  /// Plain bytes for each stored one, of what snapshots need; 1 for nothing.
  public var compressionRatio: Double {
    let stored = data.storedBytes + trees.storedBytes
    return stored == 0 ? 1 : Double(data.plainBytes + trees.plainBytes) / Double(stored)
  }
}
