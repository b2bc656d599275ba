import ArgumentParser
import Backends
import Execution
import Ports

struct UnlockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Show who has locked which application, and break the locks.",
    discussion: """
      A run locks every application that it touches. The lock of a run that was killed ends by \
      itself within half a minute; there is seldom a need to break one.

      A run that loses its lock begins nothing more, releases what it holds quiesced, and ends \
      with exit code 12. To end a run, `cancel` is the better word.
      """)

  @OptionGroup var choice: LockChoice
  @OptionGroup var cluster: ClusterOptions
  @Flag(help: "Do not ask.") var autoApprove = false
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let office = try await cluster.connect().leaseOffice
    let leases = try await choice.leases(of: office)
    guard !leases.isEmpty else { return console.talk("Nothing is locked\n") }
    console.write(LockChoice.table(leases))
    try approve(leases.count, console)
    for lease in leases {
      let isBroken: Bool
      do { isBroken = try await office.unlock(lease) } catch {
        throw CommandFailure(.failed, "\(lease.reference) cannot be unlocked: \(error)")
      }
      console.talk(
        isBroken
          ? "Unlocked `\(lease.application)`\n"
          : "`\(lease.application)` was released or taken meanwhile: nothing was done\n")
    }
  }

  private func approve(_ count: Int, _ console: Console) throws(CommandFailure) {
    if autoApprove { return }
    guard console.isInputTerminal else {
      throw CommandFailure(
        .refused, "Nobody is there to approve the breaking of locks", hint: "give --auto-approve")
    }
    console.talk("\nType \"yes\" to break \(count == 1 ? "this lock" : "these locks"): ")
    guard readLine() == "yes" else { throw CommandFailure(.refused, "Not approved") }
  }
}
