import ClusterModel
import Documents
import Execution
import Planning
import Testing

@testable import Backends

@Suite("Moving a restored volume") struct RestoreTests {
  static let staged = ObjectReference(.claim, namespace: "movers", name: "stage-1")
  static let target = ObjectReference(.claim, namespace: "shop", name: "restored")
  static let stage = Action.stageVolume(
    StageVolume(
      volume: "data", claim: staged, storageClass: "sandbox-ssd", accessModes: ["ReadWriteOnce"],
      volumeMode: "Filesystem", bytes: 2 << 30))
  static let bind = Action.bindVolume(
    BindVolume(
      staged: staged, jobNames: ["fill-1"], target: target, storageClass: "sandbox-ssd",
      accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem", bytes: 2 << 30,
      labels: ["app": "pg"], annotations: [RestoreMark.annotation: "shop/pg-back@p1"]))
  static let retract = Action.retractStage(RetractStage(claim: staged, jobNames: ["fill-1"]))
  static let storage: [ResourceType] = [.claim, .volume, .job, .pod]

  /// The staged claim's volume.
  static func staging(_ scene: Scene) async throws -> String {
    try await scene.perform(stage)
    await scene.cluster.settle()
    let claim = try #require(try await scene.cluster.get(staged))
    return try #require(claim["spec", "volumeName"]?.stringValue)
  }

