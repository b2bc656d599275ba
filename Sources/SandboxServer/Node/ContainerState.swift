import Documents

/// How one run of a container ended.
struct Termination: Hashable, Sendable {
  var exitCode: Int32
  var signal: Int32?
  var reason: String
  var message: String?
  var startedAt: Timestamp?
  var finishedAt: Timestamp
  var containerID: String

  var json: JSONValue {
    var value: JSONValue = [
      "exitCode": .integer(Int64(exitCode)), "reason": .string(reason),
      "startedAt": .string((startedAt ?? finishedAt).rounded),
      "finishedAt": .string(finishedAt.rounded), "containerID": .string(containerID),
    ]
    if let signal { value["signal"] = .integer(Int64(signal)) }
    if let message { value["message"] = .string(message) }
    return value
  }

  /// Reads back what ``json`` wrote.
  init?(_ value: JSONValue) {
    guard let code = value["exitCode"]?.intValue,
      let finished = value["finishedAt"]?.stringValue.flatMap(Timestamp.init)
    else { return nil }
    exitCode = Int32(clamping: code)
    signal = value["signal"]?.intValue.map { Int32(clamping: $0) }
    reason = value["reason"]?.stringValue ?? "Error"
    message = value["message"]?.stringValue
    startedAt = value["startedAt"]?.stringValue.flatMap(Timestamp.init)
    finishedAt = finished
    containerID = value["containerID"]?.stringValue ?? ""
  }

  init(_ status: ExitStatus, startedAt: Timestamp, containerID: String) {
    exitCode = status.code
    signal = status.signal
    reason = status.code == 0 ? "Completed" : "Error"
    self.startedAt = startedAt
    finishedAt = .now()
    self.containerID = containerID
  }
}

/// A container as the node knows it, which is what its status says.
struct ContainerState: Sendable {
  enum Phase: Hashable, Sendable {
    case waiting(reason: String, message: String?)
    case running(since: Timestamp)
    case terminated(Termination)
  }

  let spec: ContainerSpec
  var phase = Phase.waiting(reason: "ContainerCreating", message: nil)
  var last: Termination?
  var isReady = false
  var isStarted = false
  var restarts: Int64 = 0
  var containerID = ""

  init(spec: ContainerSpec) { self.spec = spec }

  /// Takes over what an earlier server wrote about the container.
  ///
  /// A container that was running is lost with the server that ran it, so its next run counts as a
  /// restart.
  init(spec: ContainerSpec, status: JSONValue) {
    self.spec = spec
    restarts = status["restartCount"]?.intValue ?? 0
    containerID = status["containerID"]?.stringValue ?? ""
    last = status["lastState"]?["terminated"].flatMap(Termination.init)
    if let ended = status["state"]?["terminated"].flatMap(Termination.init) {
      phase = .terminated(ended)
    } else if let running = status["state"]?["running"] {
      var lost = Termination(
        .signalled(9), startedAt: .now(), containerID: containerID)
      lost.startedAt = running["startedAt"]?.stringValue.flatMap(Timestamp.init)
      lost.reason = "ContainerStatusUnknown"
      lost.message = "The container ended with the server that ran it"
      phase = .terminated(lost)
    }
  }

  var termination: Termination? { if case .terminated(let ended) = phase { ended } else { nil } }
  var isRunning: Bool { if case .running = phase { true } else { false } }

  var json: JSONValue {
    let state: JSONValue
    switch phase {
    case .waiting(let reason, let message):
      var waiting: JSONValue = ["reason": .string(reason)]
      if let message { waiting["message"] = .string(message) }
      state = ["waiting": waiting]
    case .running(let since): state = ["running": ["startedAt": .string(since.rounded)]]
    case .terminated(let ended): state = ["terminated": ended.json]
    }
    var value: JSONValue = [
      "name": .string(spec.name), "image": .string(spec.image), "imageID": "",
      "state": state, "lastState": last.map { ["terminated": $0.json] } ?? [:],
      "ready": .bool(isReady), "started": .bool(isStarted), "restartCount": .integer(restarts),
    ]
    if !containerID.isEmpty { value["containerID"] = .string(containerID) }
    return value
  }
}
