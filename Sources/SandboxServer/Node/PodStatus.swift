import Documents

/// A pod's status as a kubelet writes it, from what the node knows.
struct PodStatus {
  var initContainers: [ContainerState]
  var containers: [ContainerState]
  var restartPolicy: String
  var hasSandbox: Bool
  var isInitialized: Bool
  var address: String?
  var hostAddress: String
  var startTime: Timestamp
  /// Set where the pod was given up for a reason of its own.
  var failure: (reason: String, message: String)?

  var phase: String {
    if failure != nil { return "Failed" }
    if let ended = initContainers.first(where: { isOver($0) && $0.termination?.exitCode != 0 }),
      !ended.spec.isSidecar
    {
      return "Failed"
    }
    if !containers.isEmpty, containers.allSatisfy(isOver) {
      return containers.allSatisfy { $0.termination?.exitCode == 0 } ? "Succeeded" : "Failed"
    }
    let hasStarted = containers.contains { $0.isRunning || $0.termination != nil || $0.last != nil }
    return isInitialized && hasStarted ? "Running" : "Pending"
  }

  /// Whether a container has ended for good.
  private func isOver(_ container: ContainerState) -> Bool {
    guard let ended = container.termination, !container.spec.isSidecar else { return false }
    switch restartPolicy {
    case "Never": return true
    case "OnFailure": return ended.exitCode == 0
    default: return container.spec.isInit && ended.exitCode == 0
    }
  }

  /// - Parameter previous: The status before: conditions that stay keep their time.
  func json(previous: JSONValue, at now: Timestamp) -> JSONValue {
    let phase = phase
    var status: JSONValue = [
      "phase": .string(phase), "hostIP": .string(hostAddress),
      "hostIPs": [["ip": .string(hostAddress)]],
      "startTime": .string(startTime.rounded), "qosClass": previous["qosClass"] ?? "BestEffort",
      "containerStatuses": .array(containers.map(\.json)),
    ]
    if !initContainers.isEmpty {
      status["initContainerStatuses"] = .array(initContainers.map(\.json))
    }
    if let address {
      status["podIP"] = .string(address)
      status["podIPs"] = [["ip": .string(address)]]
    }
    if let failure {
      status["reason"] = .string(failure.reason)
      status["message"] = .string(failure.message)
    }
    status["conditions"] = .array(
      conditions(phase).map { $0.json(previous: previous["conditions"]?.arrayValue ?? [], at: now) }
    )
    return status
  }

  private func conditions(_ phase: String) -> [Condition] {
    let isOver = phase == "Succeeded" || phase == "Failed"
    let unready = containers.filter { !$0.isReady }.map(\.spec.name)
    let uninitialized = initContainers.filter {
      $0.spec.isSidecar ? !$0.isStarted : $0.termination?.exitCode != 0
    }
    .map(\.spec.name)
    var ready = Condition(type: "Ready", isTrue: unready.isEmpty && !isOver)
    if phase == "Succeeded" {
      ready.reason = "PodCompleted"
    } else if phase == "Failed" {
      ready.reason = "PodFailed"
    } else if !unready.isEmpty {
      ready.reason = "ContainersNotReady"
      ready.message = "containers with unready status: [\(unready.joined(separator: " "))]"
    }
    var containersReady = ready
    containersReady.type = "ContainersReady"
    var initialized = Condition(type: "Initialized", isTrue: isInitialized || isOver)
    if !initialized.isTrue {
      initialized.reason = "ContainersNotInitialized"
      initialized.message =
        "containers with incomplete status: [\(uninitialized.joined(separator: " "))]"
    }
    return [
      Condition(type: "PodReadyToStartContainers", isTrue: hasSandbox), initialized, ready,
      containersReady, Condition(type: "PodScheduled", isTrue: true),
    ]
  }
}

private struct Condition {
  var type: String
  var isTrue: Bool
  var reason: String?
  var message: String?

  func json(previous: [JSONValue], at now: Timestamp) -> JSONValue {
    let status: JSONValue = isTrue ? "True" : "False"
    let before = previous.first { $0["type"]?.stringValue == type }
    let time = before?["status"] == status ? before?["lastTransitionTime"] : nil
    var value: JSONValue = [
      "type": .string(type), "status": status, "lastProbeTime": .null,
      "lastTransitionTime": time ?? .string(now.rounded),
    ]
    if let reason { value["reason"] = .string(reason) }
    if let message { value["message"] = .string(message) }
    return value
  }
}
