import ArgumentParser
import Documents
import Execution
import RepositoryEngine
import RepositoryFormat

struct RepoCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "See whether a repository is whole, as `restic check` does.",
    discussion: """
      Without --read-data… the structure alone is checked: that every snapshot's trees and blobs \
      are in packs that exist with the right length. Others may go on writing meanwhile. Exit code \
      16 says that something is damaged; `repo repair` mends what can be mended.
      """)

  @OptionGroup var options: RepositoryOptions
  @OptionGroup var rates: TransferRates

  @Flag(help: "Also read all data and verify it.") var readData = false
  @Option(
    help: ArgumentHelp(
      "Read a part of the data: `5%`, `10GiB`, or `2/7` for the second seventh of it.",
      valueName: "part"))
  var readDataSubset: DataSubset?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard !readData || readDataSubset == nil else {
      throw ValidationError("--read-data and --read-data-subset exclude each other")
    }
  }

  func run() async throws {
    let repository = try await options.open(at: rates)
    let status = TransferStatus(json: json)
    let request = CheckRequest(data: readData ? .all : readDataSubset?.data ?? .none)
    let report = try await RepositoryFailure.explained {
      try await StopRequests.cancelling {
        try await repository.check(request) { progress in
          status.say(.init(bytesDone: progress.bytesRead))
        }
      }
    }
    status.end()
    Console.standard.write(json ? CanonicalJSON.string(report.json) + "\n" : report.text)
    if !report.isClean { throw CommandFailure(.verificationFailed) }
  }
}

/// Which part of the data is read, as restic spells it.
struct DataSubset: ExpressibleByArgument {
  let data: CheckRequest.Data

  init?(argument: String) {
    let parts = argument.split(separator: "/")
    if parts.count == 2 {
      guard let part = Int(parts[0]), let all = Int(parts[1]), all > 0, (1...all).contains(part)
      else { return nil }
      data = .slice(part, of: all)
    } else if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), percent > 0, percent <= 100 else {
        return nil
      }
      data = .sample(percent: percent)
    } else {
      guard let size = SizeArgument(argument: argument) else { return nil }
      data = .sample(bytes: size.bytes)
    }
  }
}

extension CheckReport {
  fileprivate var text: String {
    var lines = problems.map { "damaged: \($0)" }
    if problemCount > problems.count {
      lines.append("damaged: \(problemCount - problems.count) more like these")
    }
    lines += hints.map { "note: \($0)" }
    if hintCount > hints.count { lines.append("note: \(hintCount - hints.count) more like these") }
    let read = HumanUnits.bytes(Int64(clamping: bytesRead))
    lines.append(
      "\(snapshots) snapshots, \(trees) trees, \(blobs) blobs in \(packs) packs, of which"
        + " \(packsRead) were read (\(read)): "
        + (isClean ? "no errors were found" : "\(problemCount) errors were found"))
    if !damagedPacks.isEmpty {
      lines.append(
        "hint: `repo repair index "
          + damagedPacks.map { "--damaged \($0)" }.joined(separator: " ")
          + "`, then `repo repair snapshots`")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  fileprivate var json: JSONValue {
    [
      "message_type": "summary", "num_errors": .integer(Int64(problemCount)),
      "errors": .array(problems.map(\.json)), "hints": .array(hints.map(\.json)),
      "broken_packs": .array(damagedPacks.map { .string($0.description) }),
      "snapshots": .integer(Int64(snapshots)), "trees": .integer(Int64(trees)),
      "blobs": .integer(Int64(blobs)), "packs": .integer(Int64(packs)),
      "packs_read": .integer(Int64(packsRead)), "bytes_read": .integer(Int64(clamping: bytesRead)),
    ]
  }
}

extension CheckFinding {
  var json: JSONValue {
    var value: JSONValue = ["object": .string(object), "reason": .string(reason)]
    if let snapshot { value["snapshot"] = .string(snapshot.description) }
    if let path { value["path"] = .string(path) }
    return value
  }
}