  /// What matters of where a volume ended up.
  static func state(_ scene: Scene, _ name: String) async throws -> [String] {
    await scene.cluster.settle()
    let volume = try #require(
      try await scene.cluster.get(ObjectReference(.volume, name: name)))
    let claim = try #require(try await scene.cluster.get(target))
    return [
      volume["spec", "claimRef", "namespace"]?.stringValue ?? "",
      volume["spec", "claimRef", "name"]?.stringValue ?? "",
      volume["spec", "claimRef", "uid"] == claim["metadata", "uid"] ? "same uid" : "other uid",
      volume["spec", "persistentVolumeReclaimPolicy"]?.stringValue ?? "",
      volume["status", "phase"]?.stringValue ?? "", claim["status", "phase"]?.stringValue ?? "",
      claim["spec", "volumeName"]?.stringValue == name ? "same volume" : "other volume",
      volume.labels["oadp-plan.dev/stage"] ?? "no mark",
      volume.annotations["oadp-plan.dev/reclaim-policy"] ?? "no policy kept",
    ]
  }

  static let moved = [
    "shop", "restored", "same uid", "Delete", "Bound", "Bound", "same volume", "no mark",
    "no policy kept",
  ]

  @Test("a staged claim asks for its size as Kubernetes writes it")
  func stagedSize() async throws {
    let scene = try await Scene()
    _ = try await Self.staging(scene)
    let claim = try await scene.cluster.get(Self.staged)
    #expect(claim?["spec", "resources", "requests", "storage"] == "2Gi")
  }

  @Test("binding moves the very volume and gives its reclaim policy back")
  func binding() async throws {
    let scene = try await Scene()
    let volume = try await Self.staging(scene)
    #expect(try await scene.perform(Self.bind) == ["volumeName": .string(volume)])
    #expect(try await Self.state(scene, volume) == Self.moved)
    #expect(try await scene.cluster.get(Self.staged) == nil)
    let claim = try await scene.cluster.get(Self.target)
    #expect(claim?.annotations[RestoreMark.annotation] == "shop/pg-back@p1")
    #expect(claim?.labels["app"] == "pg")
  }

  @Test(
    "a crash at any call of binding is mended by repeating it",
    arguments: [false, true])
  func crashes(actsFirst: Bool) async throws {
    let whole = try await Scene()
    _ = try await Self.staging(whole)
    await whole.cluster.fail(call: nil)
    try await whole.perform(Self.bind)
    let calls = await whole.cluster.callsMade
    #expect(calls > 8)
    for call in 1...calls {
      for settles in [false, true] {
        let scene = try await Scene()
        let volume = try await Self.staging(scene)
        await scene.cluster.fail(call: call, actsFirst: actsFirst)
        #expect(await scene.failure(Self.bind)?.kind == .transient, "call \(call)")
        await scene.cluster.fail(call: nil)
        if settles { await scene.cluster.settle() }
        try await scene.perform(Self.bind, by: scene.restarted())
        #expect(try await Self.state(scene, volume) == Self.moved, "call \(call)")
        #expect(await scene.census(Self.storage).count == 4, "call \(call)")
      }
    }
  }

  @Test("binding again after it was done changes nothing")
  func bindingAgain() async throws {
    let scene = try await Scene()
    let volume = try await Self.staging(scene)
    let first = try await scene.perform(Self.bind)
    #expect(try await scene.perform(Self.bind) == first)
    #expect(try await Self.state(scene, volume) == Self.moved)
  }

  @Test("a foreign claim of the target's name is not bound and not changed")
  func foreignTarget() async throws {
    let scene = try await Scene()
    _ = try await Self.staging(scene)
    try await scene.make([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": ["name": "restored", "namespace": "shop"],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      ],
    ])
    let before = try await scene.cluster.get(Self.target)
    #expect(
      await scene.failure(Self.bind)?.message
        == "PersistentVolumeClaim shop/restored exists already and was not made by this run")
    #expect(try await scene.cluster.get(Self.target) == before)
  }

  @Test("retracting a stage leaves nothing of it")
  func retraction() async throws {
    let scene = try await Scene()
    let before = await scene.census()
    _ = try await Self.staging(scene)
    try await scene.perform(Self.retract)
    #expect(await scene.census() == before)
    try await scene.perform(Self.retract)
  }

  @Test(
    "whatever binding had done when it died, retracting leaves the volume bound or gone",
    arguments: [false, true])
  func retractionAfterCrashes(actsFirst: Bool) async throws {
    let whole = try await Scene()
    _ = try await Self.staging(whole)
    await whole.cluster.fail(call: nil)
    try await whole.perform(Self.bind)
    let calls = await whole.cluster.callsMade
    for call in 1...calls {
      let scene = try await Scene()
      let before = await scene.census(Self.storage)
      let volume = try await Self.staging(scene)
      await scene.cluster.fail(call: call, actsFirst: actsFirst)
      _ = await scene.failure(Self.bind)
      await scene.cluster.fail(call: nil)
      try await scene.perform(Self.retract, by: scene.restarted())
      if await scene.census(Self.storage) != before {
        #expect(try await Self.state(scene, volume) == Self.moved, "call \(call)")
      }
    }
  }

  @Test("retracting after success leaves the bound volume alone")
  func retractionAfterSuccess() async throws {
    let scene = try await Scene()
    let volume = try await Self.staging(scene)
    try await scene.perform(Self.bind)
    try await scene.perform(Self.retract)
    #expect(try await Self.state(scene, volume) == Self.moved)
  }

  @Test("a namespace is made where it is missing, and only there")
  func namespaces() async throws {
    let scene = try await Scene()
    let action = Action.ensureNamespace(EnsureNamespace(name: "back"))
    #expect(try await scene.perform(action) == ["created": true])
    #expect(try await scene.perform(action) == ["created": false])
  }

  @Test("a workload that does not come up fails with its pods' events")
  func workload() async throws {
    let scene = try await Scene()
    try await scene.make([
      "apiVersion": "apps/v1", "kind": "StatefulSet",
      "metadata": ["name": "pg", "namespace": "shop"],
      "spec": [
        "replicas": 1, "serviceName": "pg", "selector": ["matchLabels": ["app": "pg"]],
        "template": [
          "metadata": ["labels": ["app": "pg"]],
          "spec": [
            "containers": [["name": "main", "image": "pg:15"]],
            "volumes": [
              ["name": "data", "persistentVolumeClaim": ["claimName": "not-there"]]
            ],
          ],
        ],
      ],
    ])
    let failure = await scene.failure(
      .awaitWorkload(
        AwaitWorkload(
          workload: ObjectReference(.statefulSet, namespace: "shop", name: "pg"))))
    #expect(failure?.waitedFor == "StatefulSet shop/pg to be ready")
    let unscheduled = failure?.evidence.contains {
      $0.hasPrefix("Pod shop/pg-0: FailedScheduling: ")
        && $0.contains("persistentvolumeclaim \"not-there\" not found")
    }
    #expect(unscheduled == true, "\(failure?.evidence ?? [])")
  }
}
