import ArgumentParser

/// Where the command works.
struct FolderOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("chdir")],
    help: ArgumentHelp("Work in this folder.", valueName: "dir"))
  var path = "."
}
