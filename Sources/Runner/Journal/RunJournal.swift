import Documents
public import Execution
public import Ports

/// The journal of one run while it is being written: what an earlier runner left, and where the
/// next event goes.
public struct RunJournal: Sendable {
  public let contents: JournalContents
  private let writer: any JournalWriter
  private var sequence: Int

  /// Goes on with a journal whose lines are in `contents`.
  public init(resuming contents: JournalContents, writer: any JournalWriter) {
    self.contents = contents
    self.writer = writer
    sequence = contents.records.count
  }

  /// Begins a journal: writes its first line.
  public init(
    beginning header: JournalHeader, writer: any JournalWriter
  ) async throws(JournalError) {
    let line = header.line
    try await writer.append([line])
    self.init(
      resuming: JournalContents(header: header, byteCount: line.count), writer: writer)
  }

  public var run: RunID { contents.header.run }

  /// The same journal behind another writer, which passes lines on to this one's.
  public func written(through wrap: (any JournalWriter) -> any JournalWriter) -> RunJournal {
    RunJournal(resuming: contents, writer: wrap(writer))
  }

  /// Makes events durable, all at once.
  ///
  /// - Parameter everywhere: Whether other machines must know of them before anything is done.
  mutating func append(
    _ events: [JournalEvent], at instant: Timestamp, everywhere: Bool
  ) async throws(JournalError) {
    guard !events.isEmpty else { return }
    var lines: [[UInt8]] = []
    lines.reserveCapacity(events.count)
    for event in events {
      sequence += 1
      lines.append(JournalRecord(sequence: sequence, at: instant, event: event).line)
    }
    if everywhere {
      try await writer.appendEverywhere(lines)
    } else {
      try await writer.append(lines)
    }
  }

  func carry() async -> JournalError? { await writer.carry() }

  func flush() async throws(JournalError) { try await writer.flush() }
}
