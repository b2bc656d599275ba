import Documents
import Execution
import Planning
import Ports

/// One run while it goes on: the machine that decides, the children that act, and the journal
/// between them.
struct RunLoop<C: Clock, Performer: ActionPerformer> where C.Duration == Duration {
  /// What children tell the loop.
  enum Message: Sendable {
    case checked(NodeID, ActionFailure?)
    case performed(NodeID, Result<JSONValue, ActionFailure>, took: Duration)
    case undone(NodeID, ActionFailure?, took: Duration)
    /// Another request to stop the run.
    case stop
    case fence(FenceSignal)
    /// The journal was taken over by another runner.
    case fencedOff(JournalError)
    /// The run has been stopped at this level for as long as the level may take.
    case patienceOver(StopLevel)
    case heartbeat
    /// Who holds places in the limits.
    case looked(Result<[PlaceHolder], ActionFailure>, wasPaused: Bool, generation: Int)
    /// A child that watched something has nothing to say.
    case silence

    /// Whether a node's place becomes free.
    var isOfNode: Bool {
      switch self {
      case .checked, .performed, .undone: true
      case .looked, .stop, .fence, .fencedOff, .patienceOver, .heartbeat, .silence: false
      }
    }
  }

  let runner: GraphRunner<C>
  let performer: Performer
  let fence: (any RunFence)?
  let results: RunResults
  /// Opens at the first request to stop, and gives up every node but guards.
  let firstStop = Gate()
  /// Opens at the second, and gives up guards that close no bracket.
  let secondStop = Gate()
  /// Opens when even those have had their time.
  let lastStop = Gate()
  /// Children of nodes that have ended, whether or not the loop has heard of it.
  let ended = Tally()
  var machine: RunStateMachine
  var journal: RunJournal
  /// Events that are not durable yet.
  var unwritten: [JournalEvent] = []
  /// Why nothing but guards may begin, where nobody asked for that.
  var halt: Halt?
  /// Why the journal takes no more lines.
  var journalLoss: JournalError?
  /// Nodes that a guard guards: other machines must know of them before they begin.
  let guarded: Set<NodeID>
  /// Whether the run is stopped before anything new can begin.
  var stopAtOnce = false
  /// Levels that the run was stopped at, and whose time has not begun yet.
  var unhurried: [StopLevel] = []
  /// Nodes whose preconditions hold, to be started once that is durable.
  var checked: [RunStateMachine.Command] = []
  /// How long to wait before the next attempt.
  var pauses: [NodeID: Duration] = [:]
  var places = PlaceWatch<C.Instant>()

  init(
    _ runner: GraphRunner<C>, machine: RunStateMachine, performer: Performer, journal: RunJournal,
    fence: (any RunFence)?
  ) {
    self.runner = runner
    results = RunResults(nodeCount: machine.graph.nodes.count)
    self.machine = machine
    self.performer = performer
    self.journal = journal
    self.fence = fence
    guarded = Set(machine.graph.edges.lazy.filter { $0.kind == .guard }.map(\.from))
  }

  mutating func run(
    stops: AsyncStream<Void>, random: inout some RandomNumberGenerator
  ) async -> RunOutcome {
    takeOver()
    guard await claim() else { return await end() }
    await withTaskGroup(of: Message.self) { group in
      listen(to: stops, in: &group)
      listen(to: fence, in: &group)
      carryJournal(in: &group)
      watch(in: &group)
      var heard = 0
      await startReady(in: &group)
      while !machine.isFinished, let message = await group.next() {
        var message: Message? = message
        // Whatever has ended meanwhile shares one write with this.
        while let current = message {
          if current.isOfNode { heard += 1 }
          handle(current, random: &random)
          if case .stop = current { listen(to: stops, in: &group) }
          if case .fence(.stopRequested) = current { listen(to: fence, in: &group) }
          if case .heartbeat = current { watch(in: &group) }
          bePatient(in: &group)
          message = heard < ended.count ? await group.next() : nil
        }
        await startReady(in: &group)
      }
      group.cancelAll()
    }
    return await end()
  }

  /// Adopts what an earlier runner did.
  private mutating func takeOver() {
    let nodes = machine.graph.nodes
    let isResumed = !journal.contents.records.isEmpty
    if isResumed { unwritten.append(machine.resume()) }
    var resumed = 0
    for node in nodes {
      guard case .succeeded(let result) = machine[node.id] else { continue }
      results[node.id] = result
      resumed += 1
    }
    observe(.runStarted(nodes: nodes.count, resumedNodes: resumed))
    if stopAtOnce { stop(askedBy: nil) }
  }

