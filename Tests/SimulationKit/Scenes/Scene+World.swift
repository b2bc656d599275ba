import ClusterModel
import Documents
import Planning
import Ports
import RunTesting
import SimulatedCluster
import Synchronization

extension Scene {
  /// The world of a shape at the beginning of time: the applications run, and what foreign hands
  /// have made lies beside them.
  static func world(_ shape: Shape) -> WorldState {
    let start = SimulatedClock.wallStart
    var configuration = SimulatedCluster.Configuration()
    configuration.keepsManagedFields = false
    var state = WorldState(configuration: configuration, seed: 1, at: start - .seconds(600))
    var now = start - .seconds(600)
    func make(_ object: JSONValue, _ type: ResourceType) {
      let namespace = object["metadata", "namespace"]?.stringValue
      do {
        _ = try state.send("POST", type.path(namespace: namespace), body: object)
      } catch {
        preconditionFailure("the scene cannot be set: \(error)")
      }
    }
    func namespace(_ name: String) {
      make(
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]], .namespace)
    }
    state.advance(to: now)
    namespace(movers)
    make(secret("password", in: movers), .secret)
    make(lookAlike, .job)
    namespace(gitOps)
    let definitions = ResourceType(
      group: "apiextensions.k8s.io", plural: "customresourcedefinitions",
      kind: "CustomResourceDefinition", isNamespaced: false)
    for type in [application, kustomization] { make(definition(type), definitions) }
    now = now + .seconds(5)
    state.advance(to: now)
    for keeper in keepers { make(keeper.object, keeper.type) }
    for (index, app) in shape.apps.enumerated() {
      namespace(Scene.namespace(index))
      make(secret("login", in: Scene.namespace(index)), .secret)
      make(statefulSet(app, in: Scene.namespace(index)), .statefulSet)
      var application = Application()
      application.freezeMax = freezeMax
      state.applications[Scene.namespace(index)] = application
    }
    for _ in 0..<60 {
      now = now + .seconds(10)
      state.advance(to: now)
    }
    for (index, app) in shape.apps.enumerated() {
      for claim in claims(of: app) {
        guard let handle = state.handle(ofClaim: claim, in: Scene.namespace(index)) else {
          preconditionFailure("\(claim) is not bound after ten minutes")
        }
        state.storage.write(
          Storage.Content(origin: "\(Scene.namespace(index))/\(claim)"), to: handle)
      }
      addOlderPoints(shape, index, to: &state)
    }
    return state
  }

  private static func secret(_ name: String, in namespace: String) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Secret",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": ["password": .string(canary)],
    ]
  }

  /// Somebody else's Job, called as ours are.
  private static let lookAlike: JSONValue = [
    "apiVersion": "batch/v1", "kind": "Job",
    "metadata": [
      "name": "op-0000000000-v0-db-0", "namespace": .string(movers),
      "labels": ["app.kubernetes.io/managed-by": "somebody-else"],
    ],
    "spec": [
      "suspend": true,
      "template": [
        "spec": [
          "restartPolicy": "Never", "containers": [["name": "main", "image": "busybox"]],
        ]
      ],
    ],
  ]

  static func statefulSet(_ app: Shape.App, in namespace: String) -> JSONValue {
    [
      "apiVersion": "apps/v1", "kind": "StatefulSet",
      "metadata": ["name": "db", "namespace": .string(namespace)],
      "spec": [
        "serviceName": "db", "replicas": 1, "selector": ["matchLabels": ["app": "db"]],
        "template": [
          "metadata": ["labels": ["app": "db"]],
          "spec": ["containers": [["name": "db", "image": "postgres:16"]]],
        ],
        "volumeClaimTemplates": .array(
          (0..<app.volumes).map { index in
            [
              "metadata": ["name": .string("v\(index)")],
              "spec": [
                "accessModes": ["ReadWriteOnce"], "storageClassName": "sandbox-ssd",
                "resources": ["requests": ["storage": "1Gi"]],
              ],
            ]
          }),
      ],
    ]
  }

  private static func addOlderPoints(_ shape: Shape, _ index: Int, to state: inout WorldState) {
    let identity = identity(state)
    for repository in repositories.prefix(shape.copies) {
      var held = state.repositories[location(of: repository)] ?? SimulatedRepository()
      for age in stride(from: shape.olderPoints, to: 0, by: -1) {
        let cutAt = SimulatedClock.wallStart - .seconds(86_400 * age)
        let plan = PlanKey(namespace: namespace(index), name: "db")
        let volumes = claims(of: shape.apps[index]).map { claim in
          RecoveryPoint.Volume(
            name: claim, claim: claim, snapshotID: "old-\(index)-\(age)-\(claim)",
            cutAt: cutAt.description, bytes: 1 << 30, bytesProcessed: 1024, bytesAdded: 512,
            files: 7, storageClass: "sandbox-ssd", accessModes: ["ReadWriteOnce"],
            volumeMode: "Filesystem")
        }
        let point = RecoveryPoint(
          plan: plan, name: cutAt.compact, slot: cutAt.description, cutAt: cutAt.description,
          sealedAt: cutAt.description, consistency: "Volume", quiescedSeconds: 0,
          cluster: identity, run: "old", volumes: volumes, objects: [], objectsCapturedAt: nil,
          artifacts: [])
        guard let manifest = try? JSONValue(encoding: point) else { continue }
        for volume in volumes {
          held.snapshots.append(
            SimulatedRepository.Snapshot(
              id: volume.snapshotID, tags: ["oadp-plan"],
              content: Storage.Content(
                origin: "\(plan.namespace)/\(volume.claim)", moment: cutAt)))
        }
        held.snapshots.append(
          SimulatedRepository.Snapshot(
            id: "old-\(index)-\(age)", tags: ["oadp-plan"],
            files: [
              StoredFile(
                path: RecoveryPoint.manifestPath, bytes: CanonicalJSON.bytes(manifest))
            ]))
      }
      if shape.olderPoints > 0 { state.repositories[location(of: repository)] = held }
    }
  }

  static func identity(_ state: WorldState) -> ClusterIdentity {
    let system = state.cluster.object("namespaces", name: "kube-system")
    return ClusterIdentity(
      name: "simulated", uid: system?["metadata", "uid"]?.stringValue ?? "",
      serverVersion: state.cluster.configuration.version)
  }
}
