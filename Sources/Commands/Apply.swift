import ArgumentParser
import Documents
import Execution
import FoundationEssentials
import Kubernetes
import Planning
import Ports
import ProtectionModel

struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Do what diff shows: protect and restore.",
    discussion: """
      Given a plan file that `diff --out` saved, does exactly that. Given plan files and folders, \
      compares them first and asks. A run that was interrupted is finished first; running the \
      same command again is always safe.

      The first SIGINT or SIGTERM ends what can be ended and releases every quiesced application; \
      the second does the latter only.
      """)

  @Argument(
    help: ArgumentHelp("A saved plan file, or plan files and folders.", valueName: "plan|path"))
  var paths: [String] = []

  @OptionGroup var folder: FolderOptions
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var runOptions: RunOptions

  @Option(help: ArgumentHelp("Read plans from this git revision.", valueName: "revision"))
  var rev: String?
  @Option(
    help: ArgumentHelp("Only plans whose address matches; repeatable.", valueName: "ns/plan"))
  var target: [String] = []
  @Flag(help: "Do not ask.") var autoApprove = false
  @Option(help: ArgumentHelp("Refuse a plan file with another digest.", valueName: "sha256:…"))
  var expectDigest: String?
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    try folder.enter()
    let saved = try savedPlan()
    let connection = try await cluster.connect()
    let provenance = try Provenance.here()
    let state = try StateFolder(option: runOptions.state, provenance: provenance)
    let applier = Applier(
      connection: connection, state: state, provenance: provenance, console: console,
      limits: runOptions.limits(under:), moverImage: runOptions.moverImage,
      lockTimeout: runOptions.lockTimeout?.duration, leases: runOptions.leases)
    var codes = try await applier.finishOpenRuns()
    if codes.contains(where: { $0 != .ok }) {
      throw CommandFailure(.mostSevere(of: codes))
    }
    if let saved {
      try await finishMirroredRuns(applier, in: MirroredRuns.repositories(of: saved.graph))
      codes.append(try await applier.apply(saved))
    } else {
      codes += try await applyPaths(applier, console)
    }
    let code = Execution.ExitCode.mostSevere(of: codes)
    if code != .ok { throw CommandFailure(code) }
  }

  /// Finishes runs that began on other machines. One that does not end well ends the command: what
  /// was to be applied was planned for another state.
  private func finishMirroredRuns(
    _ applier: Applier, in repositories: [RepositoryAddress]
  ) async throws {
    let codes = try await applier.finishMirroredRuns(in: repositories)
    guard codes.allSatisfy({ $0 == .ok }) else { throw CommandFailure(.mostSevere(of: codes)) }
  }

  /// The one argument, where it is a plan file.
  private func savedPlan() throws(CommandFailure) -> PlanFile? {
    guard paths.count == 1, let bytes = FileManager.default.contents(atPath: paths[0]) else {
      return try refuseDigest()
    }
    let text = [UInt8](bytes.prefix(1))
    guard text == [UInt8(ascii: "{")] else { return try refuseDigest() }
    do {
      let file = try PlanFile(reading: [UInt8](bytes))
      guard expectDigest == nil || expectDigest == file.digest else {
        throw CommandFailure(
          .refused, "`\(paths[0])` has the digest \(file.digest), not the expected one")
      }
      return file
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(.invalidPlan, "`\(paths[0])`: \(error)")
    }
  }

  private func refuseDigest() throws(CommandFailure) -> PlanFile? {
    guard expectDigest == nil else {
      throw CommandFailure(.usage, "--expect-digest needs a saved plan file")
    }
    return nil
  }

  private func applyPaths(_ applier: Applier, _ console: Console) async throws -> [Execution
    .ExitCode]
  {
    let workspace = try Workspace.load(paths, revision: rev)
    try workspace.requireValid(console)
    if let note = workspace.provenance.dirtyNote { console.talk(note) }
    var applier = applier
    applier.provenance = workspace.provenance
    try await finishMirroredRuns(applier, in: workspace.repositoryAddresses)
    let evaluation = try await Evaluation.make(
      workspace, on: applier.connection, targets: target, at: WallClock.now())
    let findings = evaluation.findings(workspace, colour: console.isColoured)
    if !findings.isEmpty { console.talk(findings) }
    let header = DiffHeader(
      version: Tool.version, commit: workspace.provenance.commit.map { String($0.prefix(7)) },
      isDirty: workspace.provenance.dirtyCount > 0, observedAt: WallClock.now().rounded)
    console.write(
      TextDiff(
        evaluation.report, header: header,
        options: TextDiff.Options(isColored: console.isColoured)
      ).text)
    var codes: [Execution.ExitCode] = evaluation.changes.hasErrors ? [.preflightFailed] : []
    if !evaluation.report.blocked.isEmpty { codes.append(.refused) }
    guard evaluation.report.hasChanges else { return codes }
    try approve(evaluation.report, console)
    codes.append(try await applier.run(evaluation.file))
    return codes
  }

  /// A saved plan is its own approval; anything else needs a person's or a flag's word.
  private func approve(_ report: ChangeReport, _ console: Console) throws(CommandFailure) {
    if report.changes.contains(where: \.needsReview) {
      throw CommandFailure(
        .refused, "A guardrail asks for a reviewed plan",
        hint: "save one with `diff --out FILE`, and apply that")
    }
    if autoApprove { return }
    guard console.isInputTerminal else {
      throw CommandFailure(
        .refused, "Nobody is there to approve the changes",
        hint: "apply a plan file that `diff --out` saved, or give --auto-approve")
    }
    console.talk("\nType \"yes\" to apply: ")
    guard readLine() == "yes" else { throw CommandFailure(.refused, "Not approved") }
  }
}
