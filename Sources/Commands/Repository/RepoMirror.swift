import ArgumentParser
import Documents
import RepositoryEngine
import RepositoryFormat

struct RepoMirror: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror",
    abstract: "Copy snapshots into another repository, as `restic copy` does.",
    discussion: """
      Only what the other one lacks is copied, sealed with its key; a second call copies nothing. \
      `--create` makes the other repository so that both cut files alike: it can then be backed \
      up to as well without storing anything twice.
      """)

  @OptionGroup var options: RepositoryOptions

  @Option(help: ArgumentHelp("Where to copy to.", valueName: "location")) var to: String
  @Option(help: ArgumentHelp("A file that holds the other's password.", valueName: "file"))
  var toPasswordFile: String
  @Flag(help: "Make the other repository if there is none.") var create = false
  @OptionGroup var rates: TransferRates

  @Option(name: .customLong("tag"), help: "Only snapshots with this tag; all of them, if several.")
  var tags: [String] = []
  @Argument(help: "Snapshots; all of them, if none is named.") var snapshots: [String] = []
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let source = try await options.open(at: rates)
    let target = try await self.target(for: source)
    let status = TransferStatus(json: json)
    let report = try await RepositoryFailure.explained {
      let chosen = try await self.chosen(in: source)
      return try await StopRequests.cancelling {
        try await source.mirror(chosen, to: target) { progress in
          status.say(.init(bytesDone: progress.bytesCopied))
        }
      }
    }
    status.end()
    let bytes = HumanUnits.bytes(Int64(clamping: report.bytesWritten))
    let line: JSONValue = [
      "message_type": "summary", "copied": .integer(Int64(report.copied.count)),
      "skipped": .integer(Int64(report.skipped.count)),
      "blobs_copied": .integer(Int64(report.blobsCopied)),
      "bytes_written": .integer(Int64(clamping: report.bytesWritten)),
    ]
    Console.standard.write(
      json
        ? CanonicalJSON.string(line) + "\n"
        : "copied \(report.copied.count) snapshots, \(report.skipped.count) were there already;"
          + " \(bytes) written\n")
  }

  private func target(for source: Repository) async throws -> Repository {
    let authorities = options.cacert.map { ["--cacert=\($0)"] } ?? []
    let other = try RepositoryOptions.parse(
      ["--repository=\(to)", "--password-file=\(toPasswordFile)"] + authorities)
    return create
      ? try await other.openOrCreate(chunkerOf: source, at: rates)
      : try await other.open(at: rates)
  }

  private func chosen(in source: Repository) async throws -> [ObjectID]? {
    var chosen: [ObjectID] = []
    for name in snapshots { chosen.append(try await source.resolve(name, tags: tags).id) }
    if snapshots.isEmpty, tags.isEmpty { return nil }
    return snapshots.isEmpty ? try await source.snapshots(tags: tags).map(\.id) : chosen
  }
}
