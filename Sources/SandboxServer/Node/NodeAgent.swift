import Documents
import SimulatedCluster

/// The kubelet of the one node: gives each pod a ``PodWorker`` and tells it when to stop.
actor NodeAgent {
  private let context: NodeContext
  private var workers: [PodIdentity: PodWorker] = [:]
  private var isStopping = false

  init(context: NodeContext) { self.context = context }

  /// Runs the node until ``stop()``; returns when every container has ended.
  func run() async {
    let changes = context.owner.changes
    await withDiscardingTaskGroup { group in
      await removeForeignDirectories()
      while !isStopping, !Task.isCancelled {
        let seen = changes.rings
        for worker in await newWorkers() {
          group.addTask { await worker.run() }
        }
        do { try await changes.wait(beyond: seen) } catch { break }
      }
      for worker in workers.values { worker.stop.fulfil(.nodeShutdown) }
    }
  }

  /// Lets every container end, with little time.
  func stop() {
    isStopping = true
    context.owner.changes.ring()
  }

  /// Looks at the pods of the node, tells workers what happened, and makes workers for new pods.
  private func newWorkers() async -> [PodWorker] {
    var new: [PodWorker] = []
    var present: Set<PodIdentity> = []
    for pod in await context.owner.pods() {
      guard let identity = PodIdentity(pod) else { continue }
      present.insert(identity)
      let spec = PodSpec(pod: pod)
      if workers[identity] == nil {
        let worker = PodWorker(
          pod: pod, identity: identity, address: address(for: spec), node: context)
        workers[identity] = worker
        new.append(worker)
      }
      if let grace = spec.deletionGraceSeconds {
        workers[identity]?.stop.fulfil(.deleted(graceSeconds: grace))
        if grace == 0 { workers[identity]?.kill.fulfil(()) }
      }
    }
    for (identity, worker) in workers where !present.contains(identity) {
      worker.stop.fulfil(.vanished)
      worker.kill.fulfil(())
      workers[identity] = nil
    }
    return new
  }

  /// The address a pod has already, or a free one. It is data: no packet ever goes there.
  private func address(for spec: PodSpec) -> String {
    if spec.usesHostNetwork { return context.hostAddress }
    let taken = Set(workers.values.map(\.address))
    if let known = spec.pod["status"]?["podIP"]?.stringValue, !taken.contains(known) {
      return known
    }
    for number in 2..<65_000 {
      let address = "10.244.\(number / 256).\(number % 256)"
      if !taken.contains(address) { return address }
    }
    return "10.244.255.255"
  }

  /// Removes what is left of pods that went while no server ran.
  private func removeForeignDirectories() async {
    let known = Set(await context.owner.pods().compactMap { PodIdentity($0)?.uid })
    for folder in ["pods", "logs"] {
      let path = "\(context.directory)/\(folder)"
      for name in (try? Files.names(in: path)) ?? [] where !known.contains(name) {
        try? Files.removeTree("\(path)/\(name)")
      }
    }
  }

  // MARK: Connections to containers

  private func worker(_ connection: PodConnection) -> PodWorker? {
    workers.first {
      $0.key.uid == connection.podUID && $0.key.namespace == connection.namespace
    }?.value
  }

  /// The container to talk with, where it runs.
  func container(_ connection: PodConnection) async -> RunningContainer? {
    await worker(connection)?.running[connection.container]
  }

  /// The log to read; `nil` where there is none (yet).
  func log(of connection: PodConnection) async -> ContainerLog? {
    let logs = await worker(connection)?.logs[connection.container]
    return connection.log.previous ? logs?.previous : logs?.current
  }
}
