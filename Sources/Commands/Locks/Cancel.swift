import ArgumentParser
import Backends
import Execution
import Ports

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Ask a run on another machine to stop, and wait until it has.",
    discussion: """
      The run hears of it at its next heartbeat and stops as after a SIGINT: what can be ended is \
      ended, every quiesced application is released, and the run can be resumed later.

      Exit codes: 0 it has ended, 4 its process is dead and `recover` has to release what it \
      holds, 12 it is still going on when the time is over.
      """)

  @OptionGroup var choice: LockChoice
  @OptionGroup var cluster: ClusterOptions
  @Option(help: ArgumentHelp("Wait no longer than this.", valueName: "duration"))
  var timeout = DurationArgument(.seconds(300))
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard !choice.names.isEmpty else {
      throw ValidationError("Name a run or an application; `unlock` shows them")
    }
  }

  func run() async throws {
    let console = colour.console
    let office = try await cluster.connect().leaseOffice
    let leases = try await choice.leases(of: office)
    let foreign = leases.first { $0.holder == nil }
    if let foreign {
      throw CommandFailure(
        .failed, "`\(foreign.application)` is locked by \(foreign.holderText), which is no run")
    }
    var codes: [Execution.ExitCode] = []
    do throws(ClusterError) {
      for lease in leases { try await office.askToStop(lease, by: Person.here) }
      for lease in leases {
        console.talk("Asked \(lease.holderText) to stop\n")
        codes.append(try await wait(for: lease, office, console))
      }
    } catch {
      throw CommandFailure(.failed, "The run cannot be asked: \(error)")
    }
    let code = Execution.ExitCode.mostSevere(of: codes)
    if code != .ok { throw CommandFailure(code) }
  }

  private func wait(
    for lease: Lease, _ office: LeaseOffice<ContinuousClock>, _ console: Console
  ) async throws(ClusterError) -> Execution.ExitCode {
    switch try await office.wait(for: lease, atMost: timeout.duration) {
    case .ended:
      console.talk("`\(lease.application)` is released\n")
      return .ok
    case .dead:
      console.talk(
        "error: `\(lease.application)`: \(lease.holderText) is dead\n"
          + "hint: run `\(Tool.name) recover` with the plans, to release what it holds\n")
      return .interrupted
    case .stillRunning:
      console.talk("error: `\(lease.application)`: \(lease.holderText) is still going on\n")
      return .locked
    }
  }
}
