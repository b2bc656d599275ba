import ArgumentParser
import Documents
import RepositoryEngine
import RepositoryFormat

struct RepoUsage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "du",
    abstract: "Show what takes the repository's space, and what each snapshot alone needs.")

  @OptionGroup var options: RepositoryOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let repository = try await options.open()
    let report = try await RepositoryFailure.explained {
      try await StopRequests.cancelling { try await repository.usage() }
    }
    Console.standard.write(json ? CanonicalJSON.pretty(report.json) : report.text)
  }
}

extension UsageReport {
  fileprivate var text: String {
    func bytes(_ count: UInt64) -> String { HumanUnits.bytes(Int64(clamping: count)) }
    func row(_ name: String, _ blobs: Blobs) -> [String] {
      [name, "\(blobs.count)", bytes(blobs.storedBytes), bytes(blobs.plainBytes)]
    }
    let rows = [["SNAPSHOT", "TIME", "HOST", "PATHS", "NEEDS", "ALONE"]]
    let snapshots = shares.map { share in
      [
        share.snapshot.id.short, share.snapshot.snapshot.time.rounded,
        share.snapshot.snapshot.hostname, share.snapshot.snapshot.paths.joined(separator: ","),
        bytes(share.total.storedBytes), bytes(share.unique.storedBytes),
      ]
    }
    let blobs = TextTable.lines([
      ["BLOBS", "COUNT", "STORED", "PLAIN"], row("data", data), row("trees", trees),
      row("unused", unused), row("duplicates", duplicates),
    ]).joined()
    let ratio = HumanUnits.tenths(compressionRatio)
    return """
      \(bytes(totalBytes)) in \(packs.count) packs, \(indexes.count) indexes, \
      \(snapshotFiles.count) snapshots; \(ratio) plain bytes for each stored one
      \(packsUnindexed.count) packs (\(bytes(packsUnindexed.bytes))) are in no index

      \(blobs)
      \(TextTable.lines(rows + snapshots).joined())
      """
  }

  fileprivate var json: JSONValue {
    func number(_ count: UInt64) -> JSONValue { .integer(Int64(clamping: count)) }
    func files(_ files: Files) -> JSONValue {
      ["count": .integer(Int64(files.count)), "bytes": number(files.bytes)]
    }
    func blobs(_ blobs: Blobs) -> JSONValue {
      [
        "count": .integer(Int64(blobs.count)), "storedBytes": number(blobs.storedBytes),
        "plainBytes": number(blobs.plainBytes),
      ]
    }
    return [
      "totalBytes": number(totalBytes), "compressionRatio": .number(compressionRatio),
      "packs": files(packs), "indexes": files(indexes), "snapshotFiles": files(snapshotFiles),
      "keys": files(keys), "locks": files(locks), "packsUnindexed": files(packsUnindexed),
      "data": blobs(data), "trees": blobs(trees), "unused": blobs(unused),
      "duplicates": blobs(duplicates),
      "snapshots": .array(
        shares.map { share in
          [
            "id": .string(share.snapshot.id.description), "total": blobs(share.total),
            "unique": blobs(share.unique),
          ]
        }),
    ]
  }
}
