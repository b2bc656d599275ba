import Documents
import Glibc

/// A container that runs.
struct RunningContainer: Sendable {
  let spec: ContainerSpec
  let host: ProcessHost
  let main: ProcessHost.Running
  /// Of every process in the container.
  let environment: [String]
  let directory: String
  /// Comes when everything of the container is gone and its end is in the state.
  let ended: OneShot<Void>
}

extension PodWorker {
  /// Times between runs of a container that keeps ending: doubled each time, up to the second one,
  /// and begun anew after the container ran for ten minutes. A kubelet begins with ten seconds.
  private static let backOffFirst = Duration.seconds(1)
  private static let backOffMax = Duration.seconds(60)

  /// Runs a container again and again, as the pod's restart policy says.
  ///
  /// - Throws: `CancellationError`, or an error of the sandbox, which is lost then.
  func keepRunning(
    _ container: ContainerSpec, in sandbox: PodSandbox, _ volumes: [String: PodVolumes.Volume]
  ) async throws {
    let name = container.name
    if let ended = states[name]?.termination {
      // From before the server was restarted, or the sandbox was lost.
      guard spec.restarts(container, afterExit: ended.exitCode) || container.isInit else { return }
      change(name) { $0.restarts += 1 }
    } else if case .running(let since) = states[name]?.phase {
      change(name) {  // lost with its sandbox
        $0.last = Termination(
          .signalled(SIGKILL), startedAt: since, containerID: $0.containerID)
        $0.restarts += 1
      }
    }
    var backOff = Duration.zero
    while !isStopping {
      let begin = ContinuousClock.now
      do {
        let code = try await runOnce(container, in: sandbox, volumes)
        guard !isStopping, spec.restarts(container, afterExit: code) else { return }
        change(name) { $0.restarts += 1 }
      } catch let error as ContainerConfigError {
        await fail(name, error.reason, "Error: \(error.message)")
        backOff = max(backOff, Self.backOffFirst)
      } catch let error as ProcessHost.StartFailure {
        if sandbox.host.isGone { throw error }
        await fail(name, "RunContainerError", "Error: failed to start container: \(error.message)")
        let ended = Termination(
          .exited(error.code == 137 ? 128 : error.code), startedAt: .now(), containerID: "")
        if !spec.restarts(container, afterExit: ended.exitCode) {
          change(name) {
            $0.phase = .terminated(ended)
            $0.phase = .terminated(ended.startError(error.message))
          }
          return
        }
        change(name) { $0.restarts += 1 }
        backOff = max(backOff, Self.backOffFirst)
      }
      if begin.duration(to: .now) > .seconds(600) { backOff = .zero }
      if backOff > .zero {
        await reportBackOff(name, backOff)
        try await Task.sleep(for: backOff)
      }
      backOff = min(max(Self.backOffFirst, backOff * 2), Self.backOffMax)
    }
  }

  private func fail(_ name: String, _ reason: String, _ message: String) async {
    change(name) {
      $0.phase = .waiting(reason: reason, message: String(message.dropFirst("Error: ".count)))
    }
    await warn("Failed", message)
  }

  private func reportBackOff(_ name: String, _ backOff: Duration) async {
    guard states[name]?.termination != nil else { return }  // it waits with a better reason
    change(name) {
      $0.last = $0.termination
      $0.phase = .waiting(
        reason: "CrashLoopBackOff",
        message: "back-off \(backOff.components.seconds)s restarting failed container=\(name)")
    }
    await warn(
      "BackOff",
      "Back-off restarting failed container \(name) in pod \(identity.name)_\(identity.namespace)")
  }

  /// Runs a container once.
  ///
  /// - Returns: Its exit code, after everything of it is gone.
  private func runOnce(
    _ container: ContainerSpec, in sandbox: PodSandbox, _ volumes: [String: PodVolumes.Volume]
  ) async throws -> Int32 {
    let name = container.name
    let launch = try await ContainerLaunch(
      container, pod: spec, volumes: self.volumes, prepared: volumes, references: references,
      node: node)
    let id = "sandbox://" + (try randomHexadecimal(bytes: 32))
    let log = try openLog(name)
    defer { log.close() }
    let ended = OneShot<Void>()
    defer { ended.fulfil(()) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      let (host, complaints) = try await startInit(launch, in: sandbox)
      defer { host.end() }
      group.addTask { await host.run() }
      let main: ProcessHost.Running
      do {
        main = try await start(launch.command, in: host, log, &group)
      } catch  where host.isGone && !sandbox.host.isGone {
        let said = try await node.reactor.read(complaints, atMost: PodSandbox.complaintBytesMax)
        let text = String(decoding: said, as: UTF8.self).split(separator: "\n").first ?? ""
        throw ContainerConfigError(reason: "CreateContainerError", message: "sandbox: \(text)")
      }
      let begin = Timestamp.now()
      running[name] = RunningContainer(
        spec: container, host: host, main: main, environment: launch.command.environment,
        directory: launch.command.directory, ended: ended)
      change(name) {
        if let ended = $0.termination { $0.last = ended }
        $0.phase = .running(since: begin)
        $0.containerID = id
      }
      defer { running[name] = nil }
      await note("Created", "Created container: \(name)")
      await note("Started", "Started container \(name)")
      let exit = try await watched(container, main)
      host.end()
      try await group.waitForAll()
      change(name) {
        $0.phase = .terminated(Termination(exit, startedAt: begin, containerID: id))
        $0.isReady = container.isInit && exit.code == 0
        $0.isStarted = false
      }
      return exit.code
    }
  }

