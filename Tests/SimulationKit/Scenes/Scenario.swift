import Execution
import RunTesting

/// One story: what there is, what goes wrong, and for whom. All of it follows from the seed.
public struct Scenario: Hashable, Sendable, Codable {
  public var seed: UInt64
  public var shape: Shape
  public var hazards = Hazards()
  /// Of the first runner, of the second, and so on; later ones have none.
  public var troubles: [Troubles] = []
  /// The world is mended before this runner (0 is the first): from then on nothing goes wrong.
  public var mendedBefore = 1
  /// How long after a runner's end the next one begins.
  public var pauseSeconds = 1
  public var parallelism = 16
  /// Something foreign bears the name that a run will want for its own: of this object of the run,
  /// counted from 0.
  public var twin: Int?
  /// After the planning, the first application is made anew under the same names.
  public var isReplaced = false
  /// Runs are locked by leases and mirrored in their repository.
  public var isShared = false
  /// Every runner but the first is on a machine of its own.
  public var movesOn = false
  /// A second runner on another machine wants the same, so long after the first.
  public var rivalAfter: Duration?

  static let moversMax = 2

  var limits: RunLimits {
    RunLimits(
      parallelism: parallelism, slots: ["mover": Self.moversMax, "driver": 2], countsOthers: true)
  }

  /// Whether anything goes wrong.
  var hasTrouble: Bool {
    !troubles.isEmpty || hazards != Hazards() || twin != nil || isReplaced
  }

  /// A scenario without any trouble.
  public init(seed: UInt64, shape: Shape) {
    self.seed = seed
    self.shape = shape
  }

  public init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    self.init(seed: seed, shape: Shape(using: &random))
    parallelism = [1, 3, 16].randomElement(using: &random)!
    pauseSeconds = Int.random(in: 0...90, using: &random)
    switch Int.random(in: 0..<24, using: &random) {
    case 0: break
    case 16: twin = Int.random(in: 0...5, using: &random)
    case 18..<22: drawSharing(using: &random)
    case 17: isReplaced = shape.task == .protect
    case 1..<4:
      var first = Troubles()
      first.failingCall = Int.random(in: 1...120, using: &random)
      first.actsBeforeFailing = random.oneIn(2)
      troubles = [first]
    case 4..<12:
      troubles = (0..<Int.random(in: 1...6, using: &random)).map { _ in Self.death(using: &random) }
    default: drawChaos(using: &random)
    }
  }

  private static func death(using random: inout SeededGenerator) -> Troubles {
    var troubles = Troubles()
    troubles.dieAtWrite = Int.random(in: 1...30, using: &random)
    troubles.tear = Troubles.Tear.allCases.randomElement(using: &random)!
    return troubles
  }

  private mutating func drawSharing(using random: inout SeededGenerator) {
    if random.oneIn(3) { drawChaos(using: &random) }
    if troubles.isEmpty, !random.oneIn(3) { troubles = [Self.death(using: &random)] }
    isShared = true
    movesOn = random.oneIn(2)
    if random.oneIn(2) { rivalAfter = .milliseconds(Int.random(in: 0...60_000, using: &random)) }
    if random.oneIn(3) {
      let from = Int.random(in: 0...20_000, using: &random)
      let length = Int.random(in: 1000...90_000, using: &random)
      if troubles.isEmpty { troubles = [Troubles()] }
      troubles[0].paused = .milliseconds(from)..<(.milliseconds(from + length))
    }
  }

  private mutating func drawChaos(using random: inout SeededGenerator) {
    if random.oneIn(2) { hazards.mover = Hazards.Mover.allCases.randomElement(using: &random)! }
    hazards.moverPods = random.oneIn(4) ? 9 : 1
    if random.oneIn(3) {
      hazards.snapshotter = Hazards.Snapshotter.allCases.randomElement(using: &random)!
    }
    if random.oneIn(4) { hazards.thawsToFail = Int.random(in: 1...4, using: &random) }
    if random.oneIn(6) { hazards.commandsToHang = Int.random(in: 1...2, using: &random) }
    if random.oneIn(6) {
      hazards.nodeLostAfter = .milliseconds(Int.random(in: 0...60_000, using: &random))
    }
    if random.oneIn(6) {
      hazards.sessionsLostAfter = .milliseconds(Int.random(in: 0...20_000, using: &random))
    }
    mendedBefore = Int.random(in: 1...3, using: &random)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      troubles.append(Self.trouble(using: &random))
    }
  }

  private static func trouble(using random: inout SeededGenerator) -> Troubles {
    var troubles = random.oneIn(2) ? death(using: &random) : Troubles()
    if random.oneIn(3) { troubles.callsFailOneIn = [5, 20, 60].randomElement(using: &random)! }
    if random.oneIn(3) {
      let first = Int.random(in: 0...60_000, using: &random)
      troubles.stopsAfter = [.milliseconds(first)]
      if random.oneIn(2) {
        let second = first + Int.random(in: 0...3000, using: &random)
        troubles.stopsAfter.append(.milliseconds(second))
      }
    }
    if random.oneIn(6) {
      let from = Int.random(in: 0...40, using: &random)
      troubles.cutOff =
        .seconds(from)..<(.seconds(from + Int.random(in: 1...120, using: &random)))
    }
    if random.oneIn(6) {
      troubles.clockJumps = [
        Troubles.ClockJump(
          after: .seconds(Int.random(in: 0...40, using: &random)),
          by: .seconds(Int.random(in: -20...20, using: &random)))
      ]
    }
    if random.oneIn(6) { troubles.staleOneIn = [2, 10].randomElement(using: &random)! }
    if random.oneIn(12) { troubles.writesMax = Int.random(in: 1...20, using: &random) }
    return troubles
  }
}
