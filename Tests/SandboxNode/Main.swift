import SandboxServer

/// The sandbox as a program of its own, for tests: what `oadp-plan sandbox serve` does.
@main struct Main {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == SandboxInit.command {
      SandboxInit.run(arguments: Array(arguments.dropFirst()))
    }
    func value(_ flag: String) -> String? {
      arguments.firstIndex(of: flag).map { CommandLine.arguments[$0 + 1] }
    }
    let directory = StateDirectory(value("--state"), environment: [:])
    try await Sandbox(directory: directory, port: UInt16(value("--port") ?? "0") ?? 0).run()
  }
}
