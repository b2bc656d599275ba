import ArgumentParser
import Execution
import FoundationEssentials

/// Where the command works.
struct FolderOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("chdir")],
    help: ArgumentHelp("Work in this folder.", valueName: "dir"))
  var path = "."

  func enter() throws(CommandFailure) {
    guard FileManager.default.changeCurrentDirectoryPath(path) else {
      throw CommandFailure(.usage, "There is no folder `\(path)` to work in")
    }
  }
}
