import Documents
import Execution
import Planning
import RunTesting
import Runner
import Testing

@Suite("Runner") struct RunnerTests {
  /// open → cut → close (a guard of open) → copy → seal
  static var protection: ExecutionGraph {
    var graph = TestGraph()
    let open = graph.node("pg:open")
    let cut = graph.node("pg/data:cut", after: [open], action: TestGraph.cut("data"))
    let close = graph.node("pg:close", after: [cut], guarding: [open], attempts: 3)
    let copy = graph.node("pg/data:copy", after: [cut, close], attempts: 3)
    graph.node("pg/data:release", after: [copy], guarding: [cut])
    graph.node("pg:seal", after: [copy])
    graph.bracket(open, [cut], close, outlivesRunner: false)
    return graph.graph
  }

  @Test("nodes run in the order of their edges, and a result reaches those after it")
  func order() {
    let report = RunReport.of(Self.protection) { call in
      call.address == "pg/data:cut"
        ? ["handle": "h-1"] : call.context.result(of: NodeID(1)) ?? "none yet"
    }
    #expect(report.outcome.exit == .ok)
    #expect(
      report.log.prefix(4) == [
        "perform pg:open", "perform pg/data:cut", "perform pg:close", "perform pg/data:copy",
      ])
    #expect(Set(report.log.dropFirst(4)) == ["perform pg:seal", "perform pg/data:release"])
    let seal = report.events.first {
      $0.address == "pg:seal" && $0.kind != .nodeStarted(attempt: 1)
    }
    #expect(seal?.kind == .nodeSucceeded(result: ["handle": "h-1"], took: .zero))
    #expect(report.outcome.guardsArmed == 2 && report.outcome.guardsConfirmed == 2)
  }

  @Test("a transient failure is tried again after a pause, as often as the node allows")
  func retries() {
    let report = RunReport.of(Self.protection) { call throws(ActionFailure) in
      guard call.address == "pg/data:copy", call.callsBefore < 2 else { return .null }
      throw ActionFailure(.transient, "The API server is busy")
    }
    #expect(report.outcome.exit == .ok)
    #expect(report.log.count { $0 == "perform pg/data:copy" } == 3)
    #expect(report.took >= .milliseconds(1500) && report.took <= .seconds(3))
  }

  @Test("a permanent failure is not tried again; what depends on it is skipped, its guards run")
  func permanentFailure() {
    let report = RunReport.of(Self.protection) { call throws(ActionFailure) in
      guard call.address == "pg/data:cut" else { return .null }
      throw ActionFailure(.permanent, "There is no VolumeSnapshotClass `rbd`")
    }
    #expect(report.outcome.exit == .failed)
    #expect(report.log.prefix(2) == ["perform pg:open", "perform pg/data:cut"])
    // Both guards are ready at once, so that either may come first.
    #expect(report.log.dropFirst(2).sorted() == ["perform pg/data:release", "perform pg:close"])
    #expect(!report.outcome.isResumable)
  }

  @Test("a node that takes too long is given up, and the failure names what it waited for")
  func deadline() {
    let report = RunReport.of(Self.protection) { call throws(ActionFailure) in
      guard call.address == "pg/data:cut" else { return .null }
      call.context.waiting(for: "VolumeSnapshot shop/op-data to be ready")
      try await call.sleep(.seconds(3600))
      return .null
    }
    #expect(
      report.failure(of: "pg/data:cut")
        == ActionFailure(
          .transient, "Timed out after 60s", waitedFor: "VolumeSnapshot shop/op-data to be ready"))
    #expect(report.took == .seconds(60))
    #expect(report.log.contains("perform pg:close"))
  }

  @Test(
    "a closing that cannot be confirmed is tried again, then the run ends with 5 and stays open")
  func unconfirmed() {
    let report = RunReport.of(Self.protection) { call throws(ActionFailure) in
      guard call.address == "pg:close" else { return .null }
      throw ActionFailure(.permanent, "The pod is gone")
    }
    #expect(report.log.count { $0 == "perform pg:close" } == 3)
    #expect(report.outcome.exit == .unquiesceUnconfirmed)
    #expect(report.outcome.isResumable)
    #expect(report.outcome.guardsConfirmed == 1)
  }

  @Test("a guard that takes too long after a stop is left to the next runner")
  func slowGuard() {
    let report = RunReport.of(Self.protection, stops: [.seconds(5)]) { call throws(ActionFailure) in
      switch call.address {
      case "pg/data:cut", "pg/data:release": try await call.sleep(.seconds(30))
      default: break
      }
      return .null
    }
    #expect(report.outcome.exit == .interrupted)
    #expect(report.outcome.isResumable)
    #expect(report.outcome.guardsConfirmed == 1)
    #expect(report.took == .seconds(9))
  }

  @Test(
    "a thaw that takes too long after a stop is unconfirmed, and the program ends",
    arguments: [
      [Duration.seconds(5)], [.seconds(5), .milliseconds(5300)],
    ])
  func slowThaw(stops: [Duration]) {
    let report = RunReport.of(Self.protection, stops: stops) { call throws(ActionFailure) in
      switch call.address {
      case "pg/data:cut", "pg:close": try await call.sleep(.seconds(30))
      default: break
      }
      return .null
    }
    #expect(report.outcome.exit == .unquiesceUnconfirmed)
    #expect(report.outcome.isResumable)
    #expect(report.took == (stops.count == 1 ? .seconds(11) : .milliseconds(7300)))
  }

  @Test("after the first request to stop, running nodes are given up and guards run to their end")
  func stop() {
    let report = RunReport.of(Self.protection, stops: [.seconds(5)]) { call throws(ActionFailure) in
      switch call.address {
      case "pg/data:cut": try await call.sleep(.seconds(30))
      case "pg:close": try await call.sleep(.seconds(3))
      default: break
      }
      return .null
    }
    #expect(report.outcome.exit == .interrupted)
    #expect(report.outcome.isResumable)
    #expect(report.log.prefix(2) == ["perform pg:open", "perform pg/data:cut"])
    // Both guards are ready at once, so that either may come first.
    #expect(report.log.dropFirst(2).sorted() == ["perform pg/data:release", "perform pg:close"])
    #expect(report.took == .seconds(8))
    #expect(report.outcome.guardsConfirmed == 2)
  }

  @Test("after the second request to stop, guards that close no bracket are given up too")
  func secondStop() {
    let report = RunReport.of(Self.protection, stops: [.seconds(5), .seconds(6)]) {
      call throws(ActionFailure) in
      switch call.address {
      case "pg/data:cut", "pg/data:release": try await call.sleep(.seconds(30))
      case "pg:close": try await call.sleep(.seconds(3))
      default: break
      }
      return .null
    }
    #expect(report.outcome.exit == .interrupted)
    #expect(report.outcome.guardsArmed == 2 && report.outcome.guardsConfirmed == 1)
    #expect(report.took == .seconds(8))
    let resumed = RunReport.of(Self.protection, resuming: report.journal)
    #expect(resumed.log.prefix(2) == ["undo pg/data:cut", "perform pg:open"])
    #expect(resumed.outcome.exit == .ok)
  }

  @Test("no more nodes run at once than the limits allow")
  func limits() {
    var graph = TestGraph()
    for index in 0..<20 { graph.node("copy\(index)", slots: ["mover"]) }
    let sleep: ScriptedPerformer.Script = { call throws(ActionFailure) in
      try await call.sleep(.seconds(10))
      return .null
    }
    let few = RunReport.of(graph.graph, limits: RunLimits(parallelism: 5), script: sleep)
    #expect(few.runningMax == 5 && few.took == .seconds(40))
    let slots = RunLimits(parallelism: 5, slots: ["mover": 2])
    let fewer = RunReport.of(graph.graph, limits: slots, script: sleep)
    #expect(fewer.runningMax == 2 && fewer.took == .seconds(100))
  }

  @Test("a stale plan changes nothing and ends with 11")
  func stale() {
    var graph = TestGraph()
    let first = graph.node("first", uid: "u-1")
    graph.node("second", after: [first])
    graph.node("guard", guarding: [first])
    let report = RunReport.of(graph.graph, staleUIDs: ["u-1"])
    #expect(report.outcome.exit == .stalePlan)
    #expect(report.log == ["check first"])
    #expect(!report.outcome.isResumable)
  }

  @Test("preconditions are checked before the first start only: later they may be our own doing")
  func checkedOnce() throws {
    var graph = TestGraph()
    graph.node("first", attempts: 2, uid: "u-1")
    let script: ScriptedPerformer.Script = { call throws(ActionFailure) in
      if call.callsBefore == 0 { throw ActionFailure(.transient, "Busy") }
      return .null
    }
    let report = RunReport.of(graph.graph, script: script)
    #expect(report.log == ["check first", "perform first", "perform first"])
    let cut = Array(report.journal.prefix(2))
    #expect(RunReport.of(graph.graph, resuming: cut).log == ["perform first"])
  }

  @Test("a journal that cannot be written stops the run, and guards run nevertheless")
  func fullDisk() {
    let report = RunReport.of(Self.protection, journalLinesMax: 4)
    #expect(report.outcome.exit == .failed)
    #expect(report.outcome.journalFailure == "No space left on device")
    #expect(report.log.prefix(2) == ["perform pg:open", "perform pg/data:cut"])
    // Both guards are ready at once, so that either may come first.
    #expect(report.log.dropFirst(2).sorted() == ["perform pg/data:release", "perform pg:close"])
  }

  @Test("the journal of any crash, cut after any line, resumes to the same end", arguments: 1...13)
  func crash(lines: Int) {
    let whole = RunReport.of(Self.protection)
    #expect(whole.journal.count == 14)
    let resumed = RunReport.of(Self.protection, resuming: Array(whole.journal.prefix(lines)))
    #expect(resumed.outcome == whole.outcome)
    #expect(resumed.outcome.exit == .ok)
  }

  @Test("a finished run is not run again")
  func finished() {
    let whole = RunReport.of(Self.protection)
    let again = RunReport.of(Self.protection, resuming: whole.journal)
    #expect(again.log == [])
    #expect(again.outcome == whole.outcome)
  }

  @Test("the same seed gives the same run, another seed another order", arguments: 1...20)
  func deterministic(seed: UInt64) {
    let random = RandomGraph(seed: seed)
    let script: ScriptedPerformer.Script = { call throws(ActionFailure) in
      try await call.sleep(.milliseconds(call.address.utf8.count * 100))
      return .null
    }
    let first = RunReport.of(random.graph, seed: seed, script: script)
    let second = RunReport.of(random.graph, seed: seed, script: script)
    #expect(first.journal == second.journal)
    #expect(first.events == second.events)
    #expect(first.outcome.exit == .ok)
  }
}
