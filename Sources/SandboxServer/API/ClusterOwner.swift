import Documents
import SimulatedCluster

/// Owns the cluster. Every request, every timer and everything the node says goes through here,
/// one after the other.
///
/// A write is answered once the state that holds it is on the disk; what the node reports about
/// pods may be a quarter of a second old there, since the node can find it out again.
actor ClusterOwner {
  private var cluster: SimulatedKubernetes
  private let stateFile: StateFile
  private var timer: Timestamp?
  private var savedRevision: UInt64
  private var saveFailure: (any Error)?
  private let effectsIn: AsyncStream<Effect>.Continuation

  /// Rings after every change, and each second for those who wait for time to pass.
  nonisolated let changes = Bell()
  /// Work for the storage.
  nonisolated let effects: AsyncStream<Effect>
  private nonisolated let saveWanted = Bell()
  private nonisolated let saved = Bell()

  init(cluster: SimulatedKubernetes, stateFile: StateFile) {
    self.cluster = cluster
    self.stateFile = stateFile
    savedRevision = 0
    (effects, effectsIn) = AsyncStream.makeStream()
  }

  /// Lets the controllers finish what a write began.
  private func settle() {
    timer = cluster.reconcile(at: .now())
    for effect in cluster.takeEffects() { effectsIn.yield(effect) }
    changes.ring()
  }

  /// Answers a request; a write when it is safe on the disk.
  func respond(to request: APIRequest) async throws -> Answer {
    let before = cluster.revision
    let answer = cluster.respond(to: request, at: .now())
    guard cluster.revision != before else { return answer }
    settle()
    try await waitUntilSaved(cluster.revision)
    return answer
  }

  func events(after cursor: WatchCursor) -> (WatchCursor, WatchBatch) {
    var cursor = cursor
    let batch = cluster.events(for: &cursor, at: .now())
    return (cursor, batch)
  }

  func finish(_ effect: Effect, with outcome: EffectOutcome) {
    cluster.finish(effect.id, with: outcome, at: .now())
    settle()
  }
}

// What the node agent asks and says.
extension ClusterOwner {
  var nodeName: String { cluster.configuration.nodeName }

  func pods() -> [JSONValue] { cluster.pods(onNode: cluster.configuration.nodeName) }

  /// The object at an API path; `nil` where there is none.
  func object(at path: String) -> JSONValue? {
    let answer = cluster.respond(to: APIRequest(method: "GET", path: path), at: .now())
    guard case .response(let response) = answer, response.status == 200 else { return nil }
    return try? JSONValue(parsing: response.body)
  }

  func setStatus(of pod: PodIdentity, to status: JSONValue) {
    let before = cluster.revision
    _ = cluster.setPodStatus(
      namespace: pod.namespace, name: pod.name, uid: pod.uid, status: status, at: .now())
    if cluster.revision != before { settle() }
  }

  func finishDeletion(of pod: PodIdentity) {
    cluster.finishPodDeletion(
      namespace: pod.namespace, name: pod.name, uid: pod.uid, at: .now())
    settle()
  }

  func recordEvent(about pod: JSONValue, type: String, reason: String, message: String) {
    cluster.recordEvent(
      about: pod, type: type, reason: reason, message: message, component: "kubelet", at: .now())
    settle()
  }
}

// Time and the disk.
extension ClusterOwner {
  /// Runs timers and wakes watchers, until cancelled.
  func runClock() async throws {
    settle()
    var ticks = 0
    while true {
      try await Task.sleep(for: .milliseconds(100))
      ticks += 1
      if let timer, timer <= .now() { settle() }
      if ticks % 10 == 0 { changes.ring() }
      if ticks % 3 == 0, savedRevision != cluster.revision { saveWanted.ring() }
    }
  }

  /// Saves the state whenever somebody waits for that, until cancelled.
  func runSaving() async throws {
    while true {
      let seen = saveWanted.rings
      if savedRevision != cluster.revision { await save() }
      try await saveWanted.wait(beyond: seen)
    }
  }

  /// Saves the state as it is.
  func save() async {
    let revision = cluster.revision
    let state = cluster.encodedState()
    do {
      try await stateFile.save(state)
      savedRevision = max(savedRevision, revision)
      saveFailure = nil
    } catch {
      saveFailure = error
    }
    saved.ring()
  }

  private func waitUntilSaved(_ revision: UInt64) async throws {
    while savedRevision < revision {
      let seen = saved.rings
      saveWanted.ring()
      try await saved.wait(beyond: seen)
      if let saveFailure, savedRevision < revision { throw saveFailure }
    }
  }
}

/// Which pod: a later one of the same name has another `uid`.
struct PodIdentity: Hashable, Sendable {
  var namespace: String
  var name: String
  var uid: String

  init?(_ pod: JSONValue) {
    guard let metadata = pod["metadata"], let namespace = metadata["namespace"]?.stringValue,
      let name = metadata["name"]?.stringValue, let uid = metadata["uid"]?.stringValue
    else { return nil }
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }
}
