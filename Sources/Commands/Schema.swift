import ArgumentParser
import Execution
import FoundationEssentials
import ProtectionModel

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "The JSON Schemas of plan files, for editors.",
    subcommands: [Export.self])

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write the JSON Schemas (draft-07) into a folder.",
      discussion: "Editors find them by `# yaml-language-server: $schema=…` on a plan's first line."
    )

    @Option(help: ArgumentHelp("The folder.", valueName: "dir")) var dir = ".schemas/oadp-plan.dev"

    func run() throws {
      do {
        try FileManager.default.createDirectory(atPath: dir, withIntermediateDirectories: true)
        for file in EmbeddedSchemas.files {
          let target = URL(filePath: "\(dir)/\(file.name)")
          try Data(file.text.utf8).write(to: target, options: .atomic)
        }
      } catch {
        throw CommandFailure(.failed, "The schemas cannot be written to `\(dir)`")
      }
      Console.standard.talk("Wrote \(EmbeddedSchemas.files.count) schemas to \(dir)\n")
    }
  }
}