  /// Waits for the end of a container while its probes run.
  private func watched(
    _ container: ContainerSpec, _ main: ProcessHost.Running
  ) async throws -> ExitStatus {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.probe(container) }
      defer { group.cancelAll() }
      return try await main.exit.value()
    }
  }

  private func openLog(_ name: String) throws -> ContainerLog {
    let directory = node.logDirectory(of: identity, container: name)
    try Files.makeDirectories(directory, mode: 0o700)
    let restarts = states[name]?.restarts ?? 0
    for old in try Files.names(in: directory) {
      guard let number = old.split(separator: ".").first.flatMap({ Int64($0) }) else { continue }
      if number < restarts - 1 { try Files.removeTree("\(directory)/\(old)") }
    }
    let log = try ContainerLog(path: "\(directory)/\(restarts).log")
    logs[name] = (log, logs[name]?.current)
    return log
  }

  /// Starts bubblewrap with init in it.
  ///
  /// - Returns: Beside init, where bubblewrap complains when it cannot mount what it should.
  private func startInit(
    _ launch: ContainerLaunch, in sandbox: PodSandbox
  ) async throws -> (host: ProcessHost, complaints: Descriptor) {
    let (ours, theirs) = try Descriptor.messageSockets()
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let complaints = try Descriptor.pipe()
    complaints.reading.setNonBlocking()
    let command = InitRequest.Command(
      arguments: launch.sandboxArguments, environment: [], directory: "/", terminal: false)
    _ = try await sandbox.host.start(
      command, files: [null, complaints.writing, complaints.writing, theirs])
    return (ProcessHost(socket: ours, reactor: node.reactor), complaints.reading)
  }

  /// Starts the container's command with its output going to the log.
  private func start(
    _ command: InitRequest.Command, in host: ProcessHost, _ log: ContainerLog,
    _ group: inout ThrowingTaskGroup<Void, any Error>
  ) async throws -> ProcessHost.Running {
    let null = try Descriptor.open("/dev/null", O_RDONLY)
    let out = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    let main = try await host.start(command, files: [null, out.writing, error.writing])
    let reactor = node.reactor
    for (file, stream) in [(out.reading, ContainerLog.Stream.stdout), (error.reading, .stderr)] {
      file.setNonBlocking()
      group.addTask {
        while case let bytes = try await reactor.read(file, atMost: 1 << 16), !bytes.isEmpty {
          try? log.append(bytes, from: stream)
        }
      }
    }
    return main
  }

  /// Ends a container: `preStop`, TERM, and KILL when its time is over.
  func end(_ name: String, within grace: Duration) async {
    guard let container = running[name] else { return }
    await note("Killing", "Stopping container \(name)")
    let killed = kill
    _ = try? await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = try await withDeadline(grace) {
          await self.runHook("preStop", of: container)
          try await container.host.signal(container.main, SIGTERM)
          try await container.ended.value()
        }
      }
      group.addTask { try await killed.value() }
      defer { group.cancelAll() }
      try await group.next()
    }
    container.host.end()
    _ = try? await container.ended.value()
  }

  private nonisolated func runHook(_ hook: String, of container: RunningContainer) async {
    guard let handler = container.spec.value["lifecycle"]?[hook] else { return }
    if let seconds = handler["sleep"]?["seconds"]?.intValue {
      try? await Task.sleep(for: .seconds(seconds))
      return
    }
    guard let probe = Probe.Check(handler, container: container.spec, address: address) else {
      return
    }
    let result = await probe.run(in: container, node: node, timeout: .seconds(600))
    if case .failure(let message) = result {
      await warn("Failed\(hook.capitalizedFirst)Hook", message)
    }
  }
}

extension Termination {
  fileprivate func startError(_ message: String) -> Termination {
    var ended = self
    ended.reason = "StartError"
    ended.message = message
    return ended
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
