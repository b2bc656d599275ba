import Documents
import Glibc

/// How to find out whether a container is well.
struct Probe: Sendable {
  /// What is asked; also the form of lifecycle hooks.
  enum Check: Sendable {
    case exec([String])
    /// Arguments of ``NetworkProbe``, without the seconds.
    case tcp(host: String, port: Int64)
    case http(host: String, port: Int64, path: String, headers: [String])
  }

  enum Result: Sendable {
    case success
    case failure(String)
  }

  let check: Check
  let initialDelay: Duration
  let period: Duration
  let timeout: Duration
  let successesMin: Int64
  let failuresMax: Int64

  init?(_ value: JSONValue?, container: ContainerSpec, address: String) {
    guard let value, let check = Check(value, container: container, address: address) else {
      return nil
    }
    func seconds(_ name: String, default standard: Int64) -> Duration {
      .seconds(value[name]?.intValue ?? standard)
    }
    self.check = check
    initialDelay = seconds("initialDelaySeconds", default: 0)
    period = max(.seconds(1), seconds("periodSeconds", default: 10))
    timeout = max(.seconds(1), seconds("timeoutSeconds", default: 1))
    successesMin = value["successThreshold"]?.intValue ?? 1
    failuresMax = value["failureThreshold"]?.intValue ?? 3
  }
}

extension Probe.Check {
  init?(_ value: JSONValue, container: ContainerSpec, address: String) {
    func port(_ value: JSONValue?) -> Int64? {
      if let number = value?.intValue { return number }
      let name = value?.stringValue ?? ""
      let named = container.value["ports"]?.arrayValue?.first { $0["name"]?.stringValue == name }
      return named?["containerPort"]?.intValue ?? Int64(name)
    }
    // The pod's address is no address of its network namespace, which has but loopback.
    if let exec = value["exec"] {
      self = .exec(exec["command"]?.strings ?? [])
    } else if let tcp = value["tcpSocket"], let port = port(tcp["port"]) {
      self = .tcp(host: "127.0.0.1", port: port)
    } else if let http = value["httpGet"], let port = port(http["port"]) {
      let headers = (http["httpHeaders"]?.arrayValue ?? []).map {
        "\($0["name"]?.stringValue ?? ""): \($0["value"]?.stringValue ?? "")"
      }
      self = .http(
        host: "127.0.0.1", port: port, path: http["path"]?.stringValue ?? "/", headers: headers)
    } else {
      return nil
    }
  }

  private func arguments(seconds: Int64) -> [String] {
    let program = [SandboxInit.path, SandboxInit.command]
    switch self {
    case .exec(let command): return command
    case .tcp(let host, let port): return program + ["tcp", host, "\(port)", "\(seconds)"]
    case .http(let host, let port, let path, let headers):
      return program + ["http", host, "\(port)", path, "\(seconds)"] + headers
    }
  }

  /// Runs the check inside of a container.
  func run(
    in container: RunningContainer, node: NodeContext, timeout: Duration
  ) async -> Probe.Result {
    let command = InitRequest.Command(
      arguments: arguments(seconds: timeout.components.seconds),
      environment: container.environment, directory: container.directory, terminal: false)
    do {
      let null = try Descriptor.open("/dev/null", O_RDONLY)
      let output = try Descriptor.pipe()
      output.reading.setNonBlocking()
      let process = try await container.host.start(
        command, files: [null, output.writing, output.writing])
      let status = try await withDeadline(timeout) { try await process.exit.value() }
      guard let status else {
        try await container.host.signal(process, SIGKILL, group: true)
        let seconds = timeout.components.seconds
        return .failure("command timed out: \(arguments(seconds: seconds)) after \(seconds)s")
      }
      if status.code == 0 { return .success }
      // The process has ended: what it wrote is there already.
      let said = try? await withDeadline(.milliseconds(50)) {
        try await node.reactor.read(output.reading, atMost: 1024)
      }
      return .failure(String(decoding: said ?? [], as: UTF8.self))
    } catch {
      return .failure("\(error)")
    }
  }
}

extension PodWorker {
  /// Runs a container's probes until it ends: startup first, then readiness and liveness.
  func probe(_ container: ContainerSpec) async throws {
    func probe(_ name: String) -> Probe? {
      Probe(container.value[name], container: container, address: address)
    }
    if let startup = probe("startupProbe") {
      guard try await succeeds(startup, "Startup", container) else {
        return await endUnhealthy(container, "failed startup probe")
      }
    }
    let readiness = probe("readinessProbe")
    let liveness = probe("livenessProbe")
    change(container.name) {
      $0.isStarted = true
      if readiness == nil { $0.isReady = !container.isInit || container.isSidecar }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let readiness {
        group.addTask { try await self.followReadiness(readiness, container) }
      }
      if let liveness {
        group.addTask {
          while try await self.succeeds(liveness, "Liveness", container) {
            try await Task.sleep(for: liveness.period)
          }
          await self.endUnhealthy(container, "failed liveness probe, will be restarted")
        }
      }
      try await group.waitForAll()
    }
  }

  /// Whether the probe succeeds before it has failed too often in a row.
  private func succeeds(
    _ probe: Probe, _ name: String, _ container: ContainerSpec
  ) async throws -> Bool {
    if states[container.name]?.isStarted != true { try await Task.sleep(for: probe.initialDelay) }
    var failures: Int64 = 0
    while let running = running[container.name] {
      switch await probe.check.run(in: running, node: node, timeout: probe.timeout) {
      case .success: return true
      case .failure(let message):
        try Task.checkCancellation()
        failures += 1
        await warn("Unhealthy", "\(name) probe failed: \(message)")
        if failures >= probe.failuresMax { return false }
      }
      try await Task.sleep(for: probe.period)
    }
    return true
  }

  private func followReadiness(_ probe: Probe, _ container: ContainerSpec) async throws {
    try await Task.sleep(for: probe.initialDelay)
    var successes: Int64 = 0
    var failures: Int64 = 0
    while let running = running[container.name] {
      switch await probe.check.run(in: running, node: node, timeout: probe.timeout) {
      case .success:
        successes += 1
        failures = 0
        if successes >= probe.successesMin, states[container.name]?.isReady == false {
          change(container.name) { $0.isReady = true }
        }
      case .failure(let message):
        try Task.checkCancellation()
        failures += 1
        successes = 0
        await warn("Unhealthy", "Readiness probe failed: \(message)")
        if failures >= probe.failuresMax, states[container.name]?.isReady == true {
          change(container.name) { $0.isReady = false }
        }
      }
      // Until it is ready the first time, waiting a whole period only wastes time.
      let isReady = states[container.name]?.isReady ?? false
      try await Task.sleep(for: isReady ? probe.period : min(probe.period, .seconds(1)))
    }
  }

  private func endUnhealthy(_ container: ContainerSpec, _ why: String) async {
    await note("Killing", "Container \(container.name) \(why)")
    await end(container.name, within: .seconds(spec.graceSeconds))
  }
}
