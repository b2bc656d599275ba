import ArgumentParser
import Diagnostics
import Execution

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a finding's code means, and what to do.")

  @Argument(help: "A code, as in `OP2005`; without one, all codes are listed.") var code: String?

  func run() throws {
    guard let code else {
      let rows = DiagnosticCode.allCases.map { [$0.rawValue, $0.title] }
      return Console.standard.write(TextTable.lines(rows).joined())
    }
    guard let known = DiagnosticCode(rawValue: code.uppercased()) else {
      throw CommandFailure(
        .usage, "There is no code `\(code)`", hint: "`oadp-plan explain` lists them")
    }
    Console.standard.write("\(known.rawValue): \(known.title)\n\n\(known.explanation)\n")
  }
}
