import ArgumentParser
import Execution
import Ports

struct RecoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Finish runs that were interrupted, and plan nothing new.",
    discussion: """
      Goes on with the runs of this folder, and with those that the repositories of the named \
      plans know of, wherever they began: a pipeline's job that was killed is finished from \
      anywhere. Runs that are going on are left alone.

      With --guards-only, nothing runs but what releases quiesced applications and removes what \
      is half-made; the runs stay open, and can be finished later.
      """)

  @Argument(
    help: ArgumentHelp(
      "Plan files and folders whose repositories are searched for runs of other machines.",
      valueName: "path"))
  var paths: [String] = []

  @OptionGroup var folder: FolderOptions
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var runOptions: RunOptions
  @Flag(help: "Only release what interrupted runs hold; finish nothing.") var guardsOnly = false
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    try folder.enter()
    let repositories = try repositories(console)
    let connection = try await cluster.connect()
    let provenance = try Provenance.here()
    let state = try StateFolder(option: runOptions.state, provenance: provenance)
    let applier = Applier(
      connection: connection, state: state, provenance: provenance, console: console,
      limits: runOptions.limits, moverImage: runOptions.moverImage,
      lockTimeout: runOptions.lockTimeout?.duration, leases: runOptions.leases,
      runsGuardsOnly: guardsOnly)
    let codes =
      try await applier.finishOpenRuns() + applier.finishMirroredRuns(in: repositories)
    if codes.isEmpty { console.talk("No run is open\n") }
    let code = Execution.ExitCode.mostSevere(of: codes.filter { !isExpected($0) })
    if code != .ok { throw CommandFailure(code) }
  }

  /// A run of which only the guards were asked for is interrupted still, as it should be.
  private func isExpected(_ code: Execution.ExitCode) -> Bool {
    guardsOnly && code == .interrupted
  }

  private func repositories(_ console: Console) throws -> [RepositoryAddress] {
    guard !paths.isEmpty else { return [] }
    let workspace = try Workspace.load(paths, revision: nil)
    try workspace.requireValid(console)
    return workspace.repositoryAddresses
  }
}
