import ArgumentParser
import Diagnostics
import Execution
import FoundationEssentials

/// Which plans a command reads.
struct PlanOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Plan files and folders; default: the working directory.", valueName: "path"))
  var paths: [String] = []

  @OptionGroup var folder: FolderOptions

  @Option(help: ArgumentHelp("Read plans from this git revision.", valueName: "revision"))
  var rev: String?

  /// Reads and checks the plans, in the folder that the command works in.
  func workspace() throws(CommandFailure) -> Workspace {
    try folder.enter()
    return try Workspace.load(paths, revision: rev)
  }
}
