import ArgumentParser
import Documents
import Execution
import SandboxServer

struct SandboxStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say whether the sandbox runs; exit 1 where it does not.")

  @OptionGroup var sandbox: SandboxOptions
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let launcher = try sandbox.launcher()
    let server = launcher.status()
    if json {
      var value: JSONValue = [
        "running": .bool(server != nil), "state": .string(launcher.directory.path),
      ]
      if let server {
        value["pid"] = .integer(Int64(server.pid))
        value["port"] = .integer(Int64(server.port))
        value["kubeconfig"] = .string(server.kubeconfig)
      }
      Console.standard.write(CanonicalJSON.pretty(value))
    } else if let server {
      Console.standard.write(
        "running: process \(server.pid), http://127.0.0.1:\(server.port), "
          + "state \(launcher.directory.path)\n")
    } else {
      Console.standard.write("not running: state \(launcher.directory.path)\n")
    }
    if server == nil { throw CommandFailure(.failed) }
  }
}

struct SandboxKubeconfig: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubeconfig", abstract: "Print the kubeconfig of the sandbox.")

  @OptionGroup var sandbox: SandboxOptions

  func run() throws {
    guard let text = try sandbox.launcher().kubeconfig() else {
      throw CommandFailure(
        .failed, "No sandbox has run on \(sandbox.directory.path)",
        hint: "start one with `oadp-plan sandbox up`")
    }
    Console.standard.write(text)
  }
}
