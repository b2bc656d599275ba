public import RepositoryFormat

/// Something that a check found.
public struct CheckFinding: Hashable, Sendable, CustomStringConvertible {
  /// What is wrong: `config`, `keys/…`, `index/…`, `data/…`, `snapshots/…` followed by an id of 64
  /// digits, or `tree blob …`, `data blob …`.
  public var object: String
  public var reason: String
  /// A snapshot that is hurt by it, where one is known; there may be more.
  public var snapshot: ObjectID?
  /// Where in that snapshot, as `/a/b`.
  public var path: String?

  public var description: String {
    let place = path.map { path in
      snapshot.map { " (`\(path)` in snapshot \($0.short))" } ?? " (`\(path)`)"
    }
    return "`\(object)`: \(reason)\(place ?? "")"
  }
}

/// What a check saw.
public struct CheckReport: Sendable {
  /// More are counted, not kept.
  public static let findingsKeptMax = 1000

  /// What is damaged, in the order of discovery: the first thousand.
  public var problems: [CheckFinding] = []
  public var problemCount = 0
  /// What is odd but harms nothing: packs in no index, blobs or packs indexed twice.
  public var hints: [CheckFinding] = []
  public var hintCount = 0
  /// Packs that are missing, or of which something is damaged: what to give to
  /// ``RepairIndexRequest/damagedPacks``.
  public var damagedPacks: [ObjectID] = []

  public var snapshots = 0
  public var indexFiles = 0
  public var packs = 0
  public var blobs = 0
  public var trees = 0
  /// Packs that were read and verified whole.
  public var packsRead = 0
  /// Everything that was read, in bytes.
  public var bytesRead: UInt64 = 0

  public var isClean: Bool { problemCount == 0 }
}
