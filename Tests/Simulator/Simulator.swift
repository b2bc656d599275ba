import ArgumentParser
import Execution
import Foundation
import Planning
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

  @Option(help: "End after so many scenarios with broken promises.") var failures = 10
  @Flag(inversion: .prefixedNo, help: "Look for the smallest scenario that breaks the promise.")
  var shrink = true
  @Option(help: ArgumentHelp("Play this scenario alone.", valueName: "json"))
  var scenario: String?
  @Flag(
    help: "Fail and refuse each call, sleep before it, die at each write, of every kind of story."
  )
  var sweep = false
  @Flag(help: "Tell what the runners of the first scenario do, and end.") var trace = false

  func run() throws {
    if trace || scenario != nil {
      let verdict = try first().play(observer: trace ? Narrator() : Silence())
      Failure(verdict).tell(isShrunk: true)
      if !verdict.isSound { throw ArgumentParser.ExitCode.failure }
      return
    }
    let tally = Tally()
    let swept = sweep ? Shape.standard.flatMap { Scenario(seed: seed, shape: $0).swept } : nil
    let next = Atomic<Int>(0)
    let clock = ContinuousClock()
    let begin = clock.now
    let group = DispatchGroup()
    for _ in 0..<threads {
      group.enter()
      let thread = Thread {
        while tally.failures < failures {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if let swept {
            guard number < swept.count else { break }
            tally.add(swept[number].play())
          } else {
            guard tally.runs < runs else { break }
            tally.add(Scenario(seed: seed &+ UInt64(number)).play())
          }
        }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    for failure in tally.allFailures.prefix(shrink ? 1 : 0) { failure.shrunk.tell(isShrunk: true) }
    tally.report(took: clock.now - begin)
    if tally.failures > 0 { throw ArgumentParser.ExitCode.failure }
  }
}

extension Scenario {
  fileprivate var swept: [Scenario] {
    failingEachCall + refusingEachCall + sleepingEverywhere + dyingAtEachWrite
  }
}

extension Simulator {
  private func first() throws -> Scenario {
    guard let scenario else { return Scenario(seed: seed) }
    return try JSONDecoder().decode(Scenario.self, from: Data(scenario.utf8))
  }
}

/// A scenario that broke a promise, as people are told of it.
struct Failure: Sendable {
  let verdict: Verdict

  init(_ verdict: Verdict) { self.verdict = verdict }

  /// The smallest scenario that breaks the same promise.
  var shrunk: Failure {
    guard let breach = verdict.breaches.first else { return self }
    return Failure(verdict.scenario.shrunk(breaking: breach.promise).play())
  }

  /// - Parameter isShrunk: Whether the scenario is no longer the one of its seed.
  func tell(isShrunk: Bool = false) {
    print(isShrunk ? "shrunk: \(verdict.scenario)" : "\(verdict.scenario)")
    for breach in verdict.breaches.prefix(4) { print("  \(breach)") }
    guard isShrunk else {
      // A scenario of a sweep is not the one of its seed.
      if verdict.scenario == Scenario(seed: verdict.scenario.seed) {
        print("  replay: make simulate SEED=\(verdict.scenario.seed) RUNS=1")
      }
      return
    }
    print(GraphText(verdict.graph).ascii)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let json = try? encoder.encode(verdict.scenario) else { return }
    print("  replay: make simulate SCENARIO='\(String(decoding: json, as: UTF8.self))'")
  }
}

/// What came of all scenarios together.
final class Tally: Sendable {
  private struct State {
    var scenarios = 0
    var runs = 0
    var failures: [Failure] = []
    var exits: [String: Int] = [:]
  }

  private let state = Mutex(State())

  var runs: Int { state.withLock { $0.runs } }
  var failures: Int { state.withLock { $0.failures.count } }
  var allFailures: [Failure] { state.withLock { $0.failures } }

  func add(_ verdict: Verdict) {
    state.withLock { state in
      state.scenarios += 1
      state.runs += verdict.runs
      for exit in verdict.exits { state.exits["\(exit)", default: 0] += 1 }
      guard !verdict.isSound else { return }
      state.failures.append(Failure(verdict))
      Failure(verdict).tell()
    }
  }

  func report(took: Duration) {
    state.withLock { state in
      print(
        "\(state.runs) runs in \(state.scenarios) scenarios, \(state.failures.count) with broken "
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
