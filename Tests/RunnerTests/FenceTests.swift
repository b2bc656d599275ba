import Documents
import Execution
import RunTesting
import Runner
import Synchronization
import Testing

/// When a lock is lost, and what is heard through it.
struct FenceScript: Sendable {
  var signals: [(after: Duration, FenceSignal)] = []
  /// From then on the lock counts as lost, whether or not anybody says so.
  var lostAfter: Duration?
}

/// A lock that a test takes away.
final class ScriptedFence: RunFence {
  private let clock: SimulatedClock
  private let signals: Mutex<[(after: Duration, FenceSignal)]>
  private let lostAfter: Duration?

  init(_ script: FenceScript, clock: SimulatedClock) {
    self.clock = clock
    signals = Mutex(script.signals)
    lostAfter = script.lostAfter
  }

  private var now: Duration { SimulatedClock.Instant.start.duration(to: clock.now) }

  var loss: String? { lostAfter.flatMap { now >= $0 ? "Run 2 has taken it" : nil } }

  func watch() async -> FenceSignal? {
    let next = signals.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    guard let next else {
      do { try await clock.sleep(for: .seconds(1 << 20)) } catch {}
      return nil
    }
    do { try await clock.sleep(for: next.after - now) } catch { return nil }
    return next.1
  }
}

@Suite("A run behind a fence") struct FenceTests {
  private func run(
    signals: [(after: Duration, FenceSignal)] = [], lostAfter: Duration? = nil,
    script: @escaping ScriptedPerformer.Script
  ) -> RunReport {
    RunReport.of(
      RunnerTests.protection, fence: FenceScript(signals: signals, lostAfter: lostAfter),
      script: script)
  }

  @Test("a lost lock stops the run as a request does: guards run, and it ends with 12, resumable")
  func lost() {
    let report = run(signals: [(.seconds(5), .lost("Run 2 has taken it"))]) {
      call throws(ActionFailure) in
      if call.address == "pg/data:cut" { try await call.sleep(.seconds(30)) }
      return .null
    }
    #expect(report.outcome.exit == .locked)
    #expect(report.outcome.isResumable)
    #expect(report.outcome.lockLost == "Run 2 has taken it")
    #expect(report.took == .seconds(5))
    #expect(
      report.log == [
        "perform pg:open", "perform pg/data:cut", "perform pg:close", "perform pg/data:release",
      ])
    #expect(report.outcome.guardsConfirmed == 2)
    #expect(report.events.contains { $0.kind == .lockLost("Run 2 has taken it", guardsArmed: 2) })
  }

  @Test("nothing begins behind a fence that has fallen, even before anybody has said so")
  func silentLoss() {
    let report = run(lostAfter: .seconds(5)) { call throws(ActionFailure) in
      if call.address == "pg/data:cut" { try await call.sleep(.seconds(6)) }
      return .null
    }
    #expect(report.outcome.exit == .locked)
    #expect(!report.log.contains("perform pg/data:copy"))
    #expect(report.log.contains("perform pg:close"))
    #expect(report.outcome.guardsConfirmed == 2)
  }

  @Test("a run that never holds its lock does nothing")
  func neverHeld() {
    let report = run(lostAfter: .zero) { _ in .null }
    #expect(report.log == [])
    #expect(report.outcome.exit == .locked)
    #expect(report.outcome.isResumable)
  }

  @Test("a lock that is lost when all is done costs nothing")
  func lostAtTheEnd() {
    let report = run(signals: [(.seconds(5), .lost("Run 2 has taken it"))]) {
      call throws(ActionFailure) in
      if call.address == "pg/data:release" { try await call.sleep(.seconds(30)) }
      return .null
    }
    #expect(report.outcome.exit == .ok)
    #expect(!report.outcome.isResumable)
  }

  @Test("a request through the fence stops the run, and the lock is watched on")
  func asked() {
    let report = run(signals: [
      (.seconds(5), .stopRequested(by: "bob@ops")), (.seconds(7), .lost("Run 2 has taken it")),
    ]) { call throws(ActionFailure) in
      switch call.address {
      case "pg/data:cut": try await call.sleep(.seconds(30))
      case "pg:close": try await call.sleep(.seconds(10))
      default: break
      }
      return .null
    }
    #expect(
      report.events.contains { $0.kind == .stopRequested(by: "bob@ops", guardsArmed: 2) })
    #expect(report.outcome.guardsConfirmed == 2)
    #expect(report.outcome.exit == .locked)
    #expect(report.took == .seconds(15))
  }

  @Test(
    "a journal written behind a lost lock is one that another runner goes on with",
    arguments: 0..<20)
  func journal(seconds: Int) {
    let first = run(lostAfter: .seconds(seconds)) { call throws(ActionFailure) in
      try await call.sleep(.seconds(4))
      return .null
    }
    guard first.outcome.isResumable else { return }
    let second = RunReport.of(RunnerTests.protection, resuming: first.journal)
    #expect(second.outcome.exit == .ok)
    #expect(second.log.contains("perform pg:seal"))
  }

  @Test("a run whose lock is lost before it is resumed does nothing, not even its guards")
  func lostBeforeResuming() {
    let first = RunReport.of(RunnerTests.protection, journalLinesMax: 7)
    let second = RunReport.of(
      RunnerTests.protection, resuming: first.journal, fence: FenceScript(lostAfter: .zero))
    #expect(second.log == [])
    #expect(second.outcome.exit == .locked && second.outcome.isResumable)
  }
}
