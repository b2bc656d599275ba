import ArgumentParser
import Execution
import Glibc
import SandboxServer

/// `oadp-plan sandbox`: a Kubernetes cluster on this machine, to try plans on.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Run a one-node Kubernetes on this machine, for trying plans out.",
    discussion: """
      Pods are real processes in bubblewrap: they see this machine's files read-only whatever \
      their image, and their volumes as directories below the state folder.
      """,
    subcommands: [
      SandboxUp.self, SandboxDown.self, SandboxStatus.self, SandboxKubeconfig.self,
      SandboxServe.self,
    ])
}

/// Which sandbox a command is about.
struct SandboxOptions: ParsableArguments {
  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "Where the sandbox keeps everything. Default: $XDG_STATE_HOME/oadp-plan/sandbox.",
      valueName: "dir"))
  var path: String?

  var directory: StateDirectory {
    var environment: [String: String] = [:]
    for name in ["XDG_STATE_HOME", "HOME"] {
      // Safety: getenv's string is copied before anything could change the environment.
      if let value = unsafe getenv(name) { environment[name] = unsafe String(cString: value) }
    }
    return StateDirectory(path, environment: environment)
  }

  func launcher() throws -> SandboxLauncher { try SandboxLauncher(directory: directory) }
}

extension CommandFailure {
  init(_ error: SandboxError) { self.init(.failed, error.description) }
}

/// Runs `body`; what the sandbox refuses ends the command with its reason.
func withSandboxFailures<Value>(_ body: () async throws -> Value) async throws -> Value {
  do {
    return try await body()
  } catch let error as SandboxError {
    throw CommandFailure(error)
  }
}
