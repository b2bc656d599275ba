public import ArgumentParser
import Execution
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
      exit(withCode: failure.exit)
    } catch {
      exit(withError: error)
    }
    exit(withCode: .ok)
  }

  private static func exit(withCode code: Execution.ExitCode) -> Never {
    exit(withError: ArgumentParser.ExitCode(code.rawValue))
  }
}
