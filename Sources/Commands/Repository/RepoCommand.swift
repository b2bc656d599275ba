import ArgumentParser
import Documents
import ObjectStores
import RepositoryEngine
import RepositoryFormat

struct RepoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo",
    abstract: "Make backup repositories, look into them, and keep them in order.",
    discussion: """
      Repositories have the restic format (version 2): stock `restic` lists, checks and restores \
      them, and what restic, VolSync or K8up stored is read here.
      """,
    subcommands: [
      Init.self, RepoAdopt.self, Snapshots.self, RepoUsage.self, RepoCheck.self, RepoRepair.self,
      RepoMaintain.self, RepoKeys.self, RepoMirror.self,
    ])

  struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a new, empty repository.")

    @OptionGroup var options: RepositoryOptions

    func run() async throws {
      let repository = try await options.create()
      Console.standard.write(
        "created restic repository \(repository.config.id.short) at"
          + " \(repository.store.description)\n")
    }
  }

  struct Snapshots: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List snapshots, oldest first.")

    @OptionGroup var options: RepositoryOptions

    @Option(
      name: .customLong("tag"), help: "Only snapshots with this tag; all of them, if several.")
    var tags: [String] = []

    @Flag(help: "Print JSON, in restic's own words.") var json = false

    func run() async throws {
      let repository = try await options.open()
      let snapshots = try await RepositoryFailure.explained {
        try await repository.snapshots(tags: tags)
      }
      if json {
        Console.standard.write(
          CanonicalJSON.pretty(.array(try snapshots.map { try $0.json() })))
      } else {
        let rows = [["ID", "TIME", "HOST", "PATHS", "TAGS", "FILES", "SIZE"]]
        Console.standard.write(TextTable.lines(rows + snapshots.map(\.row)).joined())
      }
    }
  }
}

extension IdentifiedSnapshot {
  fileprivate var row: [String] {
    let summary = snapshot.summary
    return [
      id.short, snapshot.time.rounded, snapshot.hostname, snapshot.paths.joined(separator: ","),
      snapshot.tags.joined(separator: ","), summary.map { "\($0.totalFilesProcessed)" } ?? "–",
      summary.map { HumanUnits.bytes(Int64(clamping: $0.totalBytesProcessed)) } ?? "–",
    ]
  }

  fileprivate func json() throws -> JSONValue {
    var value = try JSONValue(parsing: snapshot.encoded())
    value["id"] = .string(id.description)
    value["short_id"] = .string(id.short)
    return value
  }
}
