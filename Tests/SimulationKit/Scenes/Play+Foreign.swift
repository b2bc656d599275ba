import ClusterModel
import Documents
import Planning
import RunTesting
import SimulatedCluster

/// What foreign hands do between the planning and the run.
extension Play {
  struct Twin {
    var reference: ObjectReference
    var uid: JSONValue?
  }

  /// Makes an object of somebody else's under a name that the run will want.
  func makeTwin(number: Int, of graph: ExecutionGraph) -> Twin? {
    let objects = graph.nodes.compactMap { Self.object(of: $0.action) }
    guard !objects.isEmpty else { return nil }
    let (reference, object) = objects[number % objects.count]
    return world.at(clock.wall) { state in
      let path = reference.type.path(namespace: reference.namespace)
      guard let made = try? state.send("POST", path, body: object) else { return nil }
      return Twin(reference: reference, uid: made["metadata", "uid"])
    }
  }

  /// Looks whether the object is untouched, and takes it away.
  func removeTwin(_ twin: Twin) {
    world.at(clock.wall) { state in
      let object = state.cluster.object(
        twin.reference.type.resourceName, namespace: twin.reference.namespace ?? "",
        name: twin.reference.name)
      if object?["metadata", "uid"] != twin.uid || object?["metadata", "deletionTimestamp"] != nil {
        state.breach(.nothingLeftBehind, "\(twin.reference), which is foreign, is gone")
      }
      _ = try? state.send("DELETE", twin.reference.path, body: [:])
    }
  }

  private static func object(of action: Action) -> (ObjectReference, JSONValue)? {
    switch action {
    case .cutVolume(let cut):
      let reference = ObjectReference(
        .snapshot, namespace: cut.claim.namespace, name: cut.snapshotName)
      return (
        reference,
        described(
          reference, ["spec": ["source": ["persistentVolumeClaimName": .string(cut.claim.name)]]])
      )
    case .cutGroup(let cut):
      let source: JSONValue = ["selector": ["matchLabels": ["somebody": "else"]]]
      return (cut.snapshot, described(cut.snapshot, ["spec": ["source": source]]))
    case .copyVolume(let copy): return job(copy.jobName, in: copy.repository.moverNamespace)
    case .fillVolume(let fill): return job(fill.jobName, in: fill.repository.moverNamespace)
    case .stageVolume(let stage): return claim(stage.claim)
    case .exposeSnapshot(let expose):
      return claim(ObjectReference(.claim, namespace: expose.namespace, name: expose.name))
    default: return nil
    }
  }

  private static func described(_ reference: ObjectReference, _ rest: JSONValue) -> JSONValue {
    var object = rest
    object["apiVersion"] = .string(reference.type.apiVersion)
    object["kind"] = .string(reference.type.kind)
    object["metadata"] = [
      "name": .string(reference.name), "namespace": .string(reference.namespace ?? ""),
    ]
    return object
  }

  private static func job(_ name: String, in namespace: String) -> (ObjectReference, JSONValue) {
    let reference = ObjectReference(.job, namespace: namespace, name: name)
    let template: JSONValue = [
      "spec": ["restartPolicy": "Never", "containers": [["name": "main", "image": "busybox"]]]
    ]
    return (reference, described(reference, ["spec": ["suspend": true, "template": template]]))
  }

  private static func claim(_ reference: ObjectReference) -> (ObjectReference, JSONValue) {
    let spec: JSONValue = [
      "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
    ]
    return (reference, described(reference, ["spec": spec]))
  }

  /// Deletes the first application with its data, and makes another one that looks the same.
  func replaceApplication() async throws -> Template {
    let namespace = Scene.namespace(0)
    let app = scenario.shape.apps[0]
    for reference in [ObjectReference(.statefulSet, namespace: namespace, name: "db")]
      + Scene.claims(of: app).map({ ObjectReference(.claim, namespace: namespace, name: $0) })
    {
      world.at(clock.wall) { state in _ = try? state.send("DELETE", reference.path, body: [:]) }
      try await clock.sleep(for: .seconds(60))
    }
    world.at(clock.wall) { state in
      _ = try? state.send(
        "POST", ResourceType.statefulSet.path(namespace: namespace),
        body: Scene.statefulSet(app, in: namespace))
    }
    try await clock.sleep(for: .seconds(60))
    var template = template
    template.state = world.at(clock.wall) { state in
      for claim in Scene.claims(of: app) {
        guard let handle = state.handle(ofClaim: claim, in: namespace) else {
          state.breach(.everyWaitEnds, "the scene cannot be set: \(claim) is not bound")
          continue
        }
        state.storage.write(Storage.Content(origin: "\(namespace)/\(claim)"), to: handle)
      }
      return state
    }
    return template
  }
}
