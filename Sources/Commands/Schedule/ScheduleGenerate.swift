import ArgumentParser
import Backends
import Diagnostics
import Documents
import Execution
import Planning
import ProtectionModel

struct ScheduleGenerate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write CronJobs that run these plans in the cluster.",
    discussion: """
      Writes a ConfigMap with the plans and a CronJob for each policy's schedule, as YAML for \
      review and `kubectl apply -f -`; repositories with a maintenance schedule get one, too. \
      Which points are due, apply decides itself: a start too many makes nothing twice, and one \
      that was missed is made up for by the next.

      The service account is the one of `rbac generate`. Plans change with the next \
      `schedule generate`; let your pipeline apply its output.
      """)

  @OptionGroup var plans: PlanOptions
  @OptionGroup var account: AccountOption
  @Option(help: ArgumentHelp("The image that CronJobs and mover Jobs run.", valueName: "image"))
  var image = RunOptions.imageDefault
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    if let note = workspace.provenance.dirtyNote { console.talk(note) }
    let set = workspace.plans
    for plan in set.unscheduledPlans {
      console.talk("note: \(plan) has no schedule; no CronJob makes its points\n")
    }
    let files = try workspace.projectFiles()
    let schedules = set.schedules(baseDirectory: workspace.root)
    guard !schedules.isEmpty else {
      throw CommandFailure(
        .failed, "No plan has a schedule", hint: "give its policy one: schedule: {cron: …}")
    }
    let manifests = ScheduledRuns(
      image: image, account: account.parts, files: files,
      repositories: set.repositories.compactMap {
        RepositoryTarget(named: $0.metadata.name, in: set, baseDirectory: workspace.root)
      }
    ).manifests(for: schedules)
    console.write(manifests.map(\.yaml).joined(separator: "---\n"))
  }
}

extension Workspace {
  /// The plans' files as they are, by their path in the project.
  fileprivate func projectFiles() throws(CommandFailure) -> [(path: String, text: String)] {
    let prefix = root + "/"
    var bytes = 0
    var files: [(path: String, text: String)] = []
    for file in loaded.report.files {
      guard let text = String(validating: file.bytes, as: UTF8.self) else {
        throw CommandFailure(.invalidPlan, "`\(file.path)` is not UTF-8")
      }
      bytes += file.bytes.count
      let path = Self.absolute(file.path)
      files.append((path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path, text))
    }
    guard bytes <= ScheduledRuns.planBytesMax else {
      throw CommandFailure(
        .failed, "The plans have \(bytes) bytes, more than one ConfigMap holds",
        hint: "split the project, one for each team")
    }
    return files
  }
}
