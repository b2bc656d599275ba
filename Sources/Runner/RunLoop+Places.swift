import Execution
import Planning

/// What the loop remembers of its looks at others.
struct PlaceWatch<Instant: Sendable>: Sendable {
  static var pauseFirst: Duration { .seconds(1) }
  static var pauseMax: Duration { .seconds(30) }
  /// A look is good for so long: after that, others may have started anything.
  static var ageMax: Duration { .seconds(1) }
  /// Of a long queue the first are told how long it is.
  static var toldMax: Int { 8 }

  var lookedAt: Instant?
  /// A look is under way, and one is waited for.
  var isLooking = false
  var isPausing = false
  var pause = pauseFirst
  /// Since when nodes have found no place.
  var since: [NodeID: Instant] = [:]
  /// Why it is not known who holds the places.
  var failure: ActionFailure?
  var holders: [PlaceHolder] = []
  /// A look has ended that nobody was told of yet.
  var isFresh = false
  var crowdedCount = 0
}

/// Places that other runs hold: the loop looks before it starts what would take one, at once where
/// something new wants to start, and again and again, with growing pauses, while places are full.
extension RunLoop {
  mutating func forgetOldLook() {
    guard let lookedAt = places.lookedAt,
      lookedAt.duration(to: runner.clock.now) >= PlaceWatch<C.Instant>.ageMax
    else { return }
    places.lookedAt = nil
    machine.forgetOthers()
  }

  mutating func look(in group: inout TaskGroup<Message>) {
    if machine.needsLook, !places.isLooking, places.failure == nil {
      places.isLooking = true
      addLook(after: nil, in: &group)
    }
    let isHeldUp = places.failure != nil || !places.since.isEmpty
    guard isHeldUp, !places.isPausing else { return }
    places.isPausing = true
    addLook(after: places.pause, in: &group)
    places.pause = min(places.pause * 2, PlaceWatch<C.Instant>.pauseMax)
  }

  private func addLook(after pause: Duration?, in group: inout TaskGroup<Message>) {
    let (clock, now, performer) = (runner.clock, runner.now, performer)
    let (slots, run) = (machine.limitedSlots, journal.run)
    let generation = machine.lookGeneration
    group.addTask {
      if let pause {
        do { try await clock.sleep(for: pause) } catch { return .silence }
      }
      let answer: Result<[PlaceHolder], ActionFailure>
      do throws(ActionFailure) {
        answer = .success(try await performer.holders(of: slots, in: run, at: now()))
      } catch { answer = .failure(error) }
      return .looked(answer, wasPaused: pause != nil, generation: generation)
    }
  }

  mutating func finishLook(
    _ answer: Result<[PlaceHolder], ActionFailure>, wasPaused: Bool, generation: Int
  ) {
    if wasPaused { places.isPausing = false } else { places.isLooking = false }
    if case .success = answer, generation != machine.lookGeneration {
      places.failure = nil
      return
    }
    places.isFresh = true
    switch answer {
    case .success(let holders):
      places.failure = nil
      places.holders = holders
      places.lookedAt = runner.clock.now
      machine.observe(holders)
    case .failure(let failure): places.failure = failure
    }
  }

  /// Tells of nodes that find no place, and gives up those that have waited long enough.
  ///
  /// - Returns: Whether any was given up.
  mutating func reviewCrowded() -> Bool {
    guard places.isFresh || places.crowdedCount != machine.crowdedCount else { return false }
    let isFresh = places.isFresh
    (places.isFresh, places.crowdedCount) = (false, machine.crowdedCount)
    let crowded = machine.crowded + (places.failure == nil ? [] : machine.unseen)
    if crowded.isEmpty, places.failure == nil { places.pause = PlaceWatch<C.Instant>.pauseFirst }
    let now = runner.clock.now
    let isHopeless = places.failure.map { $0.kind != .transient } ?? false
    var since: [NodeID: C.Instant] = [:]
    var lost: [CrowdedNode] = []
    for entry in crowded where since[entry.node] == nil {
      let start = places.since[entry.node] ?? now
      since[entry.node] = start
      if isHopeless || start.duration(to: now) >= runner.placeWaitMax {
        lost.append(entry)
      } else if isFresh, since.count <= PlaceWatch<C.Instant>.toldMax {
        observe(.nodeProgressed(NodeProgress("Waiting for \(entry.text)")), of: entry.node)
      }
    }
    places.since = since
    for entry in lost where machine[entry.node].phase == .ready {
      refuse(entry, after: places.since.removeValue(forKey: entry.node)!.duration(to: now))
    }
    return !lost.isEmpty
  }

  private mutating func refuse(_ entry: CrowdedNode, after waited: Duration) {
    var failure = ActionFailure(
      .permanent, "No place in `\(entry.slot)` after \(waited.components.seconds) s",
      waitedFor: entry.text)
    if let cause = places.failure {
      failure = ActionFailure(
        .permanent, "It cannot be told who holds places in `\(entry.slot)`: \(cause.message)",
        waitedFor: entry.text, evidence: cause.evidence)
    }
    let holders = places.holders.filter { $0.slots.contains(entry.slot) }
    failure.evidence += holders.prefix(5).map(\.description)
    failure.evidence.append("hint: wait for those runs, or raise the limit in `concurrency`")
    unwritten.append(machine.refuse(entry.node, failure))
    observe(.nodeFailed(failure, took: waited), of: entry.node)
  }
}

extension CrowdedNode {
  /// Ends the sentence "Waiting for".
  var text: String {
    guard let taken, let takenByOthers else { return "a look at who holds places in `\(slot)`" }
    return "a place in `\(slot)`: \(taken) of \(places) taken, \(takenByOthers) by others"
  }
}
