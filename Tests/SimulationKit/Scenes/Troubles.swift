/// What goes wrong for one process.
public struct Troubles: Hashable, Sendable, Codable {
  /// Fails this call, counted from 1.
  public var failingCall: Int?
  public var actsBeforeFailing = false
  /// From this call on, counted from 1, it and all that ask for the same are refused.
  public var refusedFrom: Int?
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
  /// When it stands still, after the beginning of time.
  public var paused: Range<Duration>?
  /// Stands still before this call, counted from 1, for longer than a freeze may last.
  public var sleepingCall: Int?
  /// As long after this write of the journal, counted from 1.
  public var sleepingWrite: Int?
  public var clockJumps: [ClockJump] = []
  /// The journal's disk is full after so many writes.
  public var writesMax: Int?
  /// One in so many reads of an object gives an earlier state of it; 0 for none.
  public var staleOneIn = 0

  public enum Tear: String, Hashable, Sendable, CaseIterable, Codable { case nothing, part, all }

  public struct ClockJump: Hashable, Sendable, Codable {
    public var after: Duration
    public var by: Duration
  }

  public init() {}

  var standsStill: Bool { paused != nil || sleepingCall != nil || sleepingWrite != nil }

  /// Whether they may keep a guard from doing what it should.
  var reachesGuards: Bool {
    failingCall != nil || refusedFrom != nil || callsFailOneIn > 0 || dieAtWrite != nil
      || cutOff != nil || standsStill || writesMax != nil || !clockJumps.isEmpty
  }
}
