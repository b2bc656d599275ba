import Documents
import Ports
import RunTesting
import Synchronization

/// One runner on one machine: it can die, be cut off from the world, and have a wrong clock.
///
/// A dead process changes nothing any more: whatever it still tries fails at once. What it had on
/// the wire may yet happen.
final class SimulatedProcess: Sendable {
  struct State {
    var isDead = false
    var callsMade = 0
    var writesMade = 0
    var random: SeededGenerator
    var diedAt: Timestamp?
    var sleepsUntil: Timestamp?
    /// What it may not do any more.
    var refused: String?
  }

  /// Longer than a freeze may last, and shorter than a lease.
  private static let nap = Scene.freezeMax + .seconds(10)

  let name: String
  let world: World
  let clock: SimulatedClock
  let troubles: Troubles
  /// Whether it may begin the run, or only go on with one that others have begun.
  let beginsRun: Bool
  private let state: Mutex<State>

  init(
    _ name: String, in world: World, clock: SimulatedClock, troubles: Troubles, beginsRun: Bool,
    seed: UInt64
  ) {
    self.beginsRun = beginsRun
    self.name = name
    self.world = world
    self.clock = clock
    self.troubles = troubles
    state = Mutex(State(random: SeededGenerator(seed: seed)))
  }

  var isDead: Bool { state.withLock { $0.isDead } }
  var callsMade: Int { state.withLock { $0.callsMade } }
  var writesMade: Int { state.withLock { $0.writesMade } }

  /// The wall clock as this machine has it.
  var wall: Timestamp {
    let now = clock.wall
    return now
      + (troubles.clockJumps.last { now - SimulatedClock.wallStart >= $0.after }?.by ?? .zero)
  }

  func die() {
    state.withLock { state in
      state.isDead = true
      state.diedAt = clock.wall
    }
    world.loseSessions(of: name, at: clock.wall)
  }

  /// Counts a write to the journal. True where the process dies with it.
  func diesWithWrite() -> Bool {
    state.withLock { state in
      state.writesMade += 1
      if state.writesMade == troubles.sleepingWrite { state.sleepsUntil = clock.wall + Self.nap }
      return state.writesMade == troubles.dieAtWrite
    }
  }

  /// What becomes of one call to the outside.
  struct Call {
    var number: Int
    var before: Duration
    var after: Duration
    var failure: Failure?
    /// Whether the request is already with the server when its sender dies.
    var isSent: Bool

    enum Failure {
      case notDone, answerLost
      /// Too many requests; the server stumbles; it is silent; somebody else was faster.
      case overloaded, serverError, timedOut, conflict
      /// Not allowed, and so it will be the next time.
      case refused

      /// Those that another try may get past.
      static let passing: [Failure] = [
        .notDone, .answerLost, .overloaded, .serverError, .timedOut, .conflict,
      ]
    }
  }

  private func nextCall(_ what: String) -> Call {
    state.withLock { state in
      state.callsMade += 1
      func chance(_ count: Int) -> Bool { count > 0 && state.random.oneIn(count) }
      func delay() -> Duration {
        chance(2) ? .zero : .milliseconds(Int.random(in: 1...30, using: &state.random))
      }
      var call = Call(
        number: state.callsMade, before: delay(), after: delay(), failure: nil, isSent: chance(2))
      if call.number == troubles.sleepingCall { state.sleepsUntil = clock.wall + Self.nap }
      if call.number == troubles.refusedFrom { state.refused = what }
      if call.number == troubles.failingCall {
        call.failure = troubles.actsBeforeFailing ? .answerLost : .notDone
      } else if state.refused == what {
        call.failure = .refused
      } else if chance(troubles.callsFailOneIn) {
        call.failure = Call.Failure.passing.randomElement(using: &state.random)
      }
      return call
    }
  }

  /// Whether a read is answered by a server that lags behind.
  func readsStale() -> Bool {
    let count = troubles.staleOneIn
    return count > 0 && state.withLock { $0.random.oneIn(count) }
  }

  /// How long the whole process stands still from now on: its machine sleeps.
  var pauseLeft: Duration? {
    let now = clock.wall
    if let end = state.withLock({ $0.sleepsUntil }), now < end { return end - now }
    let since = now - SimulatedClock.wallStart
    guard let paused = troubles.paused, paused.contains(since) else { return nil }
    return paused.upperBound - since
  }

  /// Stands still where it has to.
  func standStill() async throws(CancellationError) {
    guard let left = pauseLeft else { return }
    do { try await clock.sleep(for: left) } catch { throw CancellationError() }
  }

  private var isCutOff: Bool {
    let since = clock.wall - SimulatedClock.wallStart
    return troubles.cutOff.map { $0.contains(since) } ?? false
  }

  /// Makes a call: it takes time on the way there and back, and may be lost on either.
  ///
  /// - Parameter what: What is asked for, as a permission would name it.
  func call<Value: Sendable, Failure: Error>(
    _ what: String, failing error: (Call.Failure) -> Failure, cancelled: Failure,
    _ body: (inout WorldState) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    guard !isDead else { throw cancelled }
    let call = nextCall(what)
    world.asked.withLock { _ = $0.insert(what) }
    if call.before > .zero {
      do { try await clock.sleep(for: call.before) } catch { throw cancelled }
    }
    do { try await standStill() } catch { throw cancelled }
    if isCutOff {
      do { try await clock.sleep(for: .seconds(5)) } catch { throw cancelled }
      throw error(.notDone)
    }
    guard !isDead || call.isSent else { throw cancelled }
    if call.failure == .timedOut {
      do { try await clock.sleep(for: .seconds(10)) } catch { throw cancelled }
    }
    if let failure = call.failure, failure != .answerLost { throw error(failure) }
    let value = try world.at(clock.wall, body)
    if call.failure != nil { throw error(.answerLost) }
    if call.after > .zero {
      do { try await clock.sleep(for: call.after) } catch { throw cancelled }
    }
    guard !isDead else { throw cancelled }
    return value
  }
}

extension SimulatedClock {
  static let wallStart = Timestamp(secondsSinceEpoch: 1_795_312_800)
}

/// The clock of a process: a dead one sleeps no more.
struct ProcessClock: Clock {
  let process: SimulatedProcess

  var now: SimulatedClock.Instant { process.clock.now }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: SimulatedClock.Instant, tolerance: Duration?) async throws {
    if process.isDead { throw CancellationError() }
    try await process.clock.sleep(until: deadline, tolerance: tolerance)
    try await process.standStill()
    if process.isDead { throw CancellationError() }
  }
}
