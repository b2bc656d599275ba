import Documents
import Execution
import Planning
import Synchronization

/// The children of a run's task group: each does one thing and says how it ended.
extension RunLoop {
  func start(_ command: RunStateMachine.Command, in group: inout TaskGroup<Message>) {
    switch command {
    case .check(let id): check(machine.graph[id], in: &group)
    case .start(let id, let attempt):
      observeStart(of: id, attempt: attempt)
      perform(machine.graph[id], attempt: attempt, in: &group)
    case .undo(let id): undo(machine.graph[id], in: &group)
    }
  }

  func listen(to stops: AsyncStream<Void>, in group: inout TaskGroup<Message>) {
    group.addTask {
      for await _ in stops { return .stop }
      return .silence
    }
  }

  func watch(in group: inout TaskGroup<Message>) {
    let (clock, heartbeat) = (runner.clock, runner.heartbeat)
    group.addTask {
      do { try await clock.sleep(for: heartbeat) } catch { return .silence }
      return .heartbeat
    }
  }

  private func observeStart(of node: NodeID, attempt: Int) {
    if attempt == 1 { observe(.nodeStarted(attempt: 1), of: node) }
  }

  private func perform(_ node: Node, attempt: Int, in group: inout TaskGroup<Message>) {
    let pause = pauses[node.id] ?? .zero
    let context = context(for: node, attempt: attempt, after: pause)
    let (clock, gate, performer, ended) = (runner.clock, gate(of: node.id), performer, ended)
    group.addTask {
      let begin = clock.now
      let body: @Sendable () async -> Result<JSONValue, ActionFailure> = {
        do { if pause > .zero { try await clock.sleep(for: pause) } } catch {
          return .failure(ActionFailure(.cancelled, "Stopped before attempt \(attempt)"))
        }
        return await answer { () throws(ActionFailure) in
          try await performer.perform(node, in: context)
        }
      }
      let time = pause + .seconds(node.timeoutSeconds)
      let race = await race(body, for: time, on: clock, until: gate)
      let verdict = judged(race.answer, cutShortBy: race.cutShortBy, node, context)
      ended.add()
      return .performed(node.id, verdict, took: begin.duration(to: clock.now))
    }
  }

  private func check(_ node: Node, in group: inout TaskGroup<Message>) {
    let context = context(for: node, attempt: 1, after: .zero)
    let (clock, gate, performer, ended) = (runner.clock, gate(of: node.id), performer, ended)
    let pause = runner.backoff.first
    group.addTask {
      let verdict = await repeated(node, pause: pause, on: clock, until: gate, context) {
        () throws(ActionFailure) in
        try await performer.check(node.preconditions, of: node, in: context)
      }
      ended.add()
      return .checked(node.id, verdict)
    }
  }

  private func undo(_ node: Node, in group: inout TaskGroup<Message>) {
    let context = context(for: node, attempt: 1, after: .zero)
    let (clock, performer, ended) = (runner.clock, performer, ended)
    let pause = runner.guardBackoff.first
    group.addTask {
      let begin = clock.now
      let verdict = await repeated(node, pause: pause, on: clock, until: nil, context) {
        () throws(ActionFailure) in
        try await performer.undo(node, in: context)
      }
      ended.add()
      return .undone(node.id, verdict, took: begin.duration(to: clock.now))
    }
  }

  /// What gives the node up when the run is stopped.
  private func gate(of node: NodeID) -> Gate? {
    if machine.isClosing(node) { nil } else { machine.isGuard(node) ? secondStop : firstStop }
  }

  private func context(for node: Node, attempt: Int, after pause: Duration) -> RunContext {
    let (observer, now, run) = (runner.observer, runner.now, journal.run)
    let monitor = NodeMonitor { progress in
      observer.observe(
        RunEvent(
          at: now(), run: run, node: node.id, address: node.address,
          kind: .nodeProgressed(progress)))
    }
    return RunContext(
      runID: run, attempt: attempt, deadline: now() + pause + .seconds(node.timeoutSeconds),
      now: now, results: results, monitor: monitor)
  }
}

/// Tries up to as often as the node allows, each time within the node's time.
///
/// - Returns: The last failure, or `nil` after a success.
private func repeated<C: Clock>(
  _ node: Node, pause: Duration, on clock: C, until gate: Gate?, _ context: RunContext,
  _ body: @escaping @Sendable () async throws(ActionFailure) -> Void
) async -> ActionFailure? where C.Duration == Duration {
  var attempt = 1
  while true {
    let race = await race(
      { await answer(body) }, for: .seconds(node.timeoutSeconds), on: clock, until: gate)
    guard
      case .failure(let failure) = judged(race.answer, cutShortBy: race.cutShortBy, node, context)
    else { return nil }
    guard failure.kind == .transient, attempt < node.attemptsMax else { return failure }
    attempt += 1
    do { try await clock.sleep(for: pause) } catch { return failure }
  }
}

private func answer<Success>(
  _ body: () async throws(ActionFailure) -> Success
) async -> Result<Success, ActionFailure> {
  do throws(ActionFailure) { return .success(try await body()) } catch { return .failure(error) }
}

/// What an action's answer means, given what cut it short. A success stays one.
private func judged<Success>(
  _ answer: Result<Success, ActionFailure>, cutShortBy cause: GivingUp?, _ node: Node,
  _ context: RunContext
) -> Result<Success, ActionFailure> {
  guard case .failure(var failure) = answer, let cause else { return answer }
  failure.waitedFor =
    failure.waitedFor ?? context.monitor.lastWait ?? "`\(node.action.operation.rawValue)` to end"
  switch cause {
  case .stop: failure.kind = .cancelled
  case .deadline:
    if failure.kind != .cancelled { failure.evidence.append(failure.message) }
    failure.kind = .transient
    failure.message = "Timed out after \(node.timeoutSeconds)s"
  }
  return .failure(failure)
}

/// Counts up, from any task.
final class Tally: Sendable {
  private let value = Atomic(0)

  var count: Int { value.load(ordering: .acquiring) }

  func add() { value.add(1, ordering: .releasing) }
}
