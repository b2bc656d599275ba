public import Documents

/// How far each controller has looked.
struct ControllerProgress: Sendable {
  struct Look: Sendable {
    /// Changes after this revision have not been looked at.
    var revision: UInt64 = 0
    var effects: UInt64 = 0
    /// Look again then, whatever happens.
    var wake: Timestamp?
  }

  var looks: [String: Look] = [:]
  /// Revisions up to which the garbage collector has read each resource's changes.
  var collected: [String: UInt64] = [:]
}

/// One controller: level-triggered, run again after every change of what it watches.
struct Controller: Sendable {
  var name: String
  /// Resources whose changes concern it; `nil`: all.
  var watches: [String]?
  var watchesEffects = false
  /// - Returns: When to look again although nothing changes.
  var run: @Sendable (inout SimulatedKubernetes, Timestamp) -> Timestamp?

  static let all: [Controller] = [
    Controller(name: "definitions", watches: [Resources.definitions]) {
      $0.establishDefinitions(at: $1)
    },
    Controller(name: "namespaces", watches: nil) { $0.manageNamespaces(at: $1) },
    Controller(
      name: "deployments", watches: [Resources.deployments, Resources.replicaSets, Resources.pods]
    ) { $0.manageDeployments(at: $1) },
    Controller(name: "replicasets", watches: [Resources.replicaSets, Resources.pods]) {
      $0.manageReplicaSets(at: $1)
    },
    Controller(
      name: "statefulsets", watches: [Resources.statefulSets, Resources.pods, Resources.claims]
    ) { $0.manageStatefulSets(at: $1) },
    Controller(name: "jobs", watches: [Resources.jobs, Resources.pods]) { $0.manageJobs(at: $1) },
    Controller(
      name: "volumes",
      watches: [
        Resources.claims, Resources.volumes, Resources.storageClasses, Resources.pods,
        Resources.snapshots, Resources.snapshotContents,
      ], watchesEffects: true
    ) { $0.manageVolumes(at: $1) },
    Controller(
      name: "snapshots",
      watches: [
        Resources.snapshots, Resources.snapshotContents, Resources.snapshotClasses,
        Resources.claims, Resources.volumes,
      ], watchesEffects: true
    ) { $0.manageSnapshots(at: $1) },
    Controller(
      name: "group snapshots",
      watches: [
        Resources.groups, Resources.groupContents, Resources.groupClasses, Resources.snapshots,
        Resources.claims, Resources.volumes,
      ], watchesEffects: true
    ) { $0.manageGroupSnapshots(at: $1) },
    Controller(
      name: "scheduler",
      watches: [Resources.pods, Resources.nodes, Resources.claims, Resources.storageClasses]
    ) { $0.schedule(at: $1) },
    Controller(name: "endpoints", watches: [Resources.services, Resources.pods]) {
      $0.manageEndpoints(at: $1)
    },
    Controller(name: "garbage", watches: nil) { $0.collectGarbage(at: $1) },
    Controller(name: "events", watches: [Resources.events]) { $0.expireEvents(at: $1) },
  ]
}

extension SimulatedKubernetes {
  /// How many rounds controllers may take to come to rest; a healthy cluster needs a few.
  private static let roundsMax = 200

  /// Runs the controllers until nothing changes.
  ///
  /// - Returns: When to call again although nothing else happens; `nil` where no timer runs.
  public mutating func reconcile(at now: Timestamp) -> Timestamp? {
    start(at: now)
    effects.wakeUp(at: now)
    for _ in 0..<Self.roundsMax {
      var ran = false
      for controller in Controller.all where isDue(controller, at: now) {
        ran = true
        var look = ControllerProgress.Look()
        look.revision = revision
        look.effects = effects.generation
        look.wake = controller.run(&self, now)
        controllers.looks[controller.name] = look
      }
      if !ran { return nextWake }
    }
    return now + .seconds(1)
  }

  private var nextWake: Timestamp? {
    (controllers.looks.values.compactMap(\.wake) + [effects.nextWake].compactMap { $0 }).min()
  }

  private func isDue(_ controller: Controller, at now: Timestamp) -> Bool {
    guard let look = controllers.looks[controller.name] else { return true }
    if let wake = look.wake, wake <= now { return true }
    if controller.watchesEffects, effects.generation > look.effects { return true }
    guard let watches = controller.watches else { return revision > look.revision }
    return watches.contains { (store.lastChange[$0] ?? 0) > look.revision }
  }
}
