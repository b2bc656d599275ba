import Glibc
import Testing

@testable import SandboxServer

/// What a program said and how it ended.
struct Output {
  var code: Int32
  var out: String
  var error: String
}

/// A sandbox of its own in a temporary directory, and stock kubectl to judge it.
struct Harness: Sendable {
  let launcher: SandboxLauncher

  /// The caller's own: `make deps` may have put kubectl into a folder of the build.
  private static let searchPath: String = {
    // Safety: the string is copied before anything could change the environment.
    guard let path = unsafe getenv("PATH") else { return "PATH=" + Executable.defaultPath }
    return unsafe "PATH=" + String(cString: path)
  }()

  /// Runs `body` against a fresh sandbox, which is ended and removed afterwards.
  static func run(_ body: (Harness) async throws -> Void) async throws {
    for program in ["bwrap", "kubectl"] {
      let path = Executable(environment: [searchPath]).path(of: program)
      try #require(path != nil, "`\(program)` must be installed for this test")
    }
    let path = "/tmp/oadp-plan-tests-" + (try randomHexadecimal(bytes: 8))
    let harness = Harness(
      launcher: try SandboxLauncher(
        directory: StateDirectory(path, environment: [:]), program: try sandboxNode()))
    do {
      _ = try await harness.launcher.up()
      try await body(harness)
    } catch {
      await harness.remove()
      throw error
    }
    await harness.remove()
  }

  private func remove() async {
    _ = try? await launcher.down()
    try? launcher.purge()
  }

  /// The program built from `Tests/SandboxNode`: it lies beside the test bundle.
  private static func sandboxNode() throws -> String {
    var folder = try Files.parent(of: Files.destination(ofLink: "/proc/self/exe"))
    for argument in CommandLine.arguments where argument.contains(".xctest") {
      folder = Files.resolved(argument).flatMap(Files.parent) ?? folder
    }
    while let here = folder, here != "/" {
      if Files.isExecutable(here + "/SandboxNode"), Files.kind(here + "/SandboxNode") == .file {
        return here + "/SandboxNode"
      }
      folder = Files.parent(of: here)
    }
    throw SandboxError("`SandboxNode` does not lie beside the tests")
  }

  /// Runs kubectl and waits for its end, a minute at most.
  func kubectl(_ arguments: String..., input: String? = nil) async throws -> Output {
    try await kubectl(arguments, input: input)
  }

  func kubectl(_ arguments: [String], input: String? = nil) async throws -> Output {
    let launcher = launcher
    return try await onOwnThread {
      let path = try #require(Executable(environment: []).path(of: "timeout"))
      let files = "/tmp/oadp-plan-kubectl-" + (try randomHexadecimal(bytes: 8))
      defer { for end in ["in", "out", "err"] { try? Files.removeTree("\(files).\(end)") } }
      try Files.write(Array((input ?? "").utf8), to: files + ".in")
      let status: SandboxServer.ExitStatus
      do {
        let pid = try Spawn(
          path: path, arguments: ["timeout", "60", "kubectl"] + arguments,
          environment: [
            Self.searchPath, "HOME=\(launcher.directory.path)",
            "KUBECONFIG=\(launcher.directory.kubeconfig)",
          ],
          files: [
            Descriptor.open(files + ".in", O_RDONLY),
            Descriptor.open(files + ".out", O_WRONLY | O_CREAT),
            Descriptor.open(files + ".err", O_WRONLY | O_CREAT),
          ]
        ).start()
        var code: Int32 = 0
        // Safety: waitpid writes one number.
        while unsafe waitpid(pid, &code, 0) < 0, errno == EINTR {}
        status = SandboxServer.ExitStatus(wait: code)
      }
      func text(_ end: String) throws -> String {
        String(decoding: try Files.read("\(files).\(end)"), as: UTF8.self)
      }
      return Output(code: status.code, out: try text("out"), error: try text("err"))
    }
  }

  /// Runs kubectl, which must succeed; gives what it printed.
  @discardableResult
  func must(_ arguments: String..., input: String? = nil) async throws -> String {
    let output = try await kubectl(arguments, input: input)
    try #require(output.code == 0, "kubectl \(arguments): \(output.error)")
    return output.out
  }

  func apply(_ manifest: String) async throws {
    try await must("apply", "-f", "-", input: manifest)
  }

  func waitReady(_ pod: String, namespace: String = "default") async throws {
    try await must(
      "wait", "--for=condition=Ready", "pod/\(pod)", "-n", namespace, "--timeout=50s")
  }

  /// Names in one of the state's directories.
  func names(in folder: String) throws -> [String] {
    try Files.names(in: "\(launcher.directory.path)/\(folder)")
  }

  /// Waits until `condition` holds, half a minute at most.
  func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !condition() {
      try #require(ContinuousClock.now < deadline, "\(what) does not come true")
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
