import Documents
import RunTesting
import SimulatedCluster

/// What goes wrong in the world, whoever acts upon it. Mended, everything is as it should be.
public struct Hazards: Hashable, Sendable, Codable {
  public enum Mover: String, Hashable, Sendable, CaseIterable, Codable {
    case works, dies, diesAfterStoring, pretends, lies, findsNothing, slow, hasNoImage
  }

  public enum Snapshotter: String, Hashable, Sendable, CaseIterable, Codable {
    case works, slow, stumbles, sleeps
  }

  public var mover = Mover.works
  /// How many pods of each mover Job fare so; later ones work.
  public var moverPods = 1
  public var snapshotter = Snapshotter.works
  /// How often each application's thaw fails before one works.
  public var thawsToFail = 0
  /// How many of each application's hook commands never end.
  public var commandsToHang = 0
  /// When the node is lost with everything that runs on it, sessions included; after the beginning.
  public var nodeLostAfter: Duration?
  public var sessionsLostAfter: Duration?

  public init() {}

  /// Whether they may keep a guard from doing what it should.
  var reachesGuards: Bool {
    thawsToFail > 0 || commandsToHang > 0 || nodeLostAfter != nil || sessionsLostAfter != nil
  }

  var nextEvent: Timestamp? {
    [nodeLostAfter, sessionsLostAfter].compactMap { $0 }.min().map { SimulatedClock.wallStart + $0 }
  }

  mutating func fire(
    at now: Timestamp, _ movers: inout Movers, _ applications: inout [String: Application]
  ) {
    let since = now - SimulatedClock.wallStart
    if let lost = nodeLostAfter, lost <= since {
      nodeLostAfter = nil
      movers.loseNode(at: now)
      for name in applications.keys { applications[name]!.loseNode(at: now) }
    }
    if let lost = sessionsLostAfter, lost <= since {
      sessionsLostAfter = nil
      for name in applications.keys { applications[name]!.loseSessions() }
    }
  }

  func storageDelay(
    of effect: Effect, using random: inout SeededGenerator
  ) -> (delay: Duration, failsFirst: Bool) {
    switch effect {
    case .cutSnapshot, .cutGroup: break
    default: return (.milliseconds(Int.random(in: 0...400, using: &random)), random.oneIn(40))
    }
    switch snapshotter {
    case .works: return (.milliseconds(Int.random(in: 10...900, using: &random)), false)
    case .slow: return (.seconds(Int.random(in: 1...40, using: &random)), false)
    case .stumbles: return (.milliseconds(200), random.oneIn(2))
    case .sleeps: return (.seconds(100_000), false)
    }
  }

  func mover(
    attempt: Int, at now: Timestamp, using random: inout SeededGenerator
  ) -> Movers.Mover {
    let short = Duration.milliseconds(Int.random(in: 100...20_000, using: &random))
    func ends(_ end: Movers.End, _ code: Int64 = 0) -> Movers.Mover {
      Movers.Mover(fate: .ends(after: short, exitCode: code), end: end, seenAt: now)
    }
    guard attempt < moverPods else { return ends(.moves) }
    switch mover {
    case .works: return ends(.moves)
    case .dies: return ends(.dies, 1)
    case .diesAfterStoring: return ends(.diesAfter, 1)
    case .pretends: return ends(.pretends)
    case .lies: return ends(.lies)
    case .findsNothing: return ends(.findsNothing)
    case .slow:
      let long = Duration.seconds(Int.random(in: 60...5000, using: &random))
      return Movers.Mover(fate: .ends(after: long, exitCode: 0), end: .moves, seenAt: now)
    case .hasNoImage:
      return Movers.Mover(
        fate: .waits(reason: "ImagePullBackOff", message: "Back-off pulling image"), end: .dies,
        seenAt: now)
    }
  }
}