  /// Starts what may start, its intent durable first.
  private mutating func startReady(in group: inout TaskGroup<Message>) async {
    checkFence()
    forgetOldLook()
    var ready = machine.takeReady()
    if reviewCrowded() { ready += machine.takeReady() }
    unwritten += ready.compactMap(\.event)
    var commands = checked + ready
    checked = []
    await write()
    checkFence()  // writing may have taken long
    await withdrawStarts(from: &commands)
    for command in commands { start(command, in: &group) }
    look(in: &group)
    for node in machine.takeSkipped() {
      guard case .skipped(let reason) = machine[node] else { continue }
      observe(.nodeSkipped(reason), of: node)
    }
  }

  mutating func write() async {
    let events = unwritten
    unwritten = []
    guard journalLoss == nil else { return }
    do throws(JournalError) {
      try await journal.append(
        events, at: runner.now(), everywhere: events.contains(where: startsGuarded))
    } catch {
      fail(error)
    }
  }

  private func startsGuarded(_ event: JournalEvent) -> Bool {
    if case .started(let node, _) = event { guarded.contains(node) } else { false }
  }

  private mutating func handle(
    _ message: Message, random: inout some RandomNumberGenerator
  ) {
    switch message {
    case .checked(let node, let failure): finishCheck(node, failure)
    case .performed(let node, let answer, let took):
      finish(node, answer, took: took, random: &random)
    case .undone(let node, let failure, let took):
      unwritten.append(machine.finishUndo(node, failure: failure))
      observe(failure.map { .nodeFailed($0, took: took) } ?? .nodeUndone(took: took), of: node)
    case .stop: stop(askedBy: nil)
    case .fence(let signal): hear(signal)
    case .fencedOff(let error): fail(error)
    case .patienceOver(let level): if machine.stopLevel == level { hurry(beyond: level) }
    case .heartbeat: observe(.heartbeat)
    case .looked(let answer, let wasPaused, let generation):
      finishLook(answer, wasPaused: wasPaused, generation: generation)
    case .silence: break
    }
  }

  private mutating func finish(
    _ node: NodeID, _ answer: Result<JSONValue, ActionFailure>, took: Duration,
    random: inout some RandomNumberGenerator
  ) {
    let event = machine.finish(node, with: answer)
    unwritten.append(event)
    let isGuard = machine.isGuard(node)
    switch event {
    case .succeeded(_, let result):
      results[node] = result
      observe(
        isGuard ? .guardConfirmed(took: took) : .nodeSucceeded(result: result, took: took), of: node
      )
    case .retried(_, let failure):
      guard case .ready(let attempt) = machine[node] else { return }
      let backoff = isGuard ? runner.guardBackoff : runner.backoff
      let pause = backoff.delay(before: attempt, using: &random)
      pauses[node] = pause
      observe(.nodeRetrying(failure, nextAttempt: attempt, delay: pause), of: node)
    case .failed(_, let failure):
      observe(
        isGuard ? .guardUnconfirmed(failure, took: took) : .nodeFailed(failure, took: took),
        of: node)
    default: preconditionFailure("\(node) ended with \(event)")
    }
  }

  private mutating func finishCheck(_ node: NodeID, _ failure: ActionFailure?) {
    guard let event = machine.finishCheck(node, failure: failure) else { return }
    unwritten.append(event)
    if case .started(_, let attempt) = event { checked.append(.start(node, attempt: attempt)) }
    if let failure { observe(.nodeFailed(failure, took: .zero), of: node) }
  }

  /// - Parameter who: Somebody elsewhere; `nil` where this process was asked.
  mutating func stop(askedBy who: String?) {
    let level: StopLevel = machine.stopLevel == nil ? .guardsOnly : .closingsOnly
    guard stop(at: level) else { return }
    if !stopAtOnce { unhurried.append(level) }
    observe(.stopRequested(by: who, guardsArmed: machine.guardsArmed))
  }

  /// - Returns: Whether the run was not stopped so urgently before.
  mutating func stop(at level: StopLevel) -> Bool {
    guard let event = machine.stop(level) else { return false }
    unwritten.append(event)
    for (needed, gate) in [
      (StopLevel.guardsOnly, firstStop), (.closingsOnly, secondStop), (.nothing, lastStop),
    ] where needed <= level { gate.open() }
    return true
  }

  private mutating func end() async -> RunOutcome {
    if machine.isFinished, let event = machine.close() { unwritten.append(event) }
    await write()
    await flush()
    var outcome = machine.outcome
    if journalLoss != nil || !machine.isFinished { outcome.isResumable = true }
    if let halt { outcome.add(halt) }
    observe(.runFinished(outcome))
    return outcome
  }

  func observe(_ kind: RunEvent.Kind, of node: NodeID? = nil) {
    runner.observer.observe(
      RunEvent(
        at: runner.now(), run: journal.run, node: node,
        address: node.map { machine.graph[$0].address }, kind: kind))
  }
}
