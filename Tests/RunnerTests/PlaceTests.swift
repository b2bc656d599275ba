import Documents
import Execution
import Planning
import RunTesting
import Runner
import Testing

@Suite("Places that others hold") struct PlaceTests {
  static let limits = RunLimits(slots: ["mover": 2], countsOthers: true)

  static func copies(_ count: Int) -> ExecutionGraph {
    var graph = TestGraph()
    for index in 0..<count {
      graph.node("copy\(index)", slots: ["mover"], action: TestGraph.copy("v\(index)"))
    }
    return graph.graph
  }

  static let other = PlaceHolder(
    description: "Job movers/op-1 of run 20261122T010000Z-00000002", slots: ["mover"])

  static func waits(_ report: RunReport) -> [String] {
    report.events.compactMap { event in
      guard case .nodeProgressed(let progress) = event.kind else { return nil }
      return "\(event.address ?? "") \(progress.message)"
    }
  }

  @Test("one look serves everything that starts together")
  func batch() {
    let report = RunReport.of(
      Self.copies(20), limits: RunLimits(parallelism: 32, slots: ["mover": 20], countsOthers: true))
    #expect(report.log.count { $0.hasPrefix("look") } == 1)
    #expect(report.outcome.exit == .ok)
  }

  @Test("while places are full the loop asks less and less often, and says so")
  func patience() {
    let report = RunReport.of(
      Self.copies(1), limits: Self.limits,
      others: { time throws(ActionFailure) in time < .seconds(20) ? [Self.other, Self.other] : [] })
    #expect(report.outcome.exit == .ok)
    // At 0, 1, 3, 7, 15 and 31 seconds.
    #expect(report.log.count { $0.hasPrefix("look") } == 6)
    #expect(report.took == .seconds(31))
    #expect(
      Set(Self.waits(report)) == [
        "copy0 Waiting for a place in `mover`: 2 of 2 taken, 2 by others"
      ])
  }

  @Test("a node that never finds a place fails, and says who holds them")
  func never() {
    let report = RunReport.of(
      Self.copies(1), limits: Self.limits,
      placeWaitMax: .seconds(60),
      others: { _ throws(ActionFailure) in [Self.other, Self.other] })
    #expect(
      report.failure(of: "copy0")
        == ActionFailure(
          .permanent, "No place in `mover` after 61 s",
          waitedFor: "a place in `mover`: 2 of 2 taken, 2 by others",
          evidence: [
            "Job movers/op-1 of run 20261122T010000Z-00000002",
            "Job movers/op-1 of run 20261122T010000Z-00000002",
            "hint: wait for those runs, or raise the limit in `concurrency`",
          ]))
    #expect(!report.log.contains { $0.hasPrefix("perform") })
  }

  @Test("a look that fails is repeated; one that is refused ends the wait")
  func unknown() {
    let later = RunReport.of(
      Self.copies(1), limits: Self.limits,
      others: { time throws(ActionFailure) in
        if time < .seconds(5) { throw ActionFailure(.transient, "The connection was lost") }
        return []
      })
    #expect(later.outcome.exit == .ok && later.took == .seconds(7))
    #expect(
      Self.waits(later).first == "copy0 Waiting for a look at who holds places in `mover`")
    let never = RunReport.of(
      Self.copies(1), limits: Self.limits,
      others: { _ throws(ActionFailure) in
        throw ActionFailure(.permanent, "jobs.batch is forbidden", evidence: ["hint: let it"])
      })
    #expect(
      never.failure(of: "copy0")?.message
        == "It cannot be told who holds places in `mover`: jobs.batch is forbidden")
  }

  @Test("failures of movers never use up places")
  func leaks() {
    let report = RunReport.of(Self.copies(30), limits: Self.limits) { call throws(ActionFailure) in
      try await call.sleep(.seconds(2))
      if call.address.hasSuffix("9") { return .null }
      throw ActionFailure(.permanent, "Lost")
    }
    #expect(report.log.count { $0.hasPrefix("perform") } == 30)
    #expect(report.runningMax == 2)
    #expect(report.outcome.failures.count == 27 && report.outcome.succeeded == 3)
  }

  @Test("a run that is stopped does not wait for a place any more")
  func stopped() {
    let report = RunReport.of(
      Self.copies(1), limits: Self.limits, stops: [.seconds(4)],
      others: { _ throws(ActionFailure) in [Self.other, Self.other] })
    #expect(report.took == .seconds(4))
    #expect(report.outcome.isResumable)
  }
}
