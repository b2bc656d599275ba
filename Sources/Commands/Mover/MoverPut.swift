import ArgumentParser
import Documents
import RepositoryEngine
import RepositoryFormat

struct MoverPut: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Write one file of a snapshot into a volume.",
    discussion: """
      The file appears whole or not at all, with mode 0600 and the owner and group of its folder. \
      This is how `backup_label` comes to a PostgreSQL volume before the server starts.
      """)

  private static let bytesMax = 64 << 20

  @OptionGroup var options: RepositoryOptions
  @OptionGroup var report: MoverReport

  @Option(help: ArgumentHelp("An id or `latest`.", valueName: "id")) var snapshot: String

  @Option(help: "The file's path inside the snapshot.") var path: String

  @Option(help: ArgumentHelp("The absolute path to write.", valueName: "file")) var target: String

  func run() async throws {
    let repository = try await options.open()
    let bytes = try await RepositoryFailure.explained {
      let found = try await repository.resolve(snapshot)
      let bytes = try await repository.readFile(
        snapshot: found.id, path: path, limit: Self.bytesMax)
      try FilePlacement.place(bytes, at: target)
      return bytes
    }
    try report.give(
      [
        "message_type": "summary", "path": .string(target),
        "bytes_written": .integer(Int64(bytes.count)),
      ], text: "wrote \(bytes.count) bytes to \(target)")
  }
}
