import ArgumentParser
import Diagnostics
import Execution
import ProtectionModel

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check plan files; never touches a network.",
    discussion: """
      Tells every mistake at once, each with file:line:column, a stable code and a hint. Exits \
      with 10 where there is an error.
      """)

  @OptionGroup var plans: PlanOptions

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "text, lines, json, github, sarif, junit or gitlab-codequality, each with =FILE to write "
        + "it there; repeatable.", valueName: "format"))
  var outputs: [Output<DiagnosticFormat>] = []

  @OptionGroup var colour: ColourOptions

  func run() throws {
    let console = colour.console
    let workspace = try plans.workspace()
    let report = workspace.loaded.report
    for output in outputs.isEmpty ? [Output(.text)] : outputs {
      let isText = output.format == .text
      var text = report.rendered(as: output.format, colour: isText && console.isColoured)
      if isText { text += summary(of: report) }
      try output.write(text, console)
    }
    if !report.isValid { throw CommandFailure(.invalidPlan) }
  }

  private func summary(of report: ValidationReport) -> String {
    (report.findings.isEmpty ? "" : "\n") + "\(plans.paths.first ?? "."): \(report.summary)\n"
  }
}
