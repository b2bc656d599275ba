import ArgumentParser
import Documents
import Execution
import Synchronization

struct MoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mover",
    abstract: "Move data between a folder and a repository.",
    discussion: "This is what runs inside a mover pod; by hand it does the same.",
    subcommands: [MoverBackup.self, MoverRestore.self, MoverPut.self])
}

/// Lines that show that a mover is alive, in restic's words: whoever waits for it gives it up after
/// some minutes without a new one. One every few seconds is enough, however often something moves.
final class MoverStatus: Sendable {
  private static let interval = Duration.seconds(4)
  private let isAsked: Bool
  private let saidAt = Mutex(ContinuousClock().now)

  init(isAsked: Bool) { self.isAsked = isAsked }

  func say(bytesDone: UInt64, bytesRead: UInt64? = nil, filesDone: UInt64? = nil) {
    guard isAsked else { return }
    let isDue = saidAt.withLock { saidAt in
      let now = ContinuousClock().now
      guard saidAt.duration(to: now) >= Self.interval else { return false }
      saidAt = now
      return true
    }
    guard isDue else { return }
    var line: JSONValue = [
      "message_type": "status", "bytes_done": .integer(Int64(clamping: bytesDone)),
    ]
    if let bytesRead { line["bytes_read"] = .integer(Int64(clamping: bytesRead)) }
    if let filesDone { line["files_done"] = .integer(Int64(clamping: filesDone)) }
    Console.standard.write(CanonicalJSON.string(line) + "\n")
  }
}

/// How a mover gives its account: the last line of its output, and a file for Kubernetes.
struct MoverReport: ParsableArguments {
  @Flag(help: "Print JSON lines in restic's own words; the last one is the summary.")
  var json = false

  @Option(
    help: ArgumentHelp("Write the summary to this file, too.", valueName: "file"))
  var terminationLog: String?

  /// Says how far the mover is, where JSON is asked for.
  func status() -> MoverStatus { MoverStatus(isAsked: json) }

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
