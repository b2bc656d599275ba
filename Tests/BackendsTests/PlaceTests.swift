import ClusterModel
import Documents
import Execution
import Planning
import Runner
import SimulatedCluster
import Testing

@testable import Backends

@Suite("Places in the cluster") struct PlaceTests {
  static let slots = ["mover", "repository:gold", "application:shop/pg"]

  static func node(_ action: Action, slots: [String] = Self.slots) -> Node {
    Node(
      id: NodeID(0), address: "shop/pg/data:copy", action: action, timeoutSeconds: 120,
      slots: slots)
  }

  static func holders(
    _ scene: Scene, run: RunID = Scene.runID, of slots: Set<String> = ["mover", "driver:x"]
  ) async throws -> [PlaceHolder] {
    try await scene.backend.holders(of: slots, in: run, at: scene.time.now)
  }

  /// A scene in which a mover was begun whose runner then gave up.
  static func abandoned() async throws -> Scene {
    let scene = try await MoverTests.scene(log: "")
    await scene.cluster.setFate { _ in .runs }
    var context = scene.context()
    context = scene.context(timeoutSeconds: 10)
    await #expect(throws: ActionFailure.self) {
      try await scene.backend.perform(Self.node(MoverTests.copy()), in: context)
    }
    return scene
  }

  @Test("a mover keeps its place when its runner is gone, and loses it with its end")
  func mover() async throws {
    let scene = try await Self.abandoned()
    let other = RunID("20261122T030000Z-00000007")!
    #expect(
      try await Self.holders(scene, run: other) == [
        PlaceHolder(
          description: "Job movers/copy-1 of run 20261122T020000Z-5f3a09c1", slots: Self.slots)
      ])
    #expect(try await Self.holders(scene).map(\.address) == ["shop/pg/data:copy"])
    await scene.cluster.setFate { _ in .ends(after: .zero, exitCode: 1) }
    scene.time.pass(.seconds(5))
    await scene.cluster.settle()
    #expect(try await Self.holders(scene) == [], "a failed mover gives its place back")
  }

  @Test("a mover that is deleted gives its place back")
  func deleted() async throws {
    let scene = try await Self.abandoned()
    _ = try await scene.cluster.delete(
      ObjectReference(.job, namespace: "movers", name: "copy-1"), uid: nil)
    await scene.cluster.settle()
    #expect(try await Self.holders(scene) == [])
  }

  @Test("what is older than any mover may get takes no place")
  func aged() async throws {
    let scene = try await Self.abandoned()
    #expect(try await Self.holders(scene).count == 1)
    scene.time.pass(.seconds(7 * 3600))
    #expect(try await Self.holders(scene) == [])
  }

  static func snapshot(_ name: String, status: JSONValue, marked: Bool = true) -> JSONValue {
    var snapshot: JSONValue = [
      "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
      "metadata": ["name": .string(name), "namespace": "shop"],
      "spec": ["source": ["persistentVolumeClaimName": "data"]], "status": status,
    ]
    guard marked else { return snapshot }
    snapshot.set(["metadata", "labels"], to: ["app.kubernetes.io/managed-by": "oadp-plan"])
    snapshot.set(["metadata", "annotations"], to: ["oadp-plan.dev/slots": "driver:x"])
    return snapshot
  }

  @Test("a snapshot takes a place until it is ready or has an error; a foreign one never does")
  func snapshots() async throws {
    let scene = try await Scene()
    await scene.cluster.setFaults { faults in
      faults.storage = { effect in
        if case .cutSnapshot = effect { nil } else { .done(bytes: nil) }
      }
    }
    try await scene.make(Self.snapshot("waits", status: [:]))
    try await scene.make(Self.snapshot("foreign", status: [:], marked: false))
    #expect(try await Self.holders(scene).count { $0.description.contains("foreign") } == 0)
    #expect(try await Self.holders(scene).count == 1)
    let waits = ObjectReference(.snapshot, namespace: "shop", name: "waits")
    for (status, count) in [
      (["readyToUse": true] as JSONValue, 0),
      (["readyToUse": false, "error": ["message": "The pool is full"]], 0),
    ] {
      _ = try await scene.cluster.patch(waits, with: ["status": status], subresource: "status")
      #expect(try await Self.holders(scene).count == count, "\(status)")
    }
    #expect(try await Self.holders(scene, of: ["mover"]).isEmpty)
  }

  // MARK: Nodes

  static func backend(_ scene: Scene, perNode: Int) -> NativeBackend {
    NativeBackend(
      cluster: scene.cluster, store: scene.store,
      settings: NativeBackend.Settings(
        moverImage: "mover:1",
        cluster: ClusterIdentity(name: "test", uid: "c-1", serverVersion: "v1.36.0"),
        moversPerNodeMax: perNode),
      graph: ExecutionGraph(), clock: VirtualClock(time: scene.time, cluster: scene.cluster))
  }

  static func otherMover(_ scene: Scene) async throws {
    try await scene.make([
      "apiVersion": "batch/v1", "kind": "Job",
      "metadata": [
        "name": "other", "namespace": "movers",
        "labels": ["app.kubernetes.io/managed-by": "oadp-plan"],
      ],
      "spec": [
        "template": [
          "metadata": ["labels": ["app.kubernetes.io/managed-by": "oadp-plan"]],
          "spec": [
            "restartPolicy": "Never", "containers": [["name": "mover", "image": "mover:1"]],
          ],
        ]
      ],
    ])
  }

  @Test("a mover waits while every node has as many as it may have, and says for what")
  func noRoom() async throws {
    let scene = try await MoverTests.scene(log: MoverTests.account)
    await scene.cluster.setFate { pod in
      pod.name.hasPrefix("other") ? .runs : .ends(after: .zero, exitCode: 0)
    }
    try await Self.otherMover(scene)
    let backend = Self.backend(scene, perNode: 1)
    do throws(ActionFailure) {
      _ = try await backend.perform(Self.node(MoverTests.copy()), in: scene.context())
      Issue.record("a mover was made although no node had room")
    } catch {
      #expect(error.kind == .transient && error.message == "No node had room for another mover")
      #expect(
        error.waitedFor
          == "room on a node for the copy of volume `data`: 1 movers on each of 1")
      #expect(error.evidence.first?.hasPrefix("Pod movers/other-") == true)
    }
    #expect(await scene.cluster.all(.job).map(\.name) == ["other"])
  }

  @Test("a full node is kept off, another one is not")
  func keptOff() async throws {
    let scene = try await MoverTests.scene(log: MoverTests.account)
    await scene.cluster.setFate { pod in
      pod.name.hasPrefix("other") ? .runs : .ends(after: .zero, exitCode: 0)
    }
    try await scene.make([
      "apiVersion": "v1", "kind": "Node",
      "metadata": ["name": "spare", "labels": ["kubernetes.io/hostname": "spare.example"]],
    ])
    try await Self.otherMover(scene)
    let backend = Self.backend(scene, perNode: 1)
    _ = try? await backend.perform(Self.node(MoverTests.copy()), in: scene.context())
    let job = try #require(await scene.cluster.all(.job).first { $0.name == "copy-1" })
    let full = await scene.cluster.all(.pod).first { $0.name.hasPrefix("other") }?[
      "spec", "nodeName"]
    let terms =
      job[
        "spec", "template", "spec", "affinity", "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms",
      ]
    #expect(
      terms == [
        [
          "matchExpressions": [
            ["key": "kubernetes.io/hostname", "operator": "NotIn", "values": [full ?? .null]]
          ]
        ]
      ])
  }
}
