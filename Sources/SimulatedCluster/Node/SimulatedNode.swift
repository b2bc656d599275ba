public import Documents

/// Plays the kubelet without processes: pods become ready after a while, and those that end do so
/// as a rule says.
public struct SimulatedNode: Sendable {
  /// How the containers of a pod fare.
  public enum Fate: Sendable, Equatable {
    /// They run until the pod is deleted.
    case runs
    /// They end after so long with that exit code.
    case ends(after: Duration, exitCode: Int64)
    /// They never start: `ImagePullBackOff` or the like.
    case waits(reason: String, message: String)
  }

  public var name: String
  /// From being bound to the node to ready.
  public var startDelay: Duration
  /// From deletion to being gone.
  public var stopDelay: Duration
  /// Decides what becomes of a pod.
  public var fate: @Sendable (_ pod: JSONValue) -> Fate

  /// Since when a pod runs, or is being stopped, by `uid`.
  private var seen: [String: Timestamp] = [:]
  private var stopping: [String: Timestamp] = [:]

  /// - Parameter fate: By default pods that restart run, and others succeed at once.
  public init(
    name: String = Configuration().nodeName, startDelay: Duration = .seconds(1),
    stopDelay: Duration = .zero,
    fate: @escaping @Sendable (JSONValue) -> Fate = { pod in
      pod["spec"]?["restartPolicy"] == "Always" ? .runs : .ends(after: .zero, exitCode: 0)
    }
  ) {
    self.name = name
    self.startDelay = startDelay
    self.stopDelay = stopDelay
    self.fate = fate
  }

  /// Brings the statuses of this node's pods up to date.
  ///
  /// - Returns: When to call again although nothing else happens.
  public mutating func step(_ cluster: inout SimulatedKubernetes, at now: Timestamp) -> Timestamp? {
    var wakes: [Timestamp] = []
    let pods = cluster.pods(onNode: name)
    let alive = Set(pods.map(\.uid))
    seen = seen.filter { alive.contains($0.key) }
    stopping = stopping.filter { alive.contains($0.key) }
    for pod in pods {
      if pod.isBeingDeleted {
        wakes += stop(pod, &cluster, at: now)
      } else if !SimulatedKubernetes.isFinished(pod) {
        wakes += run(pod, &cluster, at: now)
      }
    }
    return wakes.filter { $0 > now }.min()
  }

  private mutating func stop(
    _ pod: JSONValue, _ cluster: inout SimulatedKubernetes, at now: Timestamp
  ) -> [Timestamp] {
    let since = stopping[pod.uid] ?? now
    stopping[pod.uid] = since
    guard since + stopDelay <= now else { return [since + stopDelay] }
    cluster.finishPodDeletion(
      namespace: pod.namespace, name: pod.name, uid: pod.uid, at: now)
    return []
  }

  private mutating func run(
    _ pod: JSONValue, _ cluster: inout SimulatedKubernetes, at now: Timestamp
  ) -> [Timestamp] {
    let since = seen[pod.uid] ?? now
    seen[pod.uid] = since
    let start = since + startDelay
    let fate = fate(pod)
    var progress = Progress.waiting("ContainerCreating", "")
    var wakes: [Timestamp] = []
    switch fate {
    case .waits(let reason, let message): progress = .waiting(reason, message)
    case .runs, .ends: if start <= now { progress = .running } else { wakes.append(start) }
    }
    if case .ends(let length, let code) = fate {
      let end = start + length
      if end <= now { progress = .ended(code, at: end) } else { wakes.append(end) }
    }
    cluster.setPodStatus(
      namespace: pod.namespace, name: pod.name, uid: pod.uid,
      status: status(of: pod, progress, since: since, start: start, at: now), at: now)
    return wakes
  }

  private enum Progress {
    case waiting(String, String)
    case running
    case ended(Int64, at: Timestamp)
  }

  private func status(
    of pod: JSONValue, _ progress: Progress, since: Timestamp, start: Timestamp, at now: Timestamp
  ) -> JSONValue {
    var object = pod
    var isReady = false
    let state: JSONValue
    let phase: String
    switch progress {
    case .waiting(let reason, let message):
      phase = "Pending"
      var waiting: JSONValue = ["reason": .string(reason)]
      if !message.isEmpty { waiting["message"] = .string(message) }
      state = ["waiting": waiting]
    case .running:
      phase = "Running"
      isReady = true
      state = ["running": ["startedAt": .string(start.rounded)]]
    case .ended(let code, let end):
      phase = code == 0 ? "Succeeded" : "Failed"
      state = [
        "terminated": [
          "exitCode": .integer(code), "reason": code == 0 ? "Completed" : "Error",
          "startedAt": .string(start.rounded), "finishedAt": .string(end.rounded),
        ]
      ]
    }
    for (type, isTrue) in [
      ("Initialized", true), ("ContainersReady", isReady), ("Ready", isReady),
    ] { object.setCondition(type, isTrue, at: now) }
    var status = object.status
    status["phase"] = .string(phase)
    status["startTime"] = .string(since.rounded)
    status["hostIP"] = "127.0.0.1"
    status["podIP"] = "10.244.0.1"
    status["containerStatuses"] = .array(
      pod.list("spec", "containers").map { container in
        [
          "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "",
          "ready": .bool(isReady), "started": .bool(isReady), "restartCount": 0, "state": state,
        ]
      })
    return status
  }
}
