import Documents

/// One application as its hooks know it: frozen or not, in backup mode or not, and the timers that
/// run inside its pod.
struct Application: Sendable {
  /// A timer armed before a freeze.
  struct Timer: Sendable {
    var id: Int
    var marker: String
    var due: Timestamp
  }

  /// A session between its begin and its end.
  struct BackupMode: Hashable, Sendable {
    var session: Int
    var began: Timestamp
    var ended: Timestamp?
    /// The session went before its end: the database has left backup mode by itself.
    var isLost = false
  }

  struct Freeze: Hashable, Sendable {
    var began: Timestamp
    var ended: Timestamp?
  }

  var freezes: [Freeze] = []
  var backups: [BackupMode] = []
  var timers: [Timer] = []
  var markers: [String: Int] = [:]
  /// The longest freeze that the plan allows.
  var freezeMax: Duration = .seconds(30)
  /// How often thaws still fail before one works.
  var thawsToFail = 0
  /// How many commands of hooks still hang.
  var commandsToHang = 0
  var hooksRun: [String] = []
  /// The process at the other end of each open session.
  var sessions: [Int: String] = [:]
  private var nextTimer = 1

  var isFrozen: Bool { freezes.last.map { $0.ended == nil } ?? false }
  var isInBackupMode: Bool { backups.contains { $0.ended == nil && !$0.isLost } }
  var isQuiesced: Bool { isFrozen || isInBackupMode }

  /// Whether it is frozen, or in backup mode by a session of this process.
  func isHeld(by process: String) -> Bool {
    isFrozen
      || backups.contains { mode in
        mode.ended == nil && !mode.isLost && sessions[mode.session] == process
      }
  }

  /// The moment whose state a cut at `now` holds: writes stop while it is frozen.
  func moment(at now: Timestamp) -> Timestamp {
    isFrozen ? freezes[freezes.count - 1].began : now
  }

  /// Whether a cut at `instant` may hold the state of `moment`.
  func couldHold(_ moment: Timestamp, at instant: Timestamp) -> Bool {
    moment == instant
      || freezes.contains { $0.began == moment && $0.ended.map { $0 >= instant } ?? true }
        && moment <= instant
  }

  mutating func freeze(at now: Timestamp) {
    if !isFrozen { freezes.append(Freeze(began: now)) }
  }

  mutating func thaw(at now: Timestamp) {
    if isFrozen { freezes[freezes.count - 1].ended = now }
  }

  mutating func arm(_ marker: String, after seconds: Int, at now: Timestamp) {
    timers.append(Timer(id: nextTimer, marker: marker, due: now + .seconds(seconds)))
    markers[marker] = nextTimer
    nextTimer += 1
  }

  mutating func disarm(_ marker: String) { markers[marker] = nil }

  /// Fires the timers that are due; one whose marker another has taken over does nothing.
  mutating func fireTimers(at now: Timestamp) {
    for timer in timers where timer.due <= now && markers[timer.marker] == timer.id {
      markers[timer.marker] = nil
      thaw(at: timer.due)
    }
    timers.removeAll { $0.due <= now }
  }

  var nextTimerDue: Timestamp? { timers.map(\.due).min() }

  mutating func beginBackup(_ session: Int, at now: Timestamp) {
    backups.append(BackupMode(session: session, began: now))
  }

  /// - Returns: Whether the session had begun one.
  mutating func endBackup(_ session: Int, at now: Timestamp) -> Bool {
    guard let index = backups.lastIndex(where: { $0.session == session && $0.ended == nil }) else {
      return false
    }
    backups[index].ended = now
    return true
  }

  mutating func loseSession(_ session: Int) {
    sessions[session] = nil
    for index in backups.indices
    where backups[index].session == session && backups[index].ended == nil {
      backups[index].isLost = true
    }
  }

  /// - Parameter process: `nil` loses those of every process: the pod has restarted.
  mutating func loseSessions(of process: String? = nil) {
    for (session, owner) in sessions where process.map({ $0 == owner }) ?? true {
      loseSession(session)
    }
  }

  /// A node that goes takes with it what was frozen on it, the timers and the sessions.
  mutating func loseNode(at now: Timestamp) {
    thaw(at: now)
    timers = []
    markers = [:]
    loseSessions()
  }

  /// Whether something held the application from before `first` until after `last`.
  func wasHeld(from first: Timestamp, through last: Timestamp) -> Bool {
    freezes.contains { $0.began <= first && ($0.ended ?? .distantFuture) >= last }
      || backups.contains { mode in
        mode.began <= first && mode.ended.map { $0 >= last } ?? false
      }
  }
}

extension Timestamp {
  static let distantFuture = Timestamp(secondsSinceEpoch: 4_000_000_000)
}
