import Execution
public import Ports

/// What is to be done where a journal is on this machine and in a repository.
///
/// The local journal is always written first, so the mirror's lines are its beginning, unless
/// another runner went on from there: then the mirror is right, and what this machine knows
/// beyond it was never told to anybody. Nothing that a guard must release is among that.
public enum MirrorComparison: Hashable, Sendable {
  /// The local journal holds more, or as much: `pending`, from line number `first`, is not
  /// mirrored yet.
  case localGoesOn(pending: [[UInt8]], first: Int)
  /// The mirror is to replace the local journal.
  case mirrorGoesOn(journal: [UInt8])

  /// - Parameters:
  ///   - local: The local journal's whole lines; empty where there are none.
  ///   - mirrored: The journal's bytes as the repository has them.
  public init(local: [UInt8], mirrored: [UInt8]) {
    let whole = mirrored.lastIndex(of: 0x0A).map { mirrored[...$0] } ?? []
    guard local.starts(with: whole) else {
      self = .mirrorGoesOn(journal: Array(whole))
      return
    }
    let rest = local.dropFirst(whole.count).split(
      separator: 0x0A, omittingEmptySubsequences: true)
    self = .localGoesOn(
      pending: rest.map { Array($0) + [0x0A] }, first: whole.count { $0 == 0x0A })
  }

  /// The journal that segments make up.
  ///
  /// - Throws: Where a segment is missing between others.
  public static func journal(
    of segments: [JournalSegment], run: String
  ) throws(JournalError) -> [UInt8] {
    var bytes: [UInt8] = []
    var lines = 0
    for segment in segments {
      guard segment.first == lines, segment.bytes.last == 0x0A || segment == segments.last else {
        throw JournalError(
          .corrupt,
          "Corrupt journal of run \(run) in the repository: line \(lines + 1) is missing, and "
            + "line \(segment.first + 1) is there",
          hint: "see that nothing is left quiesced, remove the run's folder in the repository and "
            + "apply again: what the run made is found by its name")
      }
      bytes += segment.bytes
      lines += segment.bytes.count { $0 == 0x0A }
    }
    return bytes
  }
}
