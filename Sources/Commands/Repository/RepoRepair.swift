import ArgumentParser
import Documents
import Execution
import RepositoryEngine
import RepositoryFormat

struct RepoRepair: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair", abstract: "Mend what can be mended of a damaged repository.",
    discussion: """
      First the index, then a backup of what is still there (it stores again what was lost), then \
      the snapshots. Everything that cannot be mended is named.
      """,
    subcommands: [Index.self, Snapshots.self])

  struct Index: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the index say what the packs hold, and take whole blobs out of damaged ones.")

    @OptionGroup var options: RepositoryOptions
    @Option(
      name: .customLong("damaged"),
      help: ArgumentHelp("A pack that `repo check` called damaged.", valueName: "pack"))
    var damaged: [String] = []
    @Flag(help: "Read all packs first, and treat what is damaged so.") var readData = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      var request = RepairIndexRequest(
        damagedPacks: try damaged.map { text in
          guard let id = ObjectID(text) else {
            throw CommandFailure(.usage, "`\(text)` is no pack's name: 64 hexadecimal digits")
          }
          return id
        })
      request.readsEverything = readData
      let repository = try await options.open()
      let report = try await RepositoryFailure.explained { [request] in
        try await StopRequests.cancelling { try await repository.repairIndex(request) }
      }
      Console.standard.write(json ? CanonicalJSON.string(report.json) + "\n" : report.text)
      if report.lostCount > 0 { throw CommandFailure(.verificationFailed) }
    }
  }

  struct Snapshots: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write snapshots again without the files that are lost.")

    @OptionGroup var options: RepositoryOptions
    @Argument(help: "Snapshots; all of them, if none is named.") var snapshots: [String] = []
    @Flag(help: "Forget the damaged originals.") var forget = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let repository = try await options.open()
      let report = try await RepositoryFailure.explained {
        var chosen: [ObjectID] = []
        for name in snapshots { chosen.append(try await repository.resolve(name).id) }
        let request = RepairSnapshotsRequest(
          snapshots: chosen.isEmpty ? nil : chosen, forgetsOriginals: forget)
        return try await StopRequests.cancelling { try await repository.repairSnapshots(request) }
      }
      Console.standard.write(json ? CanonicalJSON.string(report.json) + "\n" : report.text)
      if !report.unrepairable.isEmpty { throw CommandFailure(.verificationFailed) }
    }
  }
}

private func lines(lost: [CheckFinding], count: Int) -> [String] {
  lost.map { "lost: \($0)" } + (count > lost.count ? ["lost: \(count - lost.count) more"] : [])
}

extension RepairIndexReport {
  fileprivate var text: String {
    let summary =
      changesNothing
      ? "nothing to do: the index says what the packs hold"
      : "index files: \(indexFilesWritten.count) written, \(indexFilesRemoved.count) removed;"
        + " packs: \(packsAdded.count) added, \(packsDropped.count) dropped,"
        + " \(packsSalvaged.count) salvaged"
    return (lines(lost: lost, count: lostCount) + [summary]).joined(separator: "\n") + "\n"
  }

  fileprivate var json: JSONValue {
    [
      "message_type": "summary", "indexes_written": .integer(Int64(indexFilesWritten.count)),
      "indexes_removed": .integer(Int64(indexFilesRemoved.count)),
      "packs_added": .integer(Int64(packsAdded.count)),
      "packs_dropped": .integer(Int64(packsDropped.count)),
      "packs_salvaged": .array(packsSalvaged.map { .string($0.description) }),
      "lost": .array(lost.map(\.json)), "lost_count": .integer(Int64(lostCount)),
    ]
  }
}

extension RepairSnapshotsReport {
  fileprivate var text: String {
    var lines = lines(lost: lost, count: lostCount)
    lines += rewritten.map { "snapshot \($0.original.short) is now \($0.replacement.short)" }
    lines += unrepairable.map { "beyond repair: \($0)" }
    lines.append("\(intact) snapshots are whole, \(forgotten.count) were forgotten")
    return lines.joined(separator: "\n") + "\n"
  }

  fileprivate var json: JSONValue {
    [
      "message_type": "summary", "intact": .integer(Int64(intact)),
      "rewritten": .array(
        rewritten.map {
          [
            "original": .string($0.original.description),
            "replacement": .string($0.replacement.description),
          ]
        }),
      "unrepairable": .array(unrepairable.map(\.json)),
      "forgotten": .array(forgotten.map { .string($0.description) }),
      "lost": .array(lost.map(\.json)), "lost_count": .integer(Int64(lostCount)),
    ]
  }
}
