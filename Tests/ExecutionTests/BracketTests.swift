import Documents
import Execution
import Planning
import RunTesting
import Testing

@Suite("Brackets after a crash") struct BracketTests {
  static let open = NodeID(0)
  static let data = NodeID(1)
  static let wal = NodeID(2)
  static let close = NodeID(3)
  static let copy = NodeID(4)

  /// open → (data, wal) → close → copy
  static func graph(outlivesRunner: Bool) -> ExecutionGraph {
    var graph = TestGraph()
    let open = graph.node("open")
    let data = graph.node("data:cut", after: [open], action: TestGraph.cut("data"))
    let wal = graph.node("wal:cut", after: [open], action: TestGraph.cut("wal"))
    let close = graph.node("close", after: [data, wal], guarding: [open])
    graph.node("copy", after: [data, wal, close])
    graph.bracket(open, [data, wal], close, outlivesRunner: outlivesRunner)
    return graph.graph
  }

  static func done(_ node: NodeID) -> [JournalEvent] {
    [.started(node, attempt: 1), .succeeded(node, result: .null)]
  }

  /// What the runner after a crash does first.
  static func commands(
    after history: [JournalEvent], outlivesRunner: Bool
  ) throws -> (RunStateMachine, [RunStateMachine.Command]) {
    var machine = try RunStateMachine(graph(outlivesRunner: outlivesRunner))
    for event in history { try machine.replay(event) }
    _ = machine.resume()
    let commands = machine.takeReady()
    return (machine, commands)
  }

  @Test("a lost session with members missing: what was cut is undone, then it begins again")
  func lostSession() throws {
    let history = Self.done(Self.open) + Self.done(Self.data) + [.started(Self.wal, attempt: 1)]
    var (machine, commands) = try Self.commands(after: history, outlivesRunner: false)
    #expect(commands == [.undo(Self.data), .undo(Self.wal)])
    _ = machine.finishUndo(Self.data, failure: nil)
    #expect(machine[Self.data] == .undone && machine.takeReady() == [])
    _ = machine.finishUndo(Self.wal, failure: nil)
    #expect(machine[Self.data] == .blocked)
    #expect(machine.takeReady() == [.start(Self.open, attempt: 1)])
  }

  @Test("a lost session with nothing but its closing missing counts as closed")
  func onlyClosingMissing() throws {
    let members = Self.done(Self.open) + Self.done(Self.data) + Self.done(Self.wal)
    for history in [members, members + [.started(Self.close, attempt: 1)]] {
      let (machine, commands) = try Self.commands(after: history, outlivesRunner: false)
      #expect(machine[Self.close] == .succeeded(result: ["endedWithRunner": true]))
      #expect(commands == [.start(Self.copy, attempt: 1)])
    }
  }

  @Test("a freeze is closed first, then its members are undone, then it begins again")
  func freeze() throws {
    let history = Self.done(Self.open) + Self.done(Self.data)
    var (machine, commands) = try Self.commands(after: history, outlivesRunner: true)
    #expect(commands == [.start(Self.close, attempt: 1)])
    _ = machine.finish(Self.close, with: .success(.null))
    #expect(machine.takeReady() == [.undo(Self.data)])
    _ = machine.finishUndo(Self.data, failure: nil)
    #expect(machine.takeReady() == [.start(Self.open, attempt: 1)])
  }

  @Test("a freeze whose opening may have begun is closed first as well")
  func freezeBegun() throws {
    var (machine, commands) = try Self.commands(
      after: [.started(Self.open, attempt: 1)], outlivesRunner: true)
    #expect(commands == [.start(Self.close, attempt: 1)])
    _ = machine.finish(Self.close, with: .success(.null))
    #expect(machine.takeReady() == [.start(Self.open, attempt: 1)])
  }

  @Test("a freeze with nothing but its closing missing is closed and goes on")
  func freezeComplete() throws {
    let history = Self.done(Self.open) + Self.done(Self.data) + Self.done(Self.wal)
    var (machine, commands) = try Self.commands(after: history, outlivesRunner: true)
    #expect(commands == [.start(Self.close, attempt: 1)])
    _ = machine.finish(Self.close, with: .success(.null))
    #expect(machine.takeReady() == [.start(Self.copy, attempt: 1)])
  }

  @Test("a bracket that failed inside is closed, not begun again")
  func failed() throws {
    let failure = ActionFailure(.permanent, "Broken")
    let history =
      Self.done(Self.open) + [
        .started(Self.data, attempt: 1), .started(Self.wal, attempt: 1),
        .failed(Self.data, failure),
      ]
    let (session, none) = try Self.commands(after: history, outlivesRunner: false)
    #expect(none == [] && session.isFinished)
    #expect(session[Self.wal] == .skipped(.bracketLost(opening: Self.open)))
    #expect(session.outcome.exit == .failed)
    let (_, commands) = try Self.commands(after: history, outlivesRunner: true)
    #expect(commands == [.start(Self.close, attempt: 1)])
  }

