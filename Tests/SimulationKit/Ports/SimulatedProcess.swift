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
  }

  let name: String
  let world: World
  let clock: SimulatedClock
  let troubles: Troubles
  private let state: Mutex<State>

  init(_ name: String, in world: World, clock: SimulatedClock, troubles: Troubles, seed: UInt64) {
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
    return now + (troubles.clockJumps.last { now - SimulatedClock.wallStart >= $0.after }?.by ?? .zero)
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

    enum Failure { case notDone, answerLost, refused }
  }

  private func nextCall() -> Call {
    state.withLock { state in
      state.callsMade += 1
      func chance(_ count: Int) -> Bool { count > 0 && state.random.oneIn(count) }
      func delay() -> Duration {
        chance(2) ? .zero : .milliseconds(Int.random(in: 1...30, using: &state.random))
      }
      var call = Call(
        number: state.callsMade, before: delay(), after: delay(), failure: nil, isSent: chance(2))
      if call.number == troubles.failingCall {
        call.failure = troubles.actsBeforeFailing ? .answerLost : .notDone
      } else if chance(troubles.callsFailOneIn) {
        call.failure = [.notDone, .answerLost, .refused].randomElement(using: &state.random)
      }
      return call
    }
  }

  /// Whether a read is answered by a server that lags behind.
  func readsStale() -> Bool {
    let count = troubles.staleOneIn
    return count > 0 && state.withLock { $0.random.oneIn(count) }
  }

  private var isCutOff: Bool {
    let since = clock.wall - SimulatedClock.wallStart
    return troubles.cutOff.map { $0.contains(since) } ?? false
  }

  /// Makes a call: it takes time on the way there and back, and may be lost on either.
  func call<Value: Sendable, Failure: Error>(
    failing error: (Call.Failure) -> Failure, cancelled: Failure,
    _ body: (inout WorldState) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    guard !isDead else { throw cancelled }
    let call = nextCall()
    if call.before > .zero {
      do { try await clock.sleep(for: call.before) } catch { throw cancelled }
    }
    if isCutOff {
      do { try await clock.sleep(for: .seconds(5)) } catch { throw cancelled }
      throw error(.notDone)
    }
    guard !isDead || call.isSent else { throw cancelled }
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

/// What goes wrong for one process.
public struct Troubles: Hashable, Sendable {
  /// Fails this call, counted from 1.
  public var failingCall: Int?
  public var actsBeforeFailing = false
  /// One in so many calls fails; 0 for none.
  public var callsFailOneIn = 0
  /// Dies with this write of the journal, counted from 1.
  public var dieAtWrite: Int?
  /// How much of that write is durable: nothing, a part of its last line, or all.
  public var tear = Tear.all
  /// When it is asked to stop, after its start.
  public var stopsAfter: [Duration] = []
  /// When it cannot reach anything, after the beginning of time.
  public var cutOff: Range<Duration>?
  public var clockJumps: [ClockJump] = []
  /// The journal's disk is full after so many writes.
  public var writesMax: Int?
  /// One in so many reads of an object gives an earlier state of it; 0 for none.
  public var staleOneIn = 0

  public enum Tear: String, Hashable, Sendable, CaseIterable { case nothing, part, all }

  public struct ClockJump: Hashable, Sendable {
    public var after: Duration
    public var by: Duration
  }

  public init() {}
}

/// The clock of a process: a dead one sleeps no more.
struct ProcessClock: Clock {
  let process: SimulatedProcess

  var now: SimulatedClock.Instant { process.clock.now }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: SimulatedClock.Instant, tolerance: Duration?) async throws {
    if process.isDead { throw CancellationError() }
    try await process.clock.sleep(until: deadline, tolerance: tolerance)
    if process.isDead { throw CancellationError() }
  }
}

/// The journal of a process on its own disk.
final class SimulatedJournal: JournalWriter {
  private let process: SimulatedProcess
  private let disk: SimulatedDisk

  init(_ process: SimulatedProcess, _ disk: SimulatedDisk) {
    self.process = process
    self.disk = disk
  }

  func append(_ lines: [[UInt8]]) async throws(JournalError) {
    guard !process.isDead else { throw JournalError(.unwritable, "The process is dead") }
    if let max = process.troubles.writesMax, process.writesMade >= max {
      throw JournalError(.unwritable, "No space left on device")
    }
    let bytes = Array(lines.joined())
    guard process.diesWithWrite() else {
      disk.append(bytes)
      return
    }
    switch process.troubles.tear {
    case .nothing: break
    case .part: disk.append(Array(bytes.dropLast(max(1, (lines.last?.count ?? 2) / 2))))
    case .all: disk.append(bytes)
    }
    process.die()
    throw JournalError(.unwritable, "The process is dead")
  }
}

/// What survives a process: the bytes of its journal.
final class SimulatedDisk: Sendable {
  private let state = Mutex<[UInt8]>([])

  var bytes: [UInt8] { state.withLock { $0 } }

  func append(_ bytes: [UInt8]) { state.withLock { $0 += bytes } }

  func truncate(to count: Int) { state.withLock { $0.removeLast($0.count - count) } }
}
