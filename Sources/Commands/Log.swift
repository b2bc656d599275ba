import ArgumentParser
import Documents
import Execution
import Git

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show the runs that git remembers, newest first.",
    discussion: """
      Every run is recorded under refs/oadp-plan/runs, beside the branches and never on one: \
      what was done, from which commit, by whom, and how it ended.
      """)

  @OptionGroup var folder: FolderOptions

  @Argument(help: ArgumentHelp("Show this run alone, whole.", valueName: "run")) var runID: String?
  @Option(name: [.short, .long], help: "text or json.") var output = LogFormat.text
  @Option(help: "How many runs to show.") var limit = 20
  @Flag(name: [.customShort("p"), .long], help: "Show the plan that was run, too.")
  var plan = false

  enum LogFormat: String, ExpressibleByArgument { case text, json }

  func validate() throws {
    guard (1...10_000).contains(limit) else {
      throw ValidationError("`--limit` is between 1 and 10000")
    }
  }

  func run() throws {
    do {
      let repository = try GitRepository.discover(from: folder.path)
      let history = try repository.runs(limit: runID == nil ? limit : 10_000)
      for skipped in history.skipped {
        Console.standard.talk("warning: \(skipped.commit.short) is no run: \(skipped.reason)\n")
      }
      let runs = history.runs.filter { runID == nil || $0.runID.hasPrefix(runID ?? "") }
      guard runID == nil || !runs.isEmpty else {
        throw CommandFailure(.failed, "Git remembers no run `\(runID ?? "")`")
      }
      switch output {
      case .json: try writeJSON(runs, repository)
      case .text: try writeText(runs, repository)
      }
    } catch let error as GitError {
      throw CommandFailure(.failed, error.description, hint: error.hint)
    }
  }

  private func writeJSON(_ runs: [RecordedRun], _ repository: borrowing GitRepository) throws {
    var values: [JSONValue] = []
    for run in runs {
      var value = (try? JSONValue(parsing: run.document)) ?? [:]
      value["recordedIn"] = .string(run.commit.description)
      if plan, let bytes = try repository.attachment("plan.json", of: run) {
        value["plan"] = try? JSONValue(parsing: bytes)
      }
      values.append(value)
    }
    Console.standard.write(CanonicalJSON.pretty(["runs": .array(values)]))
  }

  private func writeText(_ runs: [RecordedRun], _ repository: borrowing GitRepository) throws {
    guard !runs.isEmpty else { return Console.standard.talk("No run is recorded yet\n") }
    var rows = [["RUN", "TOOK", "RESULT", "CHANGES", "BY", "COMMIT", "MOVED", "QUIESCED"]]
    for run in runs {
      let summary: RunSummary? = (try? JSONValue(parsing: run.document)).flatMap {
        try? $0.decode()
      }
      rows.append(
        summary.map(Self.row)
          ?? [run.runID, "", "", run.summary, run.committer, run.commit.short, "", ""])
    }
    Console.standard.write(TextTable.lines(rows).joined())
    guard runID != nil || plan else { return }
    for run in runs {
      Console.standard.write("\n\(run.summary)\n")
      for trailer in run.trailers { Console.standard.write("  \(trailer.key): \(trailer.value)\n") }
      if plan, let bytes = try repository.attachment("plan.json", of: run),
        let value = try? JSONValue(parsing: bytes)
      {
        Console.standard.write(CanonicalJSON.pretty(value))
      }
    }
  }

  private static func row(_ run: RunSummary) -> [String] {
    let took = Timestamp(run.startedAt).flatMap { start in
      Timestamp(run.endedAt).map { HumanUnits.duration($0 - start) }
    }
    return [
      run.run, took ?? "", run.result + (run.isResumed ? " (resumed)" : ""),
      run.changes.prefix(2).joined(separator: " ") + (run.changes.count > 2 ? " …" : ""), run.by,
      run.commit.map { String($0.prefix(7)) + (run.dirtyFiles.isEmpty ? "" : "*") } ?? "–",
      run.points.isEmpty ? "–" : HumanUnits.bytes(run.bytesProcessed),
      run.points.isEmpty ? "–" : HumanUnits.duration(.milliseconds(run.quiescedSeconds * 1000)),
    ]
  }
}