  @Test("a freeze that cannot be closed is not begun again, and the next runner tries once more")
  func stuck() throws {
    let history = Self.done(Self.open) + Self.done(Self.data)
    var (machine, _) = try Self.commands(after: history, outlivesRunner: true)
    let lost = machine.finish(
      Self.close, with: .failure(ActionFailure(.permanent, "The pod is gone")))
    #expect(machine.takeReady() == [.undo(Self.data)])
    let undone = machine.finishUndo(Self.data, failure: nil)
    #expect(machine.isFinished)
    #expect(machine.outcome.exit == .unquiesceUnconfirmed && machine.outcome.isResumable)
    let whole = history + [.resumed, .started(Self.close, attempt: 1), lost, undone]
    let (_, again) = try Self.commands(after: whole, outlivesRunner: true)
    #expect(again == [.start(Self.close, attempt: 1)])
  }

  @Test("a bracket that was never entered is not closed")
  func untouched() throws {
    let (_, commands) = try Self.commands(after: [], outlivesRunner: true)
    #expect(commands == [.start(Self.open, attempt: 1)])
  }

  @Test("a guard that ran early has taken back what it guards: that runs again, and its bracket")
  func earlyGuard() throws {
    var graph = TestGraph()
    let open = graph.node("open")
    let cut = graph.node("cut", after: [open], action: TestGraph.cut("data"))
    let close = graph.node("close", after: [cut], guarding: [open])
    let copy = graph.node("copy", after: [close])
    let release = graph.node("release", after: [copy], guarding: [cut])
    graph.bracket(open, [cut], close, outlivesRunner: true)
    var machine = try RunStateMachine(graph.graph)
    let history =
      [open, cut, close].flatMap(Self.done) + [.started(copy, attempt: 1)]
      + [.stopped(.guardsOnly), .failed(copy, ActionFailure(.cancelled, "Stopped"))]
      + Self.done(release)
    for event in history { try machine.replay(event) }
    #expect(machine.outcome.exit == .interrupted)
    _ = machine.resume()
    #expect(machine.takeReady() == [.undo(cut)])
    _ = machine.finishUndo(cut, failure: nil)
    #expect(machine.takeReady() == [.start(open, attempt: 1)])
  }

  @Test("a clean-up that could not be confirmed is tried again, and nothing else")
  func unconfirmedCleanUp() throws {
    var graph = TestGraph()
    let open = graph.node("open")
    let cut = graph.node("cut", after: [open], action: TestGraph.cut("data"))
    let close = graph.node("close", after: [cut], guarding: [open])
    let expose = graph.node("expose", after: [close])
    let copy = graph.node("copy", after: [expose])
    let retract = graph.node("retract", after: [copy], guarding: [expose])
    let release = graph.node("release", after: [copy, retract], guarding: [cut])
    graph.bracket(open, [cut], close, outlivesRunner: true)
    var machine = try RunStateMachine(graph.graph)
    let forbidden = ActionFailure(.permanent, "Forbidden")
    let history =
      [open, cut, close, expose, copy].flatMap(Self.done)
      + [.started(retract, attempt: 1), .failed(retract, forbidden)] + Self.done(release)
    for event in history { try machine.replay(event) }
    #expect(machine.outcome.isResumable)
    _ = machine.resume()
    #expect(machine.takeReady() == [.start(retract, attempt: 1)])
    _ = machine.finish(retract, with: .success(.null))
    #expect(machine.isFinished)
  }

  @Test("in a bracket that has failed, what a guard took back early is not made again")
  func earlyGuardOfFailed() throws {
    var graph = TestGraph()
    let open = graph.node("open")
    let data = graph.node("data:cut", after: [open], action: TestGraph.cut("data"))
    let wal = graph.node("wal:cut", after: [open], action: TestGraph.cut("wal"))
    let close = graph.node("close", after: [data, wal], guarding: [open])
    let copy = graph.node("data:copy", after: [data, close])
    let release = graph.node("data:release", after: [copy], guarding: [data])
    graph.bracket(open, [data, wal], close, outlivesRunner: true)
    let broken = ActionFailure(.permanent, "Broken")
    let history =
      [open, data].flatMap(Self.done)
      + [.started(wal, attempt: 1), .failed(wal, broken)]
      + [.started(close, attempt: 1), .failed(close, broken)] + Self.done(release)
    var machine = try RunStateMachine(graph.graph)
    for event in history { try machine.replay(event) }
    #expect(machine.outcome.exit == .unquiesceUnconfirmed)
    _ = machine.resume()
    #expect(machine.takeReady() == [.start(close, attempt: 1), .start(release, attempt: 1)])
    _ = machine.finish(close, with: .success(.null))
    #expect(machine[copy] == .skipped(.bracketLost(opening: open)))
  }

  @Test("what was captured in memory is captured again while somebody needs it")
  func volatile() throws {
    var graph = TestGraph()
    let capture = graph.node("capture", action: TestGraph.capture)
    let seal = graph.node("seal", after: [capture])
    graph.node("tell", after: [seal])
    for (history, first) in [
      (Self.done(capture), capture), (Self.done(capture) + Self.done(seal), NodeID(2)),
    ] {
      var machine = try RunStateMachine(graph.graph)
      for event in history { try machine.replay(event) }
      _ = machine.resume()
      #expect(machine.takeReady() == [.start(first, attempt: 1)])
    }
  }
}
