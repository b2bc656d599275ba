import Documents
import Execution
import Planning
import Runner
import Testing

@Suite("Progress") struct ProgressTests {
  static let begin = Timestamp(secondsSinceEpoch: 1_795_312_800)

  static func event(
    _ seconds: Int, _ address: String?, _ kind: RunEvent.Kind
  ) -> RunEvent {
    RunEvent(
      at: begin + .seconds(seconds), run: RunID("20261122T020000Z-00000001")!,
      node: address.map { _ in NodeID(3) }, address: address, kind: kind)
  }

  @Test("a log has one line for each thing that changes, and a sign of life every 30 seconds")
  func plain() {
    let bytes = NodeProgress("copying", bytesDone: 1_245_540_515, bytesTotal: 1_825_361_100)
    let busy = ActionFailure(
      .transient, "Timed out after 60s", waitedFor: "VolumeSnapshot shop/op-wal to be ready",
      evidence: ["Warning SnapshotContentCheckandUpdateFailed: busy"])
    let outcome = RunOutcome(
      exit: .unquiesceUnconfirmed, succeeded: 3, skipped: 1, guardsArmed: 2, guardsConfirmed: 1,
      failures: [.init(node: NodeID(3), address: "shop/pg:end", failure: busy)])
    let copy = "shop/pg/data:copy"
    let events = [
      Self.event(0, nil, .runStarted(nodes: 6, resumedNodes: 0)),
      Self.event(0, "shop/pg:begin", .nodeStarted(attempt: 1)),
      Self.event(1, "shop/pg:begin", .nodeSucceeded(result: .null, took: .milliseconds(840))),
      Self.event(2, copy, .nodeStarted(attempt: 1)),
      Self.event(3, copy, .nodeProgressed(bytes)),
      Self.event(33, copy, .heartbeat),
      Self.event(40, nil, .heartbeat),
      Self.event(41, copy, .nodeSucceeded(result: .null, took: .seconds(39))),
      Self.event(42, "shop/pg/wal:cut", .nodeRetrying(busy, nextAttempt: 2, delay: .seconds(1))),
      Self.event(43, "shop/pg/wal:cut", .nodeFailed(busy, took: .seconds(400))),
      Self.event(44, "shop/pg:seal", .nodeSkipped(.failure(of: NodeID(2)))),
      Self.event(45, "shop/pg/data:release", .guardConfirmed(took: .milliseconds(300))),
      Self.event(46, nil, .stopRequested(by: nil, guardsArmed: 1)),
      Self.event(47, nil, .runFinished(outcome)),
    ]
    var progress = PlainProgress(addressWidth: 20)
    let lines = events.flatMap { progress.lines(for: $0) }
    #expect(
      lines.joined(separator: "\n") == """
        2026-11-22T02:00:00Z run 20261122T020000Z-00000001 start  6 nodes
        2026-11-22T02:00:01Z shop/pg:begin        done   0.8s
        2026-11-22T02:00:33Z shop/pg/data:copy    …      68%  1.1 GiB of 1.6 GiB  38.3 MiB/s
        2026-11-22T02:00:41Z shop/pg/data:copy    done   39s
        2026-11-22T02:00:42Z shop/pg/wal:cut      retry  attempt 2 in 1.0s: Timed out after 60s \
        (waited for VolumeSnapshot shop/op-wal to be ready)
        2026-11-22T02:00:43Z shop/pg/wal:cut      failed 6m40s  Timed out after 60s \
        (waited for VolumeSnapshot shop/op-wal to be ready)
            Warning SnapshotContentCheckandUpdateFailed: busy
        2026-11-22T02:00:44Z shop/pg:seal         skip   what it needs has failed
        2026-11-22T02:00:45Z shop/pg/data:release done   0.3s  guard confirmed
        2026-11-22T02:00:46Z run 20261122T020000Z-00000001 stop   1 guard armed
        2026-11-22T02:00:47Z run 20261122T020000Z-00000001 exit 5 47s  3 done, 1 failed, \
        1 skipped, guards 1/2 confirmed
        """)
  }

  @Test("an event stream has one object for each event, with the common members first")
  func stream() {
    let failure = ActionFailure(.permanent, "There is no class `rbd`")
    let event = Self.event(1, "shop/pg/data:cut", .nodeFailed(failure, took: .milliseconds(12)))
    #expect(
      CanonicalJSON.string(event.json) == """
        {"@level":"error","@module":"runner","@timestamp":"2026-11-22T02:00:01Z",\
        "address":"shop/pg/data:cut","failure":{"kind":"permanent","message":"There is no class \
        `rbd`"},"ms":12,"node":"n3","run":"20261122T020000Z-00000001","type":"node_failed"}
        """)
  }
}
