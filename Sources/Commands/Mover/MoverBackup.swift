import ArgumentParser
import Documents
import Execution
import Glibc
import RepositoryEngine
import RepositoryFormat

struct MoverBackup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a folder or a block volume into a repository, as a new snapshot.")

  @OptionGroup var options: RepositoryOptions
  @OptionGroup var report: MoverReport
  @OptionGroup var rates: TransferRates

  @Argument(help: "The folder to copy, or the device.") var path: String

  @Option(name: .customLong("tag"), help: "Mark the snapshot; may be given several times.")
  var tags: [String] = []

  @Option(help: "The host that the snapshot names.") var host = "oadp-plan"

  @Option(
    help: ArgumentHelp(
      "Record the folder's contents under this path, as VolSync does with /data. Without it the"
        + " snapshot holds the folder with its whole path.",
      valueName: "path"))
  var volumePath: String?

  @Option(
    help: ArgumentHelp(
      "Copy a block device, or a file, as one file of this name.", valueName: "name"))
  var block: String?

  @Option(
    help: ArgumentHelp(
      "Of a block volume read only what this file lists, as `offset length` in bytes on each line"
        + " or as JSON; the rest is as in the parent.",
      valueName: "file"))
  var changedBlocks: String?

  @Option(
    help: ArgumentHelp(
      "The snapshot that this one is compared with; the newest of its host and path, if none is"
        + " named.",
      valueName: "id"))
  var parent: String?

  @Option(name: .customLong("exclude"), help: "Leave out everything with this name.")
  var excludes: [String] = []

  @Flag(help: "Read every file, unchanged or not.") var force = false

  func validate() throws {
    guard block == nil || volumePath == nil else {
      throw ValidationError("--block and --volume-path exclude each other")
    }
    guard changedBlocks == nil || block != nil && parent != nil else {
      throw ValidationError("--changed-blocks needs --block and --parent: changed since what?")
    }
  }

  func run() async throws {
    let repository = try await options.open(at: rates)
    let request = try await self.request(for: repository)
    let status = report.status()
    // A pod that is taken away must not leave its lock for others to trip over.
    let summary = try await RepositoryFailure.explained { [request] in
      try await StopRequests.cancelling {
        try await repository.backup(request) { progress in
          status.say(
            .init(
              bytesDone: progress.bytesCovered, bytesExpected: progress.bytesExpected,
              bytesRead: progress.bytesRead, filesDone: progress.filesDone))
        }
      }
    }
    status.end()
    if let reason = summary.fullReadReason {
      Console.standard.talk("warning: The list of changed blocks was not used: \(reason)\n")
    }
    try report.give(summary.json, text: summary.text)
    try report.end(warnings: summary.warnings, count: summary.warningCount)
  }

  private func request(for repository: Repository) async throws -> BackupRequest {
    let layout: BackupRequest.Layout =
      if let block { .block(as: block) } else { volumePath.map { .contents(as: $0) } ?? .path }
    var request = BackupRequest(
      path: try absolute(path), layout: layout, hostname: host, tags: tags, excludes: excludes)
    request.readsEverything = force
    if let parent {
      request.parent = try await RepositoryFailure.explained {
        try await repository.resolve(parent).id
      }
    }
    if let changedBlocks {
      let text = try SmallFile.read(changedBlocks, bytesMax: ChangedBlocks.bytesMax)
      do {
        request.changedBlocks = try ChangedBlocks(parsing: text)
      } catch {
        throw CommandFailure(.failed, "`\(changedBlocks)`: \(error)")
      }
    }
    return request
  }

  private func absolute(_ path: String) throws -> String {
    // Safety: a null buffer makes the C library allocate one, which is freed here.
    guard let resolved = unsafe realpath(path, nil) else {
      throw CommandFailure(.failed, "`\(path)` does not exist")
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}

extension BackupSummary {
  private var duration: Duration { figures.backupEnd - figures.backupStart }

  /// restic's names, so that whoever reads restic's summary reads ours.
  fileprivate var json: JSONValue {
    func count(_ number: UInt64) -> JSONValue { .integer(Int64(clamping: number)) }
    return [
      "message_type": "summary", "snapshot_id": .string(snapshotID.description),
      "tree_id": .string(treeID.description), "files_new": count(figures.filesNew),
      "files_changed": count(figures.filesChanged),
      "files_unmodified": count(figures.filesUnmodified), "dirs_new": count(figures.dirsNew),
      "dirs_changed": count(figures.dirsChanged),
      "dirs_unmodified": count(figures.dirsUnmodified), "data_blobs": count(figures.dataBlobs),
      "tree_blobs": count(figures.treeBlobs), "data_added": count(figures.dataAdded),
      "data_added_packed": count(figures.dataAddedPacked),
      "total_files_processed": count(figures.totalFilesProcessed),
      "total_bytes_processed": count(figures.totalBytesProcessed),
      "bytes_read": count(bytesRead),
      "total_duration": .number(duration / .seconds(1)), "warnings": .integer(Int64(warningCount)),
    ]
  }

  fileprivate var text: String {
    func bytes(_ count: UInt64) -> String { HumanUnits.bytes(Int64(clamping: count)) }
    return """
      files: \(figures.filesNew) new, \(figures.filesChanged) changed, \
      \(figures.filesUnmodified) unmodified
      read \(bytes(figures.totalBytesProcessed)), added \(bytes(figures.dataAdded)), stored \
      \(bytes(figures.dataAddedPacked)) in \(HumanUnits.duration(duration))
      snapshot \(snapshotID.short) saved
      """
  }
}
