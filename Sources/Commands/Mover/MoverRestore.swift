import ArgumentParser
import Documents
import RepositoryEngine
import RepositoryFormat

/// A snapshot as restic's command line names it: `ID`, `latest`, or either with `:path` behind.
struct SnapshotReference: ExpressibleByArgument {
  let snapshot: String
  let subpath: String

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty else { return nil }
    snapshot = String(first)
    subpath = parts.count > 1 ? String(parts[1]) : ""
  }
}

struct MoverRestore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Fill a folder or a block volume from a snapshot.")

  @OptionGroup var options: RepositoryOptions
  @OptionGroup var report: MoverReport
  @OptionGroup var rates: TransferRates

  @Option(help: ArgumentHelp("An id or `latest`, with `:path` for a part.", valueName: "id[:path]"))
  var snapshot: SnapshotReference

  @Option(
    help: ArgumentHelp(
      "The folder to fill; it is made if missing. With --block a device or file.",
      valueName: "folder"))
  var target: String

  @Option(name: .customLong("tag"), help: "`latest` means the latest one with this tag.")
  var tags: [String] = []

  @Flag(help: "Replace files that exist already.") var overwrite = false

  @Flag(help: "Write only what differs from what is there already.") var inPlace = false

  @Flag(help: "Remove what the snapshot does not have.") var delete = false

  @Flag(help: "Read everything back at the end, and compare.") var verify = false

  @Flag(help: "The target is a block device, or a file, that receives the bytes of one file.")
  var block = false

  func validate() throws {
    guard !overwrite || !inPlace else {
      throw ValidationError("--overwrite and --in-place exclude each other")
    }
  }

  func run() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let repository = try await options.open(at: rates)
    let status = report.status()
    let summary = try await RepositoryFailure.explained {
      let found = try await repository.resolve(snapshot.snapshot, tags: tags)
      var request = RestoreRequest(
        snapshot: found.id, subpath: snapshot.subpath, target: target)
      request.mode = overwrite ? .overwrite : inPlace ? .inPlace : .fresh
      request.layout = block ? .block : .folder
      request.deletesOthers = delete
      request.verifies = verify
      request.progress = { progress in
        status.say(
          .init(
            bytesDone: progress.bytesDone, bytesExpected: progress.bytesExpected,
            filesDone: progress.filesDone))
      }
      let figures = try await StopRequests.cancelling { [request] in
        try await repository.restore(request)
      }
      return (id: found.id, figures: figures)
    }
    status.end()
    let duration = clock.now - start
    let (figures, id) = (summary.figures, summary.id)
    let files = JSONValue.integer(Int64(clamping: figures.files))
    let bytes = JSONValue.integer(Int64(clamping: figures.bytes))
    try report.give(
      [
        "message_type": "summary", "snapshot_id": .string(id.description), "total_files": files,
        "files_restored": files, "total_bytes": bytes, "bytes_restored": bytes,
        "directories_restored": .integer(Int64(clamping: figures.directories)),
        "others_restored": .integer(Int64(clamping: figures.others)),
        "bytes_written": .integer(Int64(clamping: figures.bytesWritten)),
        "bytes_unchanged": .integer(Int64(clamping: figures.bytesUnchanged)),
        "bytes_verified": .integer(Int64(clamping: figures.bytesVerified)),
        "deleted": .integer(Int64(clamping: figures.deleted)),
        "seconds_elapsed": .number(duration / .seconds(1)),
        "warnings": .integer(Int64(figures.warningCount)),
      ],
      text: "restored \(figures.files) files, \(HumanUnits.bytes(Int64(clamping: figures.bytes)))"
        + " from snapshot \(id.short) in \(HumanUnits.duration(duration))")
    try report.end(warnings: figures.warnings, count: figures.warningCount)
  }
}
