import Documents
import SimulatedCluster

/// What lies on the disks behind the cluster: which state of which application each volume and
/// each physical snapshot holds.
struct Storage: Sendable {
  /// One volume's bytes, as far as promises are about them.
  struct Content: Hashable, Sendable {
    /// The claim whose application wrote it, `namespace/name`; empty for a fresh volume.
    var origin = ""
    /// The moment of the application's state that it holds.
    var moment: Timestamp?
    /// Files that a mover wrote beside the data.
    var artifacts: Set<String> = []
  }

  struct Snapshot: Sendable {
    var content: Content
    /// When the bytes were fixed.
    var cutAt: Timestamp
  }

  private struct Pending: Sendable {
    var effect: Effect
    var due: Timestamp
    var failsFirst: Bool
  }

  private(set) var volumes: [String: Content] = [:]
  private(set) var snapshots: [String: Snapshot] = [:]
  private var pending: [Pending] = []

  mutating func write(_ content: Content, to handle: String) { volumes[handle] = content }

  /// Takes over an effect; it is done at `due`.
  mutating func begin(_ effect: Effect, due: Timestamp, failsFirst: Bool) {
    pending.append(Pending(effect: effect, due: due, failsFirst: failsFirst))
  }

  var nextDue: Timestamp? { pending.map(\.due).min() }

  /// Ends the effects that are due.
  ///
  /// - Parameter current: What a volume holds at this moment, for those an application writes to.
  mutating func finishDue(
    at now: Timestamp, current: (_ handle: String, Content) -> Content
  ) -> [(id: EffectID, outcome: EffectOutcome)] {
    let due = pending.filter { $0.due <= now }
    pending.removeAll { $0.due <= now }
    return due.map { item in
      if item.failsFirst {
        return (item.effect.id, .failed(message: "the storage is busy", isFinal: false))
      }
      return (item.effect.id, finish(item.effect, at: now, current: current))
    }
  }

  private mutating func finish(
    _ effect: Effect, at now: Timestamp, current: (String, Content) -> Content
  ) -> EffectOutcome {
    switch effect {
    case .createVolume(_, let handle, _, let source):
      switch source {
      case .empty: volumes[handle] = Content()
      case .snapshot(let snapshot):
        guard let held = snapshots[snapshot] else {
          return .failed(message: "snapshot \(snapshot) not found", isFinal: true)
        }
        volumes[handle] = held.content
      case .volume(let volume): volumes[handle] = volumes[volume] ?? Content()
      }
    case .deleteVolume(_, let handle): volumes[handle] = nil
    case .cutSnapshot(_, let handle, let volume):
      guard let content = volumes[volume] else {
        return .failed(message: "volume \(volume) not found", isFinal: true)
      }
      // A driver that is asked again finds the snapshot it has made already.
      if snapshots[handle] == nil {
        snapshots[handle] = Snapshot(content: current(volume, content), cutAt: now)
      }
      return .done(bytes: 1 << 30)
    case .cutGroup(_, _, let cuts):
      for cut in cuts where volumes[cut.volumeHandle] == nil {
        return .failed(message: "volume \(cut.volumeHandle) not found", isFinal: true)
      }
      for cut in cuts where snapshots[cut.snapshotHandle] == nil {
        let content = current(cut.volumeHandle, volumes[cut.volumeHandle] ?? Content())
        snapshots[cut.snapshotHandle] = Snapshot(content: content, cutAt: now)
      }
    case .deleteSnapshot(_, let handle): snapshots[handle] = nil
    }
    return .done(bytes: nil)
  }
}
