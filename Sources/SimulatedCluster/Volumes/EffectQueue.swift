import Documents

/// Effects by what they are about: asked for, handed out, finished.
///
/// Controllers ask again on every pass; the queue makes that idempotent by handle.
struct EffectQueue: Sendable {
  enum State: Sendable, Equatable {
    case waiting
    case inFlight
    /// Finished; stays until the controller has seen it.
    case finished(EffectOutcome, at: Timestamp)
    /// Failed in passing; is asked for again at that time.
    case resting(until: Timestamp, message: String, attempt: Int)
  }

  private struct Entry: Sendable {
    var effect: Effect
    var state: State
    var attempts = 0
  }

  init() {}

  private var entries: [EffectID: Entry] = [:]
  private var ids: [Subject: EffectID] = [:]
  private var nextID = 1
  /// Changes whenever a state does, so that controllers look again.
  private(set) var generation: UInt64 = 0

  /// What an effect is about; there is at most one for each.
  enum Subject: Hashable, Sendable {
    case createVolume(String)
    case deleteVolume(String)
    case cutSnapshot(String)
    case deleteSnapshot(String)
    case cutGroup(String)
  }

  /// The state of an effect, which is asked for where it is unknown.
  @discardableResult
  mutating func request(_ subject: Subject, _ make: (EffectID) -> Effect) -> State {
    if let id = ids[subject], let entry = entries[id] { return entry.state }
    let id = EffectID(rawValue: nextID)
    nextID += 1
    ids[subject] = id
    entries[id] = Entry(effect: make(id), state: .waiting)
    generation += 1
    return .waiting
  }

  /// Forgets an effect whose outcome has been used, or that nobody wants any more.
  mutating func forget(_ subject: Subject) {
    if let id = ids.removeValue(forKey: subject) { entries[id] = nil }
  }

  mutating func take() -> [Effect] {
    let ready = entries.filter { $0.value.state == .waiting }.keys.sorted()
    return ready.map { id in
      entries[id]!.state = .inFlight
      return entries[id]!.effect
    }
  }

  mutating func finish(_ id: EffectID, with outcome: EffectOutcome, at now: Timestamp) {
    guard entries[id] != nil else { return }
    generation += 1
    guard case .failed(let message, isFinal: false) = outcome else {
      entries[id]!.state = .finished(outcome, at: now)
      return
    }
    entries[id]!.attempts += 1
    let attempt = entries[id]!.attempts
    let pause = Duration.seconds(1 << min(attempt - 1, 6))
    entries[id]!.state = .resting(until: now + pause, message: message, attempt: attempt)
  }

  /// Asks again for the effects that have rested long enough.
  mutating func wakeUp(at now: Timestamp) {
    for (id, entry) in entries {
      if case .resting(let until, _, _) = entry.state, until <= now {
        entries[id]!.state = .waiting
        generation += 1
      }
    }
  }

  /// What there are effects about, in the order they were first asked for.
  var subjects: [Subject] { ids.sorted { $0.value < $1.value }.map(\.key) }

  func effect(_ subject: Subject) -> Effect? { ids[subject].flatMap { entries[$0]?.effect } }

  func state(of subject: Subject) -> State? { ids[subject].flatMap { entries[$0]?.state } }

  /// When the first resting effect wants to be tried again.
  var nextWake: Timestamp? {
    entries.values.compactMap { entry in
      if case .resting(let until, _, _) = entry.state { until } else { nil }
    }.min()
  }
}
