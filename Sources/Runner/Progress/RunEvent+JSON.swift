public import Documents
public import Execution
import Planning

extension RunEvent {
  /// The event as one object of the stream that `--progress json` writes: common members begin
  /// with `@`, the rest depends on `type`.
  public var json: JSONValue {
    var json = members
    json["@timestamp"] = .string(at.description)
    json["@level"] = .string(level)
    json["@module"] = "runner"
    json["run"] = .string(run.rawValue)
    if let node { json["node"] = .string(node.description) }
    if let address { json["address"] = .string(address) }
    return json
  }

  private var level: String {
    switch kind {
    case .nodeFailed, .guardUnconfirmed, .lockLost: "error"
    case .nodeRetrying, .nodeSkipped, .stopRequested: "warn"
    case .nodeProgressed, .heartbeat: "debug"
    case .runFinished(let outcome): outcome.exit == .ok ? "info" : "error"
    default: "info"
    }
  }

  private var members: JSONValue {
    switch kind {
    case .runStarted(let nodes, let resumed):
      ["type": "run_start", "nodes": JSONValue(nodes), "resumed": JSONValue(resumed)]
    case .nodeStarted(let attempt): ["type": "node_start", "attempt": JSONValue(attempt)]
    case .nodeProgressed(let progress): progress.members
    case .nodeSucceeded(let result, let took):
      ["type": "node_done", "result": result, "ms": .integer(took.milliseconds)]
    case .guardConfirmed(let took): ["type": "guard_confirmed", "ms": .integer(took.milliseconds)]
    case .nodeFailed(let failure, let took):
      ["type": "node_failed", "failure": failure.json, "ms": .integer(took.milliseconds)]
    case .guardUnconfirmed(let failure, let took):
      ["type": "guard_unconfirmed", "failure": failure.json, "ms": .integer(took.milliseconds)]
    case .nodeRetrying(let failure, let attempt, let delay):
      [
        "type": "node_retry", "failure": failure.json, "attempt": JSONValue(attempt),
        "delay_ms": .integer(delay.milliseconds),
      ]
    case .nodeSkipped(let reason): ["type": "node_skipped", "reason": .string(reason.text)]
    case .nodeUndone(let took): ["type": "node_undone", "ms": .integer(took.milliseconds)]
    case .stopRequested(let who, let armed):
      stopMembers(askedBy: who, armed)
    case .lockLost(let reason, let armed):
      ["type": "lock_lost", "@message": .string(reason), "guards_armed": JSONValue(armed)]
    case .heartbeat: ["type": "heartbeat"]
    case .runFinished(let outcome): ["type": "run_summary", "outcome": outcome.json]
    }
  }
}

private func stopMembers(askedBy who: String?, _ armed: Int) -> JSONValue {
  var json: JSONValue = ["type": "stop", "guards_armed": JSONValue(armed)]
  if let who { json["by"] = .string(who) }
  return json
}

extension NodeProgress {
  fileprivate var members: JSONValue {
    var json: JSONValue = ["type": "node_progress", "@message": .string(message)]
    if let bytesDone { json["bytes_done"] = .integer(bytesDone) }
    if let bytesTotal { json["bytes_total"] = .integer(bytesTotal) }
    return json
  }
}

extension RunOutcome {
  /// The outcome as run records and event streams write it.
  public var json: JSONValue {
    var json: JSONValue = [
      "exit": .integer(Int64(exit.rawValue)), "resumable": .bool(isResumable),
      "succeeded": JSONValue(succeeded), "skipped": JSONValue(skipped),
      "guardsArmed": JSONValue(guardsArmed), "guardsConfirmed": JSONValue(guardsConfirmed),
    ]
    json["failures"] = .array(
      failures.map { ["address": .string($0.address), "failure": $0.failure.json] })
    if let lockLost { json["lockLost"] = .string(lockLost) }
    if let journalFailure { json["journalFailure"] = .string(journalFailure) }
    return json
  }
}

extension JSONValue {
  fileprivate init(_ count: Int) { self = .integer(Int64(count)) }
}
