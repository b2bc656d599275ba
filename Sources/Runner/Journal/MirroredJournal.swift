public import Ports
internal import Synchronization

/// A journal that is written here first and then to the repository, so that any machine can go on
/// with the run, and only one does.
///
/// Lines that name a guarded node's start are everywhere before the node begins; all others
/// follow soon. Until the repository is there (the run's first node makes it) they wait: nobody
/// could find the run there yet.
public final class MirroredJournal<C: Clock>: JournalWriter where C.Duration == Duration {
  private struct State {
    /// Lines that are not in the mirror yet, the first of them number `first`.
    var pending: [[UInt8]]
    var first: Int
    var pendingBytes = 0
    var isBegun = false
    /// The first lines of a runner claim the run.
    var isClaimed = false
    var fenced: JournalError?
    /// The mirror was away for so long that its backlog was given up.
    var isBehind = false
  }

  /// Why lines did not get to the mirror.
  private enum Obstacle: Error {
    case fenced(JournalError)
    case away(String)
  }

  private let local: any JournalWriter
  private let mirror: any RunMirror
  private let run: MirroredRunAddress
  private let clock: C
  private let state: Mutex<State>
  private let turn = Turn()

  /// How long lines that are in no hurry are gathered before they become a segment.
  private static var gathering: Duration { .seconds(1) }
  private static var segmentBytesMax: Int { 1 << 20 }
  /// What a run may have to say while its mirror is away; more is told by the next run here.
  private let backlogBytesMax: Int

  /// - Parameters:
  ///   - pending: What `local` holds and the mirror does not, in order.
  ///   - first: The number of the first of those lines.
  public init(
    local: any JournalWriter, mirror: any RunMirror, run: MirroredRunAddress,
    pending: [[UInt8]], first: Int, clock: C, backlogBytesMax: Int = 16 << 20
  ) {
    self.local = local
    self.mirror = mirror
    self.run = run
    self.clock = clock
    self.backlogBytesMax = backlogBytesMax
    var state = State(pending: pending, first: first)
    state.pendingBytes = pending.reduce(0) { $0 + $1.count }
    self.state = Mutex(state)
  }

  public func append(_ lines: [[UInt8]]) async throws(JournalError) {
    let isClaim = try await appendHere(lines)
    guard isClaim else { return }
    do throws(Obstacle) { try await push() } catch {
      if case .fenced(let error) = error { throw error }
    }
  }

  public func appendEverywhere(_ lines: [[UInt8]]) async throws(JournalError) {
    _ = try await appendHere(lines)
    do throws(Obstacle) { try await push() } catch { throw journalError(error) }
  }

  public func carry() async -> JournalError? {
    while true {
      do { try await clock.sleep(for: Self.gathering) } catch { return nil }
      do throws(Obstacle) { try await push() } catch {
        if case .fenced(let error) = error { return error }
        do { try await clock.sleep(for: Self.gathering * 4) } catch { return nil }
      }
    }
  }

  public func flush() async throws(JournalError) {
    do throws(Obstacle) { try await push() } catch { throw journalError(error) }
  }

  /// - Returns: Whether these are this runner's first lines.
  private func appendHere(_ lines: [[UInt8]]) async throws(JournalError) -> Bool {
    if let fenced = state.withLock({ $0.fenced }) { throw fenced }
    try await local.append(lines)
    return state.withLock { state in
      defer { state.isClaimed = true }
      state.pending += lines
      state.pendingBytes += lines.reduce(0) { $0 + $1.count }
      if state.pendingBytes > backlogBytesMax {
        state.isBehind = true
        state.pending = []
        state.pendingBytes = 0
      }
      return !state.isClaimed
    }
  }

  private func journalError(_ obstacle: Obstacle) -> JournalError {
    switch obstacle {
    case .fenced(let error): error
    case .away(let reason):
      JournalError(
        .unmirrored, "The journal cannot be mirrored: \(reason)",
        hint: "see that the repository can be written, and run the same command again")
    }
  }
}

// MARK: Carrying

extension MirroredJournal {
  /// Carries everything that is pending to the mirror, in order.
  private func push() async throws(Obstacle) {
    await turn.take()
    defer { turn.give() }
    do throws(StoreError) {
      while let segment = try nextSegment() { try await store(segment) }
    } catch {
      if let fenced = state.withLock({ $0.fenced }) { throw .fenced(fenced) }
      // Without a repository there is nobody who could know of the run.
      guard error.reason != .missing else { return }
      throw .away(error.message)
    }
    if let fenced = state.withLock({ $0.fenced }) { throw .fenced(fenced) }
  }

  private func nextSegment() throws(StoreError) -> JournalSegment? {
    let (segment, isBehind) = state.withLock { state -> (JournalSegment?, Bool) in
      guard state.fenced == nil, !state.pending.isEmpty else { return (nil, state.isBehind) }
      var bytes: [UInt8] = []
      for line in state.pending {
        guard bytes.isEmpty || bytes.count + line.count <= Self.segmentBytesMax else { break }
        bytes += line
      }
      return (
        JournalSegment(first: state.first, writer: run.writer, bytes: bytes), state.isBehind
      )
    }
    guard !isBehind else {
      throw StoreError(.unreachable, "It was away for more than \(backlogBytesMax) bytes")
    }
    return segment
  }

  private func store(_ segment: JournalSegment) async throws(StoreError) {
    if !state.withLock({ $0.isBegun }) {
      try await mirror.begin(run.id, plan: run.plan, in: run.repository)
      state.withLock { $0.isBegun = true }
    }
    switch try await mirror.append(segment, to: run.id, in: run.repository) {
    case .stored: forget(segment.bytes)
    case .closed: fence("Run \(run.id) was ended by another runner")
    case .taken(let other):
      // An answer of ours that was lost: what we wrote then is the beginning of what we write now.
      if other.writer == run.writer, other.first == segment.first, !other.bytes.isEmpty,
        isPending(other.bytes)
      {
        forget(other.bytes)
      } else {
        fence("Another runner goes on with run \(run.id)")
      }
    }
  }

  private func isPending(_ bytes: [UInt8]) -> Bool {
    state.withLock { state in
      var rest = bytes[...]
      for line in state.pending where !rest.isEmpty {
        guard rest.starts(with: line) else { return false }
        rest = rest.dropFirst(line.count)
      }
      return rest.isEmpty
    }
  }

  /// Takes lines off the backlog that are in the mirror.
  private func forget(_ bytes: [UInt8]) {
    let count = bytes.count { $0 == 0x0A }
    state.withLock { state in
      let count = min(count, state.pending.count)
      state.pending.removeFirst(count)
      state.first += count
      state.pendingBytes -= bytes.count
    }
  }

  private func fence(_ reason: String) {
    state.withLock { state in
      state.fenced = state.fenced ?? JournalError(.fenced, reason)
      state.pending = []
      state.pendingBytes = 0
    }
  }
}

/// Where a run is mirrored, and as whose.
public struct MirroredRunAddress: Hashable, Sendable {
  public var id: String
  public var repository: RepositoryAddress
  /// The plan file's bytes.
  public var plan: [UInt8]
  /// The token of the local folder.
  public var writer: String

  public init(id: String, repository: RepositoryAddress, plan: [UInt8], writer: String) {
    self.id = id
    self.repository = repository
    self.plan = plan
    self.writer = writer
  }
}
