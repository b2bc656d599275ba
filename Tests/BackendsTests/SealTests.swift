import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Testing

@testable import Backends

@Suite("Sealing a recovery point") struct SealTests {
  static let tags = ["oadp-plan", "point=20261122T020000Z"]
  static let windows = [
    SealPoint.Quiesce.Window(volume: "data", after: NodeID(0), before: NodeID(2))
  ]

  /// Nodes: 0 opens, 1 cuts, 2 closes, 3 copies, 4 captured an artifact.
  static func seal(
    requiring required: String = "Application", windows: [SealPoint.Quiesce.Window] = windows,
    artifactSteps: [NodeID] = [], capture: NodeID? = nil
  ) -> Action {
    .sealPoint(
      SealPoint(
        plan: PlanKey(namespace: "shop", name: "pg"), point: "20261122T020000Z", slot: nil,
        repository: Scene.repository,
        volumes: [
          SealPoint.SealedVolume(
            name: "data", claim: ObjectReference(.claim, namespace: "shop", name: "data"),
            cut: NodeID(1), copy: NodeID(3), bytes: 1 << 30, storageClass: "sandbox-ssd",
            accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem")
        ], capture: capture, artifactSteps: artifactSteps,
        bracket: SealPoint.Quiesce(
          opening: NodeID(0), closing: NodeID(2), consistency: "Application", windows: windows),
        requiredConsistency: required, tags: tags))
  }

  static func results(cutAt: String = "2026-11-22T02:00:03Z") -> [Int: JSONValue] {
    [
      0: ["at": "2026-11-22T02:00:01Z", "answeredAt": "2026-11-22T02:00:02Z"],
      1: ["creationTime": .string(cutAt)],
      2: ["at": "2026-11-22T02:00:04Z", "answeredAt": "2026-11-22T02:00:04.5Z"],
      3: ["snapshotID": "abc", "files": 3, "bytesProcessed": 2048, "bytesAdded": 512],
      4: ["artifact": "backup_label", "base64": "U1RBUlQ="],
    ]
  }

  static func scene(copied: Bool = true) async throws -> Scene {
    let scene = try await Scene()
    if copied { await scene.store.addSnapshot("abc", tags: tags, in: "/srv/gold") }
    return scene
  }

  @Test("a point whose cuts lie in their windows has the consistency that its hook promises")
  func application() async throws {
    let scene = try await Self.scene()
    #expect(
      try await scene.perform(Self.seal(), results: Self.results()) == [
        "manifestID": "manifest-1", "point": "20261122T020000Z", "consistency": "Application",
        "quiescedSeconds": 3.5, "bytesProcessed": 2048, "bytesAdded": 512,
      ])
    let point = try #require(
      try await scene.store.catalog(of: RepositoryAddress(Scene.repository)).entries.first?.point)
    #expect(point.cutAt == "2026-11-22T02:00:03Z")
    #expect(point.volumes.map(\.snapshotID) == ["abc"])
    #expect(point.run == "20261122T020000Z-5f3a09c1")
  }

  @Test("a cut at the very edge of its window is inside")
  func edges() async throws {
    for edge in ["2026-11-22T02:00:02Z", "2026-11-22T02:00:04Z"] {
      let scene = try await Self.scene()
      let result = try await scene.perform(Self.seal(), results: Self.results(cutAt: edge))
      #expect(result["consistency"] == "Application", "\(edge)")
    }
  }

  @Test(
    "a cut outside of its window is no application-consistent point",
    arguments: [
      (
        "2026-11-22T02:00:04.001Z",
        "volume `data` was cut at 2026-11-22T02:00:04.001Z, after 2026-11-22T02:00:04Z"
      ),
      (
        "2026-11-22T02:00:01.999Z",
        "volume `data` was cut at 2026-11-22T02:00:01.999Z, before 2026-11-22T02:00:02Z"
      ),
    ])
  func lateCut(cutAt: String, reason: String) async throws {
    let scene = try await Self.scene()
    #expect(
      await scene.failure(Self.seal(), results: Self.results(cutAt: cutAt))
        == ActionFailure(
          .verification,
          "The cuts reached consistency `Volume`, the plan requires `Application`",
          evidence: [reason]))
    #expect(await scene.store.ids(in: "/srv/gold") == ["abc"])
    let accepted = try await scene.perform(
      Self.seal(requiring: "Volume"), results: Self.results(cutAt: cutAt))
    #expect(accepted["consistency"] == "Volume")
  }

  @Test("a volume that no window speaks of was not quiesced")
  func noWindow() async throws {
    let scene = try await Self.scene()
    let failure = await scene.failure(Self.seal(windows: []), results: Self.results())
    #expect(failure?.evidence == ["volume `data` was not quiesced"])
  }

  @Test("a snapshot that the repository does not hold seals nothing")
  func missingCopy() async throws {
    let scene = try await Self.scene(copied: false)
    let failure = await scene.failure(Self.seal(), results: Self.results())
    #expect(failure?.kind == .verification)
    #expect(failure?.message == "The copy of volume `data` is not in repository `gold`")
    #expect(await scene.store.ids(in: "/srv/gold") == [])
  }

  @Test("a snapshot of another point does not stand in for the copy")
  func otherTags() async throws {
    let scene = try await Self.scene(copied: false)
    await scene.store.addSnapshot("abc", tags: ["oadp-plan", "point=other"], in: "/srv/gold")
    #expect(await scene.failure(Self.seal(), results: Self.results())?.kind == .verification)
  }

  @Test("sealing again finds the first manifest, also when its answer was lost")
  func repetition() async throws {
    let scene = try await Self.scene()
    await scene.store.loseNextAnswer()
    #expect(await scene.failure(Self.seal(), results: Self.results())?.kind == .transient)
    let second = try await scene.perform(
      Self.seal(), results: Self.results(), by: scene.restarted())
    #expect(second["manifestID"] == "manifest-1")
    #expect(try await scene.perform(Self.seal(), results: Self.results()) == second)
    #expect(await scene.store.ids(in: "/srv/gold") == ["abc", "manifest-1"])
  }

  @Test("captured objects and artifacts lie beside the manifest")
  func files() async throws {
    let scene = try await Self.scene()
    try await scene.make([
      "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "db", "namespace": "shop"],
      "stringData": ["password": "hunter2"],
    ])
    let capture = Action.captureObjects(
      CaptureObjects(namespace: "shop", kinds: ["Secret", "ConfigMap"]))
    let captured = try await scene.perform(capture, id: 5)
    #expect(captured["count"] == 1)
    let sealed = try await scene.perform(
      Self.seal(artifactSteps: [NodeID(4)], capture: NodeID(5)), results: Self.results())
    let id = try #require(sealed["manifestID"]?.stringValue)
    #expect(
      await scene.store.paths(of: id, in: "/srv/gold")
        == ["objects/Secret/db.json", "artifacts/backup_label", "recovery-point.json"])
    let label = try await scene.store.read(
      "artifacts/backup_label", of: id, in: RepositoryAddress(Scene.repository), bytesMax: 99)
    #expect(String(decoding: label, as: UTF8.self) == "START")
    // A result is journalled: no value of a Secret may be in it.
    #expect(!"\(captured)\(sealed)".contains("hunter2"))
    #expect(!"\(captured)\(sealed)".contains("aHVudGVyMg"))
  }

  @Test("captures that died with their runner are no empty capture")
  func lostCapture() async throws {
    let scene = try await Self.scene()
    let failure = await scene.failure(Self.seal(capture: NodeID(5)), results: Self.results())
    #expect(failure?.message == "The captured objects are no longer in memory")
  }

  @Test("an expired point's manifest and volumes are gone")
  func expiry() async throws {
    let scene = try await Self.scene()
    try await scene.perform(Self.seal(), results: Self.results())
    let expire = Action.expirePoint(
      ExpirePoint(
        plan: PlanKey(namespace: "shop", name: "pg"), point: "20261122T020000Z",
        repository: Scene.repository, manifestID: "manifest-1", volumeSnapshotIDs: ["abc"]))
    #expect(try await scene.perform(expire) == ["forgotten": 2])
    #expect(await scene.store.ids(in: "/srv/gold") == [])
    try await scene.perform(expire)
  }
}
