/// Copies of runs in repositories, so that any machine can go on with a run whose own is gone.
///
/// A journal is mirrored in segments, each under the number of its first line and written only
/// where nothing is: of two runners that go on with one run, the slower finds its place taken, and
/// has been fenced off. Every call may be repeated. Cancelling gives up waiting.
public protocol RunMirror: Sendable {
  /// The ids of runs that have begun and are not closed, oldest first. A missing repository has
  /// none.
  func openRuns(in repository: RepositoryAddress) async throws(StoreError) -> [String]

  /// A run as far as it is mirrored; `nil` where it never began, or is long closed.
  func mirroredRun(
    _ run: String, in repository: RepositoryAddress
  ) async throws(StoreError) -> MirroredRun?

  /// Stores what a run does. Comes before its first segment.
  func begin(
    _ run: String, plan: [UInt8], in repository: RepositoryAddress
  ) async throws(StoreError)

  /// Stores the next lines of a journal, durably, unless somebody else has stored theirs.
  func append(
    _ segment: JournalSegment, to run: String, in repository: RepositoryAddress
  ) async throws(StoreError) -> SegmentFate

  /// Closes a run for good: what it did is forgotten but for its outcome.
  func close(
    _ run: String, outcome: [UInt8], in repository: RepositoryAddress
  ) async throws(StoreError)
}

/// Consecutive lines of a journal, as one runner wrote them.
public struct JournalSegment: Hashable, Sendable {
  /// The number of the first line; 0 is the journal's header.
  public var first: Int
  /// What tells the runners of one folder from all others.
  public var writer: String
  /// Whole lines, each with its line feed.
  public var bytes: [UInt8]

  public init(first: Int, writer: String, bytes: [UInt8]) {
    self.first = first
    self.writer = writer
    self.bytes = bytes
  }
}

/// What became of a segment.
public enum SegmentFate: Hashable, Sendable {
  case stored
  /// There is another one in its place: our own, where its answer was lost, or somebody else's.
  case taken(JournalSegment)
  /// The run was closed.
  case closed
}

/// What a repository knows of a run.
public enum MirroredRun: Hashable, Sendable {
  /// - Parameter segments: In order; the last of them may be missing, none in between.
  case open(plan: [UInt8], segments: [JournalSegment])
  case closed(outcome: [UInt8])
}
