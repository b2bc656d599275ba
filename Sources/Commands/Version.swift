import ArgumentParser
import Documents

/// What this program calls itself, in version output, user agents and records.
enum Tool {
  static let name = "oadp-plan"
  static let version = "0.1.0"
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version.")

  @Flag(help: "Print JSON.") var json = false

  func run() {
    let text =
      json
      ? CanonicalJSON.pretty([
        "name": .string(Tool.name), "version": .string(Tool.version),
        "planAPI": "oadp-plan.dev/v1alpha1",
      ])
      : "\(Tool.name) \(Tool.version)\n"
    Console.standard.write(text)
  }
}
