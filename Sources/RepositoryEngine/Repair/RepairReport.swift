public import RepositoryFormat

/// How thoroughly the index is compared with the packs before it is repaired.
public struct RepairIndexRequest: Sendable {
  /// Packs that a check found damaged: they are read whole, their intact blobs are saved into new
  /// packs, and they are removed.
  public var damagedPacks: [ObjectID] = []
  /// Treats every pack so, for want of a check's report.
  public var readsEverything = false
  /// Compares the headers of all packs with the index, not only those of packs that are in none.
  public var readsHeaders = true

  public init(damagedPacks: [ObjectID] = []) { self.damagedPacks = damagedPacks }
}

/// What a repair of the index did.
public struct RepairIndexReport: Sendable {
  /// Index files that were removed, and the new ones that took their place.
  public var indexFilesRemoved: [ObjectID] = []
  public var indexFilesWritten: [ObjectID] = []
  /// Packs that no index named rightly, and that the new index names.
  public var packsAdded: [ObjectID] = []
  /// Packs that are gone, and that no index names any more.
  public var packsDropped: [ObjectID] = []
  /// Damaged packs whose intact blobs lie in new packs now; they are removed.
  public var packsSalvaged: [ObjectID] = []
  /// What was lost, by name: the next backup of the same files stores it again.
  public var lost: [CheckFinding] = []
  public var lostCount = 0

  public var changesNothing: Bool { indexFilesRemoved.isEmpty && indexFilesWritten.isEmpty }

  mutating func lose(_ object: String, _ reason: String) {
    lostCount += 1
    guard lost.count < CheckReport.findingsKeptMax else { return }
    lost.append(CheckFinding(object: object, reason: reason))
  }
}

/// Which snapshots are repaired, and what becomes of their former selves.
public struct RepairSnapshotsRequest: Sendable {
  /// `nil` for all.
  public var snapshots: [ObjectID]?
  /// Removes each snapshot that was rewritten, and each of which nothing is left.
  public var forgetsOriginals = false

  public init(snapshots: [ObjectID]? = nil, forgetsOriginals: Bool = false) {
    self.snapshots = snapshots
    self.forgetsOriginals = forgetsOriginals
  }
}

/// What a repair of snapshots did.
public struct RepairSnapshotsReport: Sendable {
  /// A snapshot that lost something, and the one written without it.
  public struct Rewritten: Hashable, Sendable {
    public var original: ObjectID
    public var replacement: ObjectID
  }

  /// What every rewritten snapshot is tagged with beside its own tags, as by restic.
  public static let tag = "repaired"

  public var intact = 0
  public var rewritten: [Rewritten] = []
  /// Snapshots that cannot be read, or whose root is lost: nothing of them can be saved.
  public var unrepairable: [CheckFinding] = []
  public var forgotten: [ObjectID] = []
  /// Files and folders that the rewritten snapshots lack: the first thousand.
  public var lost: [CheckFinding] = []
  public var lostCount = 0

  mutating func lose(_ finding: CheckFinding) {
    lostCount += 1
    if lost.count < CheckReport.findingsKeptMax { lost.append(finding) }
  }
}
