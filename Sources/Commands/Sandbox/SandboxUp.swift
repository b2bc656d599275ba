import ArgumentParser
import SandboxServer

struct SandboxUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start the sandbox; its state from before is kept.")

  @OptionGroup var sandbox: SandboxOptions

  @Option(help: "The port to listen on; 0 takes the last one, or any that is free.")
  var port: UInt16 = 0

  func run() async throws {
    let server = try await withSandboxFailures { try await sandbox.launcher().up(port: port) }
    Console.standard.talk("Sandbox is up: process \(server.pid), http://127.0.0.1:\(server.port)\n")
    Console.standard.write("export KUBECONFIG=\(server.kubeconfig)\n")
  }
}

/// What `up` starts in a process of its own.
struct SandboxServe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the sandbox in the foreground.", shouldDisplay: false)

  @OptionGroup var sandbox: SandboxOptions
  @Option var port: UInt16 = 0

  func run() async throws {
    try await withSandboxFailures {
      try await Sandbox(directory: sandbox.directory, port: port).run()
    }
  }
}
