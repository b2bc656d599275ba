import Documents
import Glibc

/// Runs one pod: the part of a kubelet that owns it from being scheduled to being gone.
///
/// Child tasks run its containers; this actor holds what is known about them. The status that the
/// API shows follows from that, and is sent by a task of its own.
actor PodWorker {
  enum Stop: Sendable {
    /// Somebody deleted the pod; its containers have so long to end.
    case deleted(graceSeconds: Int64)
    /// The pod's object is gone: nobody is left to wait for.
    case vanished
    /// The server stops; the pod lives on in the state.
    case nodeShutdown
  }

  /// How long containers may take to end when the server stops.
  static let shutdownGraceSeconds: Int64 = 5

  nonisolated let identity: PodIdentity
  nonisolated let node: NodeContext
  nonisolated let spec: PodSpec
  nonisolated let address: String
  nonisolated let stop = OneShot<Stop>()
  /// Comes when waiting for a graceful end is over: the pod was deleted by force.
  nonisolated let kill = OneShot<Void>()
  private nonisolated let statusChanged = Bell()

  var states: [String: ContainerState] = [:]
  var running: [String: RunningContainer] = [:]
  var logs: [String: (current: ContainerLog?, previous: ContainerLog?)] = [:]
  var isStopping = false
  private var hasSandbox = false
  private var isInitialized = false
  private let startTime: Timestamp
  private var lastStatus: JSONValue

  init(pod: JSONValue, identity: PodIdentity, address: String, node: NodeContext) {
    self.identity = identity
    self.node = node
    self.address = address
    spec = PodSpec(pod: pod)
    let status = pod["status"] ?? [:]
    lastStatus = status
    startTime = status["startTime"]?.stringValue.flatMap(Timestamp.init) ?? .now()
    let known =
      (status["containerStatuses"]?.arrayValue ?? [])
      + (status["initContainerStatuses"]?.arrayValue ?? [])
    for container in spec.initContainers + spec.containers {
      let status = known.first { $0["name"]?.stringValue == container.name }
      var state =
        status.map { ContainerState(spec: container, status: $0) }
        ?? ContainerState(spec: container)
      logs[container.name] = Self.endedLogs(
        in: node.logDirectory(of: identity, container: container.name), restarts: state.restarts)
      if container.isInit { state.resetForNewSandbox() }
      states[container.name] = state
    }
  }

  private static func endedLogs(
    in directory: String, restarts: Int64
  ) -> (current: ContainerLog?, previous: ContainerLog?) {
    func log(_ run: Int64) -> ContainerLog? {
      try? ContainerLog(ended: "\(directory)/\(run).log")
    }
    return (log(restarts), log(restarts - 1))
  }

  /// Runs the pod until it is gone, or the server stops.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.sendStatuses() }
      let isOver = spec.phase == "Succeeded" || spec.phase == "Failed"
      if !isOver { group.addTask { await self.live() } }
      let reason = try? await stop.value()
      await terminate(reason ?? .vanished)
      group.cancelAll()
    }
    await finish()
  }

  private func live() async {
    while !Task.isCancelled, !isStopping {
      do {
        let volumes = try await prepareVolumes()
        try await runInSandbox(volumes)
        return
      } catch is CancellationError {
        return
      } catch {
        hasSandbox = false
        isInitialized = false
        await warn("FailedCreatePodSandBox", "Failed to create pod sandbox: \(error)")
        try? await Task.sleep(for: .seconds(2))
      }
    }
  }

  private func prepareVolumes() async throws -> [String: PodVolumes.Volume] {
    statusChanged.ring()
    var told: String?
    while true {
      let seen = node.owner.changes.rings
      do {
        return try await volumes.prepare()
      } catch let error as MountError {
        // Claims are bound after the pod is scheduled: only what lasts is worth an event.
        if told != nil, told != error.message { await warn(error.reason, error.message) }
        told = told == nil ? "" : error.message
      }
      try await node.owner.changes.wait(beyond: seen)
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  nonisolated var references: References {
    References(owner: node.owner, spec: spec, address: address, hostAddress: node.hostAddress)
  }

  nonisolated var volumes: PodVolumes {
    PodVolumes(
      references: references, store: node.store, directory: node.directory(of: identity))
  }

  private func runInSandbox(_ volumes: [String: PodVolumes.Volume]) async throws {
    let sandbox = try PodSandbox(
      hostName: spec.hostName, sharesNetwork: spec.sharesNetwork, node: node)
    hasSandbox = true
    statusChanged.ring()
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { sandbox.host.end() }
      group.addTask { await sandbox.run() }
      for container in spec.initContainers {
        if container.isSidecar {
          group.addTask { try await self.keepRunning(container, in: sandbox, volumes) }
          try await waitUntilStarted(container)
        } else {
          try await keepRunning(container, in: sandbox, volumes)
          guard states[container.name]?.termination?.exitCode == 0 else { return }
        }
      }
      isInitialized = true
      statusChanged.ring()
      try await withThrowingTaskGroup(of: Void.self) { mains in
        for container in spec.containers {
          mains.addTask { try await self.keepRunning(container, in: sandbox, volumes) }
        }
        try await mains.waitForAll()
      }
      isStopping = true  // nothing is started again: the pod is over
      for container in spec.initContainers where container.isSidecar {
        await end(container.name, within: .seconds(5))
      }
      sandbox.host.end()
      group.cancelAll()
    }
  }

  private func waitUntilStarted(_ container: ContainerSpec) async throws {
    while states[container.name]?.isStarted != true {
      let seen = statusChanged.rings
      if states[container.name]?.isStarted == true { return }
      try await statusChanged.wait(beyond: seen)
    }
  }

  // MARK: Status

  func change(_ name: String, _ body: (inout ContainerState) -> Void) {
    guard var state = states[name] else { return }
    body(&state)
    states[name] = state
    statusChanged.ring()
  }

  private var status: JSONValue {
    func states(_ containers: [ContainerSpec]) -> [ContainerState] {
      containers.compactMap { self.states[$0.name] }
    }
    return PodStatus(
      initContainers: states(spec.initContainers), containers: states(spec.containers),
      restartPolicy: spec.restartPolicy, hasSandbox: hasSandbox, isInitialized: isInitialized,
      address: hasSandbox ? address : nil, hostAddress: node.hostAddress, startTime: startTime
    ).json(previous: lastStatus, at: .now())
  }

  private func sendStatuses() async {
    while !Task.isCancelled {
      let seen = statusChanged.rings
      await sendStatus()
      do { try await statusChanged.wait(beyond: seen) } catch { return }
    }
  }

  private func sendStatus() async {
    if spec.phase == "Succeeded" || spec.phase == "Failed" { return }
    let status = status
    guard status != lastStatus else { return }
    lastStatus = status
    await node.owner.setStatus(of: identity, to: status)
  }

  func note(_ reason: String, _ message: String) async {
    await node.owner.recordEvent(
      about: spec.pod, type: "Normal", reason: reason, message: message)
  }

  func warn(_ reason: String, _ message: String) async {
    await node.owner.recordEvent(
      about: spec.pod, type: "Warning", reason: reason, message: message)
  }

  // MARK: The end

  private func terminate(_ reason: Stop) async {
    isStopping = true
    let grace: Int64
    switch reason {
    case .deleted(let seconds): grace = max(1, seconds)
    case .nodeShutdown: grace = min(spec.graceSeconds, Self.shutdownGraceSeconds)
    case .vanished: grace = 0
    }
    await withTaskGroup(of: Void.self) { group in
      for name in running.keys.sorted() {
        group.addTask { await self.end(name, within: .seconds(grace)) }
      }
    }
  }

  private func finish() async {
    switch stop.current {
    case .deleted:
      hasSandbox = false
      await sendStatus()
      removeFiles()
      await node.owner.finishDeletion(of: identity)
    case .vanished: removeFiles()
    case .nodeShutdown, nil: return
    }
  }

  private func removeFiles() {
    try? Files.removeTree(node.directory(of: identity))
    try? Files.removeTree("\(node.directory)/logs/\(identity.uid)")
  }
}

extension ContainerState {
  /// Init containers run again in a new sandbox.
  fileprivate mutating func resetForNewSandbox() {
    if let ended = termination {
      last = ended
      restarts += 1
    }
    phase = .waiting(reason: "PodInitializing", message: nil)
  }
}
