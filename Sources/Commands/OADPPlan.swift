public import ArgumentParser
import Execution
import Glibc
import SandboxServer

/// The command line: `oadp-plan <command>`.
public struct OADPPlan: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "oadp-plan",
    abstract: "Protects stateful applications on Kubernetes by plans kept in git.",
    discussion: """
      Plans are YAML files. `diff` shows what they would change in the cluster and its backup \
      repositories, `apply` does exactly that, and running `apply` again finishes what was \
      interrupted.

      Exit codes: 0 ok, 2 changes (with --detailed-exitcode), 3 partial, 4 interrupted and \
      resumable, 5 an unquiesce is unconfirmed, 10 invalid plan, 11 stale plan, 12 locked, \
      13 refused by a guardrail, 14 preflight failed, 15 objective breached, 16 verification \
      failed, 64 usage, 1 anything else.
      """,
    groupedSubcommands: [
      CommandGroup(
        name: "Plan",
        subcommands: [
          ValidateCommand.self, DiffCommand.self, ApplyCommand.self, LogCommand.self,
          ExplainCommand.self, SchemaCommand.self, VersionCommand.self,
        ]),
      CommandGroup(
        name: "Runs", subcommands: [RecoverCommand.self, CancelCommand.self, UnlockCommand.self]),
      CommandGroup(
        name: "Cluster",
        subcommands: [DoctorCommand.self, RBACCommand.self, ScheduleCommand.self]),
      CommandGroup(name: "Data", subcommands: [RepoCommand.self, MoverCommand.self]),
      CommandGroup(name: "Sandbox", subcommands: [SandboxCommand.self]),
    ])

  public init() {}

  /// Runs the command that the arguments name, to the end of the process.
  public static func launch() async -> Never {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == SandboxInit.command {
      SandboxInit.run(arguments: Array(arguments.dropFirst()))
    }
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      Console.standard.talk(failure.text)
      leave(failure.exit.rawValue)
    } catch {
      let (text, code) = (fullMessage(for: error), exitCode(for: error))
      if !text.isEmpty {
        if code.isSuccess {
          Console.standard.write(text + "\n")
        } else {
          Console.standard.talk(text + "\n")
        }
      }
      leave(code.rawValue)
    }
    leave(Execution.ExitCode.ok.rawValue)
  }

  /// Ends the process at once. `exit` would first let libraries clean up: OpenSSL frees what
  /// belongs to each thread, and a thread of the runtime that ends in that moment frees it again.
  private static func leave(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }
}
