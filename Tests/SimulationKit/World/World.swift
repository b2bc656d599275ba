import ClusterModel
import Documents
import RunTesting
import SimulatedCluster
import Synchronization

/// The world that runs act upon: a cluster with its node and disks, applications with their hooks,
/// and repositories. It lives in virtual time and moves when somebody looks.
public final class World: Sendable {
  private let state: Mutex<WorldState>
  /// What processes have asked for, as permissions name it.
  let asked = Mutex<Set<String>>([])

  init(_ state: WorldState) { self.state = Mutex(state) }

  /// Looks at the world, or changes it, as it is at `now`.
  func at<Value, Failure: Error>(
    _ now: Timestamp, _ body: (inout WorldState) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result: Result<Value, Failure> = state.withLock { state in
      state.advance(to: now)
      do throws(Failure) {
        let value = try body(&state)
        state.keepPromises()
        return .success(value)
      } catch {
        state.keepPromises()
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// Everything that there is.
struct WorldState: Sendable {
  var cluster: SimulatedKubernetes
  var node: SimulatedNode
  var storage = Storage()
  /// By namespace.
  var applications: [String: Application] = [:]
  /// By location.
  var repositories: [String: SimulatedRepository] = [:]
  var movers = Movers()
  /// What the containers of mover pods wrote, by the pod's uid.
  var logs: [String: String] = [:]
  var hazards = Hazards()
  var random: SeededGenerator
  var breaches: [Breach] = []
  var sealedConsistencies: [String] = []
  /// What the claims of a restored namespace must hold when its hooks run, by namespace and claim.
  var expectedContents: [String: [String: Storage.Content]] = [:]
  var checkedRevision: UInt64 = 0
  /// A machine that sleeps inside the request that writes a manifest may write a second one of the
  /// point: it counts for nothing, and goes with the point.
  var allowsTwins = false
  /// The cluster as stale reads see it: as it was when controllers last acted.
  private(set) var earlier: SimulatedKubernetes?
  var keepsEarlier = false
  /// Which process took each lease last, and when.
  var leasesTaken: [String: (by: String, at: Timestamp)] = [:]
  /// How many movers may be at work at once.
  var moversMax = Int.max
  var sessionsMade = 0
  var snapshotsMade = 0
  private(set) var now: Timestamp
  private var settledRevision: UInt64 = 0
  private var settledAt: Timestamp
  private var clusterWake: Timestamp?
  private var nodeWake: Timestamp?
  /// The last changes of pods that movers and the node have looked at.
  private var podsSeen: UInt64 = 0
  private var podsStepped: UInt64 = 0

  init(configuration: Configuration, seed: UInt64, at now: Timestamp) {
    cluster = SimulatedKubernetes(configuration: configuration)
    node = SimulatedNode(name: configuration.nodeName)
    random = SeededGenerator(seed: seed)
    self.now = now
    settledAt = now
  }

  /// How long controllers take to see what has changed.
  private static let reaction = Duration.milliseconds(50)

  /// Lets everything happen that happens by itself until `target`.
  mutating func advance(to target: Timestamp) {
    while let next = nextEvent, next <= target {
      now = max(now, next)
      settle()
    }
    now = max(now, target)
  }

  private var nextEvent: Timestamp? {
    var next = storage.nextDue
    func consider(_ time: Timestamp?) {
      if let time, next.map({ time < $0 }) ?? true { next = time }
    }
    if cluster.revision != settledRevision { consider(max(now, settledAt + Self.reaction)) }
    consider(clusterWake)
    consider(nodeWake)
    consider(hazards.nextEvent)
    for (_, application) in applications { consider(application.nextTimerDue) }
    return next
  }

  private mutating func settle() {
    for name in applications.keys.sorted() { applications[name]!.fireTimers(at: now) }
    hazards.fire(at: now, &movers, &applications)
    let (applications, now) = (applications, now)
    let outcomes = storage.finishDue(at: now) { _, content in
      Self.written(content, by: applications, at: now)
    }
    for (id, outcome) in outcomes { cluster.finish(id, with: outcome, at: now) }
    clusterWake = cluster.reconcile(at: now)
    for effect in cluster.takeEffects() {
      let (delay, failsFirst) = hazards.storageDelay(of: effect, using: &random)
      storage.begin(effect, due: now + delay, failsFirst: failsFirst)
    }
    settledRevision = cluster.revision
    settledAt = now
    if keepsEarlier { earlier = cluster }
    let podsChanged = cluster.lastChange(of: "pods")
    if podsChanged != podsSeen || movers.areChanged {
      podsSeen = podsChanged
      movers.watch(cluster.pods(onNode: node.name), hazards, at: now, using: &random)
      if movers.areChanged { node.fate = movers.takeFate() }
    }
    if podsChanged != podsStepped || nodeWake.map({ $0 <= now }) ?? false {
      nodeWake = node.step(&cluster, at: now)
      podsStepped = cluster.lastChange(of: "pods")
      finishMovers()
    }
    keepPromises()
  }

  /// What a volume holds now: an application's own volume changes with every moment in which it is
  /// not frozen.
  private static func written(
    _ content: Storage.Content, by applications: [String: Application], at now: Timestamp
  ) -> Storage.Content {
    guard content.moment == nil, let namespace = content.origin.split(separator: "/").first,
      let application = applications[String(namespace)]
    else { return content }
    var content = content
    content.moment = application.moment(at: now)
    return content
  }

  /// What the volume of a claim holds; `nil` where it has none.
  func content(ofClaim name: String, in namespace: String) -> Storage.Content? {
    handle(ofClaim: name, in: namespace).flatMap { storage.volumes[$0] }
  }

  func handle(ofClaim name: String, in namespace: String) -> String? {
    let claim = cluster.object("persistentvolumeclaims", namespace: namespace, name: name)
    guard claim?["status", "phase"]?.stringValue == "Bound",
      let volume = claim?["spec", "volumeName"]?.stringValue
    else { return nil }
    return cluster.object("persistentvolumes", name: volume)?["spec", "csi", "volumeHandle"]?
      .stringValue
  }

  mutating func breach(_ promise: Promise, _ what: String) {
    guard breaches.count < 20 else { return }
    breaches.append(Breach(promise: promise, what: what, at: now))
  }
}
