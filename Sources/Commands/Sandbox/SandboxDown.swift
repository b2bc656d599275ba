import ArgumentParser
import SandboxServer

struct SandboxDown: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End the sandbox and its pods; its state is kept.")

  @OptionGroup var sandbox: SandboxOptions

  @Flag(help: "Delete the state as well: objects, volumes and snapshots.")
  var purge = false

  func run() async throws {
    let launcher = try sandbox.launcher()
    let ran = try await withSandboxFailures {
      let ran = try await launcher.down()
      if purge { try launcher.purge() }
      return ran
    }
    Console.standard.talk(ran ? "Sandbox is down\n" : "No sandbox was running\n")
  }
}
