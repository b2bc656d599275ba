import Documents
import Execution
import Planning
import Ports

/// What becomes of a run that has lost its lock or its journal: nothing begins any more but guards.
extension RunLoop {
  func listen(to fence: (any RunFence)?, in group: inout TaskGroup<Message>) {
    guard let fence else { return }
    group.addTask {
      guard let signal = await fence.watch() else { return .silence }
      return .fence(signal)
    }
  }

  /// Makes the run this runner's own, before anything is done.
  ///
  /// - Returns: `false` where another runner was faster. Not even guards are this one's then: they
  ///   would take away what the other works with.
  mutating func claim() async -> Bool {
    checkFence()
    await write()
    if case .lockLost? = halt { return false }
    return true
  }

  func carryJournal(in group: inout TaskGroup<Message>) {
    let journal = journal
    group.addTask {
      guard let error = await journal.carry() else { return .silence }
      return .fencedOff(error)
    }
  }

  /// Takes note of a journal that does not do what it must.
  mutating func fail(_ error: JournalError) {
    switch error.reason {
    case .unmirrored: halt(.unmirrored(error.message))
    case .fenced:
      journalLoss = journalLoss ?? error
      halt(.lockLost(error.message))
    default:
      journalLoss = journalLoss ?? error
      halt(.journalFailed(error.message))
    }
  }

  /// Tells other machines the rest. One that cannot be told learns it from the next run here.
  mutating func flush() async {
    guard journalLoss == nil else { return }
    do throws(JournalError) { try await journal.flush() } catch {
      if error.reason == .fenced { fail(error) }
    }
  }

  mutating func hear(_ signal: FenceSignal) {
    switch signal {
    case .lost(let reason): halt(.lockLost(reason))
    case .stopRequested(let who): stop(askedBy: who)
    }
  }

  /// Looks whether the lock is still held, right before something begins.
  mutating func checkFence() {
    if halt == nil, let loss = fence?.loss { halt(.lockLost(loss)) }
  }

  mutating func halt(_ cause: Halt) {
    guard halt == nil else { return }
    halt = cause
    if let event = machine.stop(.guardsOnly) {
      unwritten.append(event)
      firstStop.open()
    }
    if case .lockLost(let reason) = cause {
      observe(.lockLost(reason, guardsArmed: machine.guardsArmed))
    }
  }

  /// Takes back what was about to begin, and adds the guards that may begin instead.
  mutating func withdrawStarts(from commands: inout [RunStateMachine.Command]) async {
    guard let halt else { return }
    while true {
      for command in commands where isWithdrawn(command) { withdraw(command, halt) }
      commands.removeAll(where: isWithdrawn)
      let guards = machine.takeReady()
      unwritten += guards.compactMap(\.event)
      await write()
      guard !guards.isEmpty else { return }
      commands += guards
    }
  }

  private mutating func withdraw(_ command: RunStateMachine.Command, _ halt: Halt) {
    let failure = ActionFailure(.cancelled, halt.failureText)
    switch command {
    case .start(let node, _): unwritten.append(machine.finish(node, with: .failure(failure)))
    case .undo(let node): unwritten.append(machine.finishUndo(node, failure: failure))
    case .check: break
    }
  }

  /// Guards begin whatever happens. What an earlier runner made is taken back as long as nobody
  /// else can be using it.
  private func isWithdrawn(_ command: RunStateMachine.Command) -> Bool {
    switch command {
    case .start(let node, _): !machine.isGuard(node)
    case .undo: if case .lockLost? = halt { true } else { false }
    case .check: false
    }
  }
}

extension RunOutcome {
  /// What a halt makes of an outcome.
  mutating func add(_ halt: Halt) {
    switch halt {
    case .lockLost(let reason):
      lockLost = reason
      // Where everything was done already, the loss has cost nothing.
      guard isResumable else { return }
      if exit == .interrupted || exit == .ok { exit = .locked }
    case .journalFailed(let message), .unmirrored(let message):
      journalFailure = message
      exit = .mostSevere(of: [exit, .failed])
      isResumable = true
    }
  }
}
