import ArgumentParser
import SimulationKit

/// Plays scenarios and tells of broken promises.
@main struct Simulator: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play simulated runs and look for broken promises.")

  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "How many scenarios to play.") var scenarios = 1000

  func run() throws {
    var runs = 0
    var failed = 0
    var exits: [String: Int] = [:]
    let clock = ContinuousClock()
    let begin = clock.now
    for offset in 0..<UInt64(scenarios) {
      let verdict = Scenario(seed: seed &+ offset).play()
      runs += verdict.runs
      for exit in verdict.exits { exits["\(exit)", default: 0] += 1 }
      if !verdict.isSound {
        failed += 1
        print("seed \(seed &+ offset): \(verdict.scenario.shape)")
        for breach in verdict.breaches.prefix(4) { print("  \(breach)") }
        if failed >= 10 { break }
      }
    }
    print("\(runs) runs, \(failed) failed scenarios, \(clock.now - begin)")
    print(exits.sorted { $0.key < $1.key })
    if failed > 0 { throw ExitCode.failure }
  }
}
