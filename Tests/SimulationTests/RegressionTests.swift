import Execution
import SimulationKit
import Testing

/// What other tools were known to break. Each story is first told with a model of the old
/// behaviour, in which the simulation must notice it, and then with ours.
@Suite("Named regressions") struct RegressionTests {
  private func scenario(
    _ shape: Shape, seed: UInt64 = 1, _ change: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    var scenario = Scenario(seed: seed, shape: shape)
    change(&scenario)
    return scenario
  }

  private func breaks(_ promise: Promise, _ verdict: Verdict) -> Bool {
    verdict.breaches.contains { $0.promise == promise }
  }

  private func expectSound(_ verdict: Verdict, exits: [ExitCode] = [.ok]) {
    #expect(verdict.breaches == [], "\(verdict.scenario)")
    #expect(verdict.exits == exits)
  }

  @Test("velero#7099: a hook that waits from its pod's creation fails behind a slow mover")
  func hookBeforeVolume() {
    let story = scenario(Shape(task: .restore, apps: [.init(.session)])) {
      $0.hazards.mover = .slow
    }
    let old = story.play(as: .hookWaitsFromPodCreation)
    #expect(old.exits.first == .partial)
    expectSound(story.play())
  }

  @Test("velero#511: a database stays frozen where the thaw needs success")
  func leftFrozenAfterFailure() {
    let story = scenario(Shape(task: .protect, apps: [.init(.freeze)])) {
      $0.hazards.snapshotter = .sleeps
    }
    #expect(breaks(.nothingStaysFrozen, story.play(as: .thawAfterSuccessOnly)))
    let ours = story.play()
    #expect(ours.breaches == [])
    #expect(ours.exits == [.failed, .ok])
  }

  @Test("velero#2113: a database stays frozen where its worker dies")
  func leftFrozenAfterCrash() {
    var timesInside = 0
    for write in 3...10 {
      let story = scenario(Shape(task: .protect, apps: [.init(.freeze)])) {
        var death = Troubles()
        death.dieAtWrite = write
        $0.troubles = [death]
        $0.hazards.snapshotter = .slow
      }
      let old = story.play(as: .thawByTheSameWorkerOnly)
      if breaks(.nothingStaysFrozen, old) { timesInside += 1 }
      expectSound(story.play())
    }
    #expect(timesInside > 0)
  }

  @Test("velero#6630: a thaw that does not wait for the cut leaves it outside of the freeze")
  func thawBeforeCut() {
    let story = scenario(Shape(task: .protect, apps: [.init(.freeze)])) {
      $0.hazards.snapshotter = .slow
    }
    #expect(story.play(as: .thawWithoutWaiting).consistencies == ["Volume"])
    let ours = story.play()
    expectSound(ours)
    #expect(ours.consistencies == ["Bracketed"])
  }

  @Test("GitOps that nobody pauses works against a restore")
  func gitOpsBeside() {
    let story = scenario(Shape(task: .restore, apps: [.init(.none)]))
    #expect(breaks(.nothingLeftBehind, story.play(as: .gitOpsGoesOn)))
    expectSound(story.play())
  }

  @Test("GitOps stays paused after a failure where its resuming needs success")
  func leftPausedAfterFailure() {
    var shape = Shape(task: .restore, apps: [.init(.none)])
    shape.hookContainer = "nope"
    #expect(breaks(.nothingLeftBehind, scenario(shape).play(as: .resumeAfterSuccessOnly)))
    #expect(scenario(shape).play().breaches == [])
  }

  @Test("velero#9744: a hook in a container that is not there is waited for without end")
  func waitsForever() {
    var shape = Shape(task: .restore, apps: [.init(.none)])
    shape.hookContainer = "nope"
    #expect(breaks(.everyWaitEnds, scenario(shape).play(as: .waitWithoutEnd)))
    #expect(scenario(shape).play().exits.first == .failed)
  }

  @Test("volume-snapshot-mover: claims of one name in two namespaces are mixed up")
  func mixedUpClaims() {
    let story = scenario(Shape(task: .protect, apps: [.init(.freeze), .init(.session)]))
    #expect(breaks(.wholeOrInvisible, story.play(as: .claimsByNameAlone)))
    expectSound(story.play())
  }

  @Test("volume-snapshot-mover: each failed copy takes a place for good, until nothing moves")
  func leakedPlaces() {
    let story = scenario(Shape(task: .protect, apps: [.init(.none, volumes: 2)])) {
      $0.hazards.mover = .dies
      $0.hazards.moverPods = 1
    }
    let old = story.play(as: .failedCopiesKeepTheirPlaces)
    #expect(old.exits.first == .failed)
    expectSound(story.play())
  }

  @Test("VolSync: an empty source is a success without a snapshot")
  func emptySource() {
    let story = scenario(Shape(task: .protect, apps: [.init(.none)])) {
      $0.hazards.mover = .findsNothing
      $0.hazards.moverPods = 9
    }
    #expect(breaks(.wholeOrInvisible, story.play(as: .emptyIsFine)))
    expectSound(story.play(), exits: [.verificationFailed, .ok])
  }

  @Test("VolSync: a restore of nothing is a success with an empty volume")
  func emptyRestore() {
    let story = scenario(Shape(task: .restore, apps: [.init(.none)])) {
      $0.hazards.mover = .pretends
      $0.hazards.moverPods = 9
    }
    #expect(breaks(.hookAfterData, story.play(as: .exitCodeIsProof)))
    expectSound(story.play(), exits: [.verificationFailed, .ok])
  }
}
