import ArgumentParser
import Documents
import Planning
import RepositoryEngine
import RepositoryFormat

struct RepoMaintain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maintain",
    abstract: "Remove what no snapshot needs, as `restic prune` does.",
    discussion: """
      Nothing of it is lost when it is killed: new packs and indexes are there before old ones go. \
      With --keep-… snapshots beyond these go first, as with `restic forget`; recovery points of \
      plans do not: their plans' retention decides, and `apply` removes them.
      """)

  @OptionGroup var options: RepositoryOptions
  @OptionGroup var retention: RetentionOptions
  @OptionGroup var rates: TransferRates

  @Option(
    help: ArgumentHelp(
      "How much unused data may stay inside packs: `5%`, `10GiB` or `unlimited`.",
      valueName: "limit"))
  var maxUnused = UnusedLimit(.percent(5))
  @Option(help: ArgumentHelp("Move no more data than this.", valueName: "size"))
  var maxRepackSize: SizeArgument?
  @Flag(help: "Compress data that is stored as it is.") var repackUncompressed = false
  @Flag(help: "First remove locks that nobody has renewed for half an hour.")
  var removeStaleLocks = false
  @Flag(name: .shortAndLong, help: "Only say what would be done.") var dryRun = false
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let repository = try await options.open(at: rates)
    let status = TransferStatus(json: json)
    let report = try await RepositoryFailure.explained {
      try await StopRequests.cancelling {
        if removeStaleLocks, !dryRun { try await repository.removeStaleLocks() }
        let request = try await self.request(for: repository)
        return try await repository.maintain(request) { progress in
          guard case .repacking(let bytes, let all) = progress else { return }
          status.say(.init(bytesDone: bytes, bytesExpected: all))
        }
      }
    }
    status.end()
    Console.standard.write(json ? CanonicalJSON.string(report.json) + "\n" : report.text)
  }

  private func request(for repository: Repository) async throws -> MaintenanceRequest {
    var request = MaintenanceRequest()
    request.unusedMax = maxUnused.value
    request.repackBytesMax = maxRepackSize?.bytes
    request.compressesData = repackUncompressed
    request.isDryRun = dryRun
    if !retention.policy.isEmpty {
      let snapshots = try await repository.snapshots()
        .filter { !$0.snapshot.tags.contains(Tool.name) }
      request.forgotten = try retention.policy.forgotten(snapshots, by: retention.grouping)
        .map(\.id)
    }
    return request
  }
}

/// Which snapshots stay, in restic's words.
struct RetentionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep the newest snapshots.", valueName: "n")) var keepLast = 0
  @Option(help: ArgumentHelp("Keep the newest of each hour.", valueName: "n")) var keepHourly = 0
  @Option(help: ArgumentHelp("Keep the newest of each day.", valueName: "n")) var keepDaily = 0
  @Option(help: ArgumentHelp("Keep the newest of each week.", valueName: "n")) var keepWeekly = 0
  @Option(help: ArgumentHelp("Keep the newest of each month.", valueName: "n")) var keepMonthly = 0
  @Option(help: ArgumentHelp("Keep the newest of each year.", valueName: "n")) var keepYearly = 0
  @Option(
    name: .customLong("keep-tag"),
    help: ArgumentHelp("Keep what has all of these tags.", valueName: "tag,…"))
  var keepTags: [String] = []
  @Option(
    help: ArgumentHelp("What the counts are counted within.", valueName: "host,paths,tags"))
  var groupBy = "host,paths"

  var policy: RetentionPolicy {
    var policy = RetentionPolicy()
    policy.last = keepLast
    policy.hourly = keepHourly
    policy.daily = keepDaily
    policy.weekly = keepWeekly
    policy.monthly = keepMonthly
    policy.yearly = keepYearly
    policy.tags = keepTags.map { $0.split(separator: ",").map(String.init) }
    return policy
  }

  private static let groupings: [String: RetentionPolicy.Grouping] = [
    "host": .host, "paths": .paths, "tags": .tags,
  ]

  var grouping: RetentionPolicy.Grouping {
    RetentionPolicy.Grouping(
      groupBy.split(separator: ",").compactMap { Self.groupings[String($0)] })
  }

  func validate() throws {
    for count in [keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly]
    where count < 0 {
      throw ValidationError("--keep-… takes a count, and \(count) is none")
    }
    for name in groupBy.split(separator: ",") where Self.groupings[String(name)] == nil {
      throw ValidationError("--group-by knows `host`, `paths` and `tags`, not `\(name)`")
    }
  }
}

extension MaintenanceReport {
  fileprivate var text: String {
    func bytes(_ count: UInt64) -> String { HumanUnits.bytes(Int64(clamping: count)) }
    func row(_ name: String, _ amount: Amount) -> [String] {
      [name, "\(amount.count)", bytes(amount.bytes)]
    }
    let verb = isDryRun ? "would be" : "were"
    let table = TextTable.lines([
      ["PACKS", "COUNT", "SIZE"], row("kept", packsKept), row("unused", packsUnused),
      row("repacked", packsRepacked), row("in no index", packsUnindexed),
    ]).joined()
    let summary =
      isClean
      ? "nothing to do: \(snapshotsKept) snapshots need everything that is there"
      : "\(snapshotsForgotten) snapshots and \(bytes(removedBytes)) of packs \(verb) removed,"
        + " \(bytes(moved.bytes)) \(verb) moved; \(bytes(unusedKeptBytes)) unused stay"
    return table + summary + "\n"
  }

  fileprivate var json: JSONValue {
    func amount(_ amount: Amount) -> JSONValue {
      ["count": .integer(Int64(amount.count)), "bytes": .integer(Int64(clamping: amount.bytes))]
    }
    return [
      "message_type": "summary", "dry_run": .bool(isDryRun),
      "snapshots_kept": .integer(Int64(snapshotsKept)),
      "snapshots_forgotten": .integer(Int64(snapshotsForgotten)), "used": amount(used),
      "unused": amount(unused), "duplicates": amount(duplicates), "packs_kept": amount(packsKept),
      "packs_unused": amount(packsUnused), "packs_repacked": amount(packsRepacked),
      "packs_unindexed": amount(packsUnindexed), "packs_written": amount(packsWritten),
      "moved": amount(moved), "indexes_written": .integer(Int64(indexesWritten)),
      "indexes_removed": .integer(Int64(indexesRemoved)),
      "unused_kept_bytes": .integer(Int64(clamping: unusedKeptBytes)),
    ]
  }
}
