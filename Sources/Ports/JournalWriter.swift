/// Where a run's journal goes: an append-only sequence of lines.
///
/// One writer per journal, and one call at a time.
public protocol JournalWriter: Sendable {
  /// Appends lines, each with its line feed, in order. When this returns they survive a crash of
  /// the machine. Where it throws, none, some or all of them may be there: the caller must stop.
  ///
  /// Not cancellable: an intent is either durable or the run ends.
  func append(_ lines: [[UInt8]]) async throws(JournalError)

  /// Appends lines that every other machine must see before this returns.
  ///
  /// - Throws: ``JournalError/Reason/unmirrored`` where they are durable here but not there; the
  ///   journal then goes on.
  func appendEverywhere(_ lines: [[UInt8]]) async throws(JournalError)

  /// Carries lines on to wherever else they go, behind the appending, until it is cancelled.
  ///
  /// - Returns: ``JournalError/Reason/fenced`` where another runner goes on with the run; `nil`
  ///   where there is nothing to do or the task was cancelled.
  func carry() async -> JournalError?

  /// Carries on what is left, at the end.
  func flush() async throws(JournalError)
}

extension JournalWriter {
  public func appendEverywhere(_ lines: [[UInt8]]) async throws(JournalError) {
    try await append(lines)
  }

  public func carry() async -> JournalError? { nil }

  public func flush() async throws(JournalError) {}
}

/// Why a journal could not be opened, read or written.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable {
    /// Another process on this machine is running this run.
    case locked
    case corrupt
    /// The file system refused.
    case unwritable, unreadable
    /// Another runner goes on with this run, or has ended it.
    case fenced
    /// The lines are durable on this machine, and on no other.
    case unmirrored
  }

  public var reason: Reason
  public var message: String
  /// What to do about it.
  public var hint: String?

  public init(_ reason: Reason, _ message: String, hint: String? = nil) {
    self.reason = reason
    self.message = message
    self.hint = hint
  }

  public var description: String { message }
}
