import Documents
import RepositoryFormat

/// When a file's content is taken from the parent snapshot instead of being read.
///
/// Either way a file's size and time of modification must be the parent's, and metadata is always
/// the disk's. A file that was modified while the parent was made is read again: it may have been
/// changed behind the parent's back within the same tick of the file system's clock.
public enum UnchangedRule: Sendable {
  /// Inode and status change time must be the parent's, too: restic's rule. Right for a live file
  /// system, where a program may set a file's modification time back.
  case strict
  /// A file with another inode than the parent's has been copied with its volume: its status
  /// change time is the copy's and says nothing. A file that kept its inode lies on a clone of
  /// blocks, and the strict rule holds for it.
  ///
  /// Misses one change: a file replaced by another one of the same length that was given the same
  /// modification time to the nanosecond.
  case clone
}

/// The time during which a file's changes could have escaped the parent snapshot.
struct RacyWindow: Sendable {
  /// Longer than the tick of any kernel's clock (10 ms at 100 Hz).
  private static let tick: Int64 = 20_000_000
  /// Where a time has no fraction, the file system may keep none; FAT counts two seconds.
  private static let coarseTick: Int64 = 2_000_000_000

  private let start: Int64
  private let end: Int64

  /// Other programs' snapshots may tell only when they began.
  init(of parent: Snapshot) {
    start = (parent.summary?.backupStart ?? parent.time).nanosecondsSinceEpochClamped
    end = parent.summary?.backupEnd.nanosecondsSinceEpochClamped ?? .max
  }

  func contains(_ time: FileTime) -> Bool {
    let tick = time.nanosecond == 0 ? Self.coarseTick : Self.tick
    let instant = time.timestamp.nanosecondsSinceEpochClamped
    return instant >= start.subtractingClamped(tick) && instant <= end.addingClamped(tick)
  }
}

extension Timestamp {
  fileprivate var nanosecondsSinceEpochClamped: Int64 {
    let (seconds, overflow) = secondsSinceEpoch.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return secondsSinceEpoch < 0 ? .min : .max }
    return seconds.addingClamped(Int64(nanosecond))
  }
}

extension Int64 {
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  fileprivate func subtractingClamped(_ other: Int64) -> Int64 { addingClamped(-other) }
}

extension TreeNode {
  /// Whether a file has not been touched since: then its content is not read again.
  func isUnchanged(since former: TreeNode, size: UInt64, by rule: UnchangedRule) -> Bool {
    guard former.kind == .file, kind == .file, former.size == size, former.modified == modified
    else { return false }
    switch rule {
    case .strict: return former.inode == inode && former.changed == changed
    case .clone: return former.inode != inode || former.changed == changed
    }
  }
}
