import Documents

/// What `kubectl get pods` says about a pod.
enum PodColumns {
  static let columns: [Column] = [
    .text("Ready") { pod in
      let statuses = pod.list("status", "containerStatuses")
      let total = pod.list("spec", "containers").count
      return "\(statuses.count { $0.flag("ready") })/\(total)"
    },
    .text("Status", state),
    Column(name: "Restarts") { pod, now in .string(restarts(pod, now)) },
    .age,
    .text("IP", wide: true) { $0.string("status", "podIP") ?? "<none>" },
    .text("Node", wide: true) { $0.string("spec", "nodeName") ?? "<none>" },
    .text("Nominated Node", wide: true) { _ in "<none>" },
    .text("Readiness Gates", wide: true) { _ in "<none>" },
  ]

  private static func restarts(_ pod: JSONValue, _ now: Timestamp) -> String {
    let statuses = pod.list("status", "containerStatuses")
    let count = statuses.reduce(0) { $0 + ($1.integer("restartCount") ?? 0) }
    let last = statuses.compactMap {
      $0.string("lastState", "terminated", "finishedAt").flatMap { Timestamp($0) }
    }.max()
    guard count > 0, let last else { return String(count) }
    return "\(count) (\(HumanDuration.text(since: last, at: now)) ago)"
  }

  private static func state(_ pod: JSONValue) -> String {
    var text = pod.string("status", "reason") ?? pod.string("status", "phase") ?? "Unknown"
    let isInitialising = initState(pod).map { text = $0 } != nil
    if !isInitialising {
      var isRunning = false
      for status in pod.list("status", "containerStatuses").reversed() {
        if let reason = waitingOrTerminated(status) {
          text = reason
        } else if status.flag("ready"), status.value(at: ["state", "running"]) != nil {
          isRunning = true
        }
      }
      if text == "Completed", isRunning { text = pod.isTrue("Ready") ? "Running" : "NotReady" }
    }
    return pod.isBeingDeleted ? "Terminating" : text
  }

  private static func waitingOrTerminated(_ status: JSONValue) -> String? {
    if let reason = status.string("state", "waiting", "reason"), !reason.isEmpty { return reason }
    guard let terminated = status.value(at: ["state", "terminated"]), !terminated.isNull else {
      return nil
    }
    if let reason = terminated.string("reason"), !reason.isEmpty { return reason }
    let signal = terminated.integer("signal") ?? 0
    return signal != 0 ? "Signal:\(signal)" : "ExitCode:\(terminated.integer("exitCode") ?? 0)"
  }

  private static func initState(_ pod: JSONValue) -> String? {
    let statuses = pod.list("status", "initContainerStatuses")
    let total = pod.list("spec", "initContainers").count
    for (index, status) in statuses.enumerated() {
      if status.integer("state", "terminated", "exitCode") == 0 { continue }
      if status.value(at: ["state", "terminated"]) != nil {
        return "Init:" + (waitingOrTerminated(status) ?? "Error")
      }
      if let reason = status.string("state", "waiting", "reason"), reason != "PodInitializing" {
        return "Init:" + reason
      }
      return "Init:\(index)/\(total)"
    }
    return nil
  }
}
