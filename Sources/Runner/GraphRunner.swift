public import Documents
public import Execution
public import Planning

/// Drives a run: the only place where a graph meets the world, time and chance.
///
/// Everything it needs is given to it; runs share nothing. The task that runs
/// ``run(_:performer:journal:fence:runsGuardsOnly:stops:random:)`` must not be cancelled:
/// cancellation reaches guards too. `stops` is the way to stop a run.
public struct GraphRunner<C: Clock>: Sendable where C.Duration == Duration {
  /// Measures deadlines and pauses.
  public var clock: C
  /// The wall clock, for journals and messages.
  public var now: @Sendable () -> Timestamp
  public var limits: RunLimits
  public var backoff: Backoff
  public var guardBackoff: Backoff
  /// How often observers hear that the run is alive.
  public var heartbeat: Duration
  public var observer: any RunObserver

  public init(
    clock: C, now: @escaping @Sendable () -> Timestamp, limits: RunLimits = RunLimits(),
    backoff: Backoff = .standard, guardBackoff: Backoff = .guards,
    heartbeat: Duration = .seconds(30), observer: any RunObserver
  ) {
    self.clock = clock
    self.now = now
    self.limits = limits
    self.backoff = backoff
    self.guardBackoff = guardBackoff
    self.heartbeat = heartbeat
    self.observer = observer
  }

  /// Runs a graph, or what an earlier runner has left of it, to its end.
  ///
  /// Intents are durable before their action begins, completions before a dependent starts;
  /// those that are ready together share one write. Where the journal cannot be written any more,
  /// the run stops as if asked to, and its guards run nevertheless.
  ///
  /// - Parameters:
  ///   - journal: Begun, or read back from an earlier runner of the same graph.
  ///   - fence: Held; where it is lost, the run stops as if asked to. `nil` where nobody else can
  ///     be at the same work.
  ///   - runsGuardsOnly: Stops the run before anything but guards of what an earlier runner started
  ///     can begin.
  ///   - stops: Each element is one request to stop. After the first, running nodes are cancelled
  ///     and guards run; after the second, of the guards only the closings of brackets.
  ///   - random: Draws the pauses between attempts.
  /// - Throws: Where the run cannot even begin; nothing was done then.
  public func run(
    _ graph: ExecutionGraph, performer: some ActionPerformer, journal: RunJournal,
    fence: (any RunFence)? = nil,
    runsGuardsOnly: Bool = false, stops: AsyncStream<Void>, random: inout some RandomNumberGenerator
  ) async throws(RunRefusal) -> RunOutcome {
    var machine: RunStateMachine
    do throws(InvalidGraph) {
      machine = try RunStateMachine(graph, limits: limits)
    } catch { throw .invalidGraph(error) }
    do throws(CorruptJournal) {
      try machine.replay(journal.contents)
    } catch { throw .corruptJournal(error) }
    guard !machine.isClosed else { return machine.outcome }
    var loop = RunLoop(self, machine: machine, performer: performer, journal: journal, fence: fence)
    if runsGuardsOnly { loop.stopAtOnce = true }
    return await loop.run(stops: stops, random: &random)
  }
}

/// Why a run did not begin.
public enum RunRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case invalidGraph(InvalidGraph)
  case corruptJournal(CorruptJournal)

  public var description: String {
    switch self {
    case .invalidGraph(let error): error.description
    case .corruptJournal(let error): error.description
    }
  }
}
