import ArgumentParser

struct ScheduleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Let the cluster start runs by its own clock.",
    subcommands: [ScheduleGenerate.self])
}
