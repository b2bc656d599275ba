import ArgumentParser
import Execution
import Foundation
import Runner
import SimulationKit
import Synchronization

/// Plays scenarios and tells of broken promises.
@main struct Simulator: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play simulated runs and look for broken promises.")

  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "How many runs to play.") var runs = 10_000
  @Option(help: "How many threads to play on.") var threads = 2

  @Flag(help: "Tell what the runners of the first seed do, and end.") var trace = false

  func run() throws {
    if trace {
      let verdict = Scenario(seed: seed).play(observer: Narrator())
      print(verdict.scenario)
      for breach in verdict.breaches { print("  \(breach)") }
      return
    }
    let tally = Tally()
    let next = Atomic<UInt64>(seed)
    let clock = ContinuousClock()
    let begin = clock.now
    let group = DispatchGroup()
    for _ in 0..<threads {
      group.enter()
      let thread = Thread {
        while tally.runs < runs, tally.failures < 10 {
          let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
          tally.add(Scenario(seed: seed).play())
        }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    tally.report(took: clock.now - begin)
    if tally.failures > 0 { throw ArgumentParser.ExitCode.failure }
  }
}

/// What came of all scenarios together.
final class Tally: Sendable {
  private struct State {
    var scenarios = 0
    var runs = 0
    var failures = 0
    var exits: [String: Int] = [:]
  }

  private let state = Mutex(State())

  var runs: Int { state.withLock { $0.runs } }
  var failures: Int { state.withLock { $0.failures } }

  func add(_ verdict: Verdict) {
    state.withLock { state in
      state.scenarios += 1
      state.runs += verdict.runs
      for exit in verdict.exits { state.exits["\(exit)", default: 0] += 1 }
      guard !verdict.isSound else { return }
      state.failures += 1
      print("\(verdict.scenario)")
      for breach in verdict.breaches.prefix(4) { print("  \(breach)") }
    }
  }

  func report(took: Duration) {
    state.withLock { state in
      print(
        "\(state.runs) runs in \(state.scenarios) scenarios, \(state.failures) with broken "
          + "promises, in \(took.formatted(.units(allowed: [.minutes, .seconds])))")
      for (exit, count) in state.exits.sorted(by: { $0.key < $1.key }) {
        print("  ended \(exit): \(count)")
      }
    }
  }
}

/// Prints every event of every runner.
struct Narrator: RunObserver {
  func observe(_ event: RunEvent) {
    print("\(event.at) \(event.address ?? "run") \(event.kind)")
  }
}
