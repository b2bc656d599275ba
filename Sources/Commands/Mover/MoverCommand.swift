import ArgumentParser
import Documents
import Execution

struct MoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mover",
    abstract: "Move data between a folder and a repository.",
    discussion: "This is what runs inside a mover pod; by hand it does the same.",
    subcommands: [MoverBackup.self, MoverRestore.self, MoverPut.self])
}

/// How a mover gives its account: the last line of its output, and a file for Kubernetes.
struct MoverReport: ParsableArguments {
  @Flag(help: "Print JSON lines in restic's own words; the last one is the summary.")
  var json = false

  @Option(
    help: ArgumentHelp("Write the summary to this file, too.", valueName: "file"))
  var terminationLog: String?

  /// Says how far the mover is.
  func status() -> TransferStatus { TransferStatus(json: json) }

  /// - Parameter text: For people, where no JSON is asked for.
  func give(_ summary: JSONValue, text: String) throws {
    let line = CanonicalJSON.string(summary)
    Console.standard.write((json ? line : text) + "\n")
    if let terminationLog { try SmallFile.write(line + "\n", to: terminationLog) }
  }

  /// A mover that left something out does not end well, whatever else it did.
  func end(warnings: [String], count: Int) throws {
    for warning in warnings { Console.standard.talk("warning: \(warning)\n") }
    if count > warnings.count {
      Console.standard.talk("warning: \(count - warnings.count) more like these\n")
    }
    guard count == 0 else { throw CommandFailure(.partial) }
  }
}
