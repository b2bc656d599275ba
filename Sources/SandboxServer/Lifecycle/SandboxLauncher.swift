import Glibc

/// Starts, finds and ends a sandbox that runs in a process of its own.
public struct SandboxLauncher: Sendable {
  /// A sandbox that answers.
  public struct Server: Sendable, Hashable {
    public var pid: Int32
    public var port: UInt16
    /// The path of its kubeconfig.
    public var kubeconfig: String
  }

  static let upMax = Duration.seconds(30)
  static let downMax = Duration.seconds(25)

  public let directory: StateDirectory
  let program: String

  /// - Parameter program: Serves when called with ``serveArguments(port:)``; by default the running
  ///   executable.
  public init(directory: StateDirectory, program: String? = nil) throws {
    self.directory = directory
    self.program = try program ?? Files.destination(ofLink: "/proc/self/exe")
  }

  /// What the program is called with to serve.
  public func serveArguments(port: UInt16) -> [String] {
    ["sandbox", "serve", "--state", directory.path, "--port", String(port)]
  }

  /// Starts a server, detached from the caller, and waits until it answers.
  ///
  /// - Throws: ``SandboxError`` where one runs already, or where it does not come up.
  public func up(port: UInt16 = 0) async throws -> Server {
    try Files.makeDirectories(directory.path, mode: 0o700)
    if let running = directory.runningServer() {
      throw SandboxError(
        "A sandbox already runs on \(directory.path): process \(running.pid), port \(running.port)")
    }
    let log = try Descriptor.open(directory.log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND)
    let null = try Descriptor.open("/dev/null", O_RDONLY)
    let pid = try Spawn(
      path: program, arguments: [program] + serveArguments(port: port),
      environment: ["PATH=\(Executable.defaultPath)", "HOME=/"], files: [null, log, log]
    ).start()
    let deadline = ContinuousClock.now + Self.upMax
    while ContinuousClock.now < deadline {
      var status: Int32 = 0
      // Safety: waitpid writes one number.
      guard unsafe waitpid(pid, &status, WNOHANG) == 0 else { throw failure("ended at once") }
      if let record = ServerRecord(directory: directory), record.pid == pid,
        let server = answering(record)
      {
        return server
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    kill(pid, SIGKILL)
    throw failure("did not answer within \(Self.upMax)")
  }

  private func failure(_ what: String) -> SandboxError {
    let bytes = (try? Files.read(directory.log, atMost: 1 << 20)) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(5)
    let said = lines.isEmpty ? "" : ": " + lines.joined(separator: "\n")
    return SandboxError("The sandbox \(what)\(said)")
  }

  /// The server, where one runs and answers.
  public func status() -> Server? {
    directory.runningServer().flatMap(answering)
  }

  private func answering(_ record: ServerRecord) -> Server? {
    guard record.isAlive,
      NetworkProbe.get(
        "/readyz", host: "127.0.0.1", port: record.port, headers: [], seconds: 2) == nil
    else { return nil }
    return Server(pid: record.pid, port: record.port, kubeconfig: directory.kubeconfig)
  }

  /// Ends the server: politely, so that pods can end and the state is saved; then by force.
  ///
  /// - Returns: Whether one ran.
  public func down() async throws -> Bool {
    guard let record = directory.runningServer() else { return false }
    guard record.isAlive else {
      throw SandboxError("\(directory.path) is held by a process that is not known")
    }
    for (signal, limit) in [(SIGTERM, Self.downMax), (SIGKILL, .seconds(5))] {
      if record.isAlive { kill(record.pid, signal) }
      let deadline = ContinuousClock.now + limit
      while ContinuousClock.now < deadline {
        if directory.runningServer() == nil { return true }
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    throw SandboxError("Process \(record.pid) does not end")
  }

  /// Deletes the state of a sandbox that does not run.
  ///
  /// - Throws: ``SandboxError`` where it runs, or where the directory is no sandbox's.
  public func purge() throws {
    guard Files.exists(directory.path) else { return }
    guard directory.runningServer() == nil else {
      throw SandboxError("A sandbox runs on \(directory.path)")
    }
    guard Files.exists(directory.lock) else {
      throw SandboxError("\(directory.path) holds no sandbox")
    }
    try Files.removeTree(directory.path)
  }

  /// The text of the kubeconfig of the server that runs, or ran last; `nil` where none ever did.
  public func kubeconfig() throws -> String? {
    guard Files.exists(directory.kubeconfig) else { return nil }
    return String(decoding: try Files.read(directory.kubeconfig, atMost: 1 << 16), as: UTF8.self)
  }
}
