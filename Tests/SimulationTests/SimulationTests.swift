import Execution
import SimulationKit
import Testing

@Suite("Simulation") struct SimulationTests {
  /// Those that a debug build sweeps in seconds; `make simulate SWEEP=1` takes all.
  static let swept = [Shape.standard[0], Shape.standard[1]]

  @Test("the same seed tells the same story", arguments: [1, 17, 995] as [UInt64])
  func replays(seed: UInt64) {
    let (first, second) = (Scenario(seed: seed).play(), Scenario(seed: seed).play())
    #expect(first.exits == second.exits)
    #expect(first.calls == second.calls)
    #expect(first.breaches == second.breaches)
  }

  /// Found among the first million: between arming a timer in the pod and freezing there was time
  /// for the timer to fire or the container to restart, and thaws failed, too; and waits for places
  /// that unconfirmed clean-ups of the same run held; and a runner's end that its machine slept
  /// through. A point's second copy that needs a new cut was taken for work done twice. A guard
  /// that ran with a full disk resumed GitOps, and the next runner took it for paused.
  @Test(
    "stories that once broke a promise keep it",
    arguments: [
      20_309_465, 20_352_364, 20_028_976, 20_347_481, 20_352_283, 30_255_669, 40_211_701,
      40_274_827, 40_286_457, 575, 636,
    ]
      as [UInt64])
  func keptSince(seed: UInt64) {
    #expect(Scenario(seed: seed).play().breaches == [])
  }

  @Test("in a sound world one runner does everything", arguments: Shape.standard)
  func sound(shape: Shape) {
    let verdict = Scenario(seed: 1, shape: shape).play()
    #expect(verdict.breaches == [])
    #expect(verdict.exits == [.ok])
    #expect(verdict.runs == 1)
  }

  @Test("whichever call fails, done or not, no promise is broken", arguments: swept)
  func everyCallFails(shape: Shape) {
    for scenario in Scenario(seed: 1, shape: shape).failingEachCall {
      #expect(scenario.play().breaches == [], "\(scenario)")
    }
  }

  @Test("whatever a runner may not do any more, no promise is broken", arguments: swept)
  func everyCallIsRefused(shape: Shape) {
    for scenario in Scenario(seed: 1, shape: shape).refusingEachCall {
      #expect(scenario.play().breaches == [], "\(scenario)")
    }
  }

  @Test("whenever the machine sleeps, no promise is broken", arguments: swept)
  func everythingWaits(shape: Shape) {
    for scenario in Scenario(seed: 1, shape: shape).sleepingEverywhere {
      #expect(scenario.play().breaches == [], "\(scenario)")
    }
  }

  @Test("whichever journal write is a runner's last, no promise is broken", arguments: swept)
  func everyWriteKills(shape: Shape) {
    for scenario in Scenario(seed: 1, shape: shape).dyingAtEachWrite {
      #expect(scenario.play().breaches == [], "\(scenario)")
    }
  }
}
