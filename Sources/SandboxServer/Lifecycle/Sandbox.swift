import Documents
import Glibc
import SimulatedCluster

/// A refusal or failure that the user of the sandbox can act on.
public struct SandboxError: Error, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}

/// A one-node Kubernetes cluster on loopback.
public struct Sandbox: Sendable {
  /// How long pods and the last save may take when the server stops.
  static let stopMax = Duration.seconds(15)

  let directory: StateDirectory
  let port: UInt16
  let program: String
  let bubblewrap: String

  /// - Parameters:
  ///   - port: 0 takes the one of the last time, or else any free one.
  ///   - program: What becomes init in the sandboxes: an executable that passes what follows
  ///     ``SandboxInit/command`` to ``SandboxInit/run(arguments:)``. By default the running one.
  /// - Throws: ``SandboxError`` where bubblewrap is missing.
  public init(directory: StateDirectory, port: UInt16 = 0, program: String? = nil) throws {
    self.directory = directory
    self.port = port
    self.program = try program ?? Files.destination(ofLink: "/proc/self/exe")
    guard let bubblewrap = Executable(environment: []).path(of: "bwrap") else {
      throw SandboxError("`bwrap` is not installed; pods run in it (apt install bubblewrap)")
    }
    self.bubblewrap = bubblewrap
  }

  /// Serves until SIGTERM or SIGINT; then ends all pods, saves, and returns.
  ///
  /// - Throws: ``SandboxError`` where another server holds the state directory, or its state cannot
  ///   be read.
  public func run() async throws {
    umask(0o022)
    try Files.makeDirectories(directory.path, mode: 0o700)
    let lock = try Descriptor.open(directory.lock, O_RDWR | O_CREAT)
    try await hold(lock)
    let signals = try StopSignals()
    let stateFile = StateFile(path: directory.cluster)
    let cluster = try loadCluster(from: stateFile)
    let store = try VolumeStore(directory: directory.path)
    let listener = try listen()
    let token = try token()
    let reactor = try Reactor()
    let owner = ClusterOwner(cluster: cluster, stateFile: stateFile)
    let node = NodeAgent(
      context: NodeContext(
        owner: owner, reactor: reactor, store: store, directory: directory.path,
        program: program, bubblewrap: bubblewrap))
    let front = APIFront(owner: owner, node: node, reactor: reactor, token: token)
    try Files.write(
      Array(Kubeconfig.text(port: listener.port, token: token).utf8), to: directory.kubeconfig)
    try Files.write(
      CanonicalJSON.bytes(ServerRecord(port: listener.port).json), to: directory.server)

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await reactor.run() }
      group.addTask { try await owner.runClock() }
      group.addTask { try await owner.runSaving() }
      group.addTask { await Self.performEffects(of: owner, on: store) }
      group.addTask { try await front.run(listener) }
      defer { group.cancelAll() }
      try await withThrowingTaskGroup(of: Void.self) { nodeGroup in
        nodeGroup.addTask { await node.run() }
        try await signals.wait(reactor)
        await node.stop()
        nodeGroup.addTask { try await Task.sleep(for: Self.stopMax) }
        try await nodeGroup.next()
        nodeGroup.cancelAll()
      }
      await owner.save()
    }
    withExtendedLifetime(lock) {}
  }

  private func hold(_ lock: Descriptor) async throws {
    for _ in 0..<50 {  // whoever only asks whether a server runs holds it for a moment
      if flock(lock.number, LOCK_EX | LOCK_NB) == 0 { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw SandboxError("A sandbox already runs on \(directory.path)")
  }

  private static func performEffects(of owner: ClusterOwner, on store: VolumeStore) async {
    await withDiscardingTaskGroup { group in
      for await effect in owner.effects {
        group.addTask { await owner.finish(effect, with: await store.perform(effect)) }
      }
    }
  }

  private func loadCluster(from file: StateFile) throws -> SimulatedKubernetes {
    do {
      if let state = try file.load() { return try SimulatedKubernetes(decoding: state) }
    } catch {
      throw SandboxError("The state in \(file.path) cannot be read: \(error)")
    }
    let seed = UInt64(try randomHexadecimal(bytes: 8), radix: 16) ?? 1
    return SimulatedKubernetes(configuration: Configuration(seed: seed))
  }

  private func listen() throws -> HTTPListener {
    if port == 0, let last = ServerRecord(directory: directory)?.port,
      let listener = try? HTTPListener(port: last)
    {
      return listener
    }
    return try HTTPListener(port: port)
  }

  private func token() throws -> String {
    if let bytes = try? Files.read(directory.token, atMost: 4096), !bytes.isEmpty {
      return String(decoding: bytes, as: UTF8.self)
    }
    let token = try randomHexadecimal(bytes: 32)
    try Files.write(Array(token.utf8), to: directory.token, isDurable: true)
    return token
  }
}
