import ClusterModel
import Documents
import Execution
import Planning
import Testing

@testable import Backends

@Suite("Cuts and their exposure") struct SnapshotTests {
  static let snapshot = ObjectReference(.snapshot, namespace: "shop", name: "cut-1")
  static let cut = Action.cutVolume(
    CutVolume(
      volume: "data", claim: ObjectReference(.claim, namespace: "shop", name: "data"),
      snapshotName: "cut-1", snapshotClass: "sandbox-snapshots"))
  static let expose = Action.exposeSnapshot(
    ExposeSnapshot(
      volume: "data", cut: NodeID(0), namespace: "movers", name: "view-1", storageClass: nil,
      accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem", bytes: 1 << 20))
  static let retract = Action.retractSnapshot(
    RetractSnapshot(namespace: "movers", name: "view-1", jobName: "copy-1"))
  static let foreign: JSONValue = [
    "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
    "metadata": ["name": "cut-1", "namespace": "shop"],
    "spec": ["source": ["persistentVolumeClaimName": "data"]],
  ]

  @Test("a cut has a handle and the time it was made at")
  func cut() async throws {
    let scene = try await Scene()
    let result = try await scene.perform(Self.cut)
    #expect(result["snapshot"] == "cut-1")
    #expect(result["driver"] == "csi.sandbox.oadp-plan.dev")
    #expect(result["handle"]?.stringValue?.hasPrefix("snapshot-") == true)
    #expect(result["creationTime"] == "2026-11-22T02:00:00.05Z")
  }

  @Test("a repeated cut adopts the first one's snapshot")
  func adoption() async throws {
    let scene = try await Scene()
    let first = try await scene.perform(Self.cut)
    scene.time.pass(.seconds(60))
    #expect(try await scene.perform(Self.cut, by: scene.restarted()) == first)
    #expect(await scene.cluster.all(.snapshot).count == 1)
  }

  @Test("the undo of a cut leaves neither snapshot nor content")
  func undo() async throws {
    let scene = try await Scene()
    let before = await scene.census()
    try await scene.perform(Self.cut)
    try await scene.undo(Self.cut)
    #expect(await scene.census() == before)
    try await scene.undo(Self.cut)
  }

  @Test("a foreign snapshot of the cut's name is neither adopted nor removed")
  func foreignSnapshot() async throws {
    let scene = try await Scene()
    try await scene.make(Self.foreign)
    let present = try await scene.cluster.get(Self.snapshot)
    #expect(
      await scene.failure(Self.cut)?.message
        == "VolumeSnapshot shop/cut-1 exists already and was not made by this run")
    try await scene.undo(Self.cut)
    try await scene.perform(.releaseSnapshot(ReleaseSnapshot(snapshot: Self.snapshot)))
    #expect(try await scene.cluster.get(Self.snapshot) == present)
  }

  @Test("an exposed cut is a second content that keeps the same handle")
  func exposure() async throws {
    let scene = try await Scene()
    let cut = try await scene.perform(Self.cut)
    try await scene.perform(Self.expose, results: [0: cut])
    let content = try #require(
      try await scene.cluster.get(ObjectReference(.snapshotContent, name: "view-1")))
    #expect(content["spec", "deletionPolicy"] == "Retain")
    #expect(content["spec", "source", "snapshotHandle"] == cut["handle"])
    let claim = try #require(try await scene.cluster.get(scene.claim("view-1", in: "movers")))
    #expect(claim["spec", "dataSource", "name"] == "view-1")
    #expect(claim["spec", "resources", "requests", "storage"] == "1Gi")
  }

  @Test("exposing twice changes nothing")
  func exposureAgain() async throws {
    let scene = try await Scene()
    let cut = try await scene.perform(Self.cut)
    try await scene.perform(Self.expose, results: [0: cut])
    let once = await scene.census()
    try await scene.perform(Self.expose, results: [0: cut], by: scene.restarted())
    #expect(await scene.census() == once)
  }

  @Test("retracting leaves the physical snapshot to its owner, whose release removes all")
  func retraction() async throws {
    let scene = try await Scene()
    let before = await scene.census()
    let cut = try await scene.perform(Self.cut)
    let withCut = await scene.census()
    try await scene.perform(Self.expose, results: [0: cut])
    try await scene.perform(Self.retract)
    #expect(await scene.census() == withCut)
    // The handle can still be exposed: the data is there.
    try await scene.perform(Self.expose, results: [0: cut])
    try await scene.perform(Self.retract)
    try await scene.perform(.releaseSnapshot(ReleaseSnapshot(snapshot: Self.snapshot)))
    #expect(await scene.census() == before)
  }

  @Test("retracting spares foreign objects of the same names")
  func foreignExposure() async throws {
    let scene = try await Scene()
    try await scene.make([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": [
        "name": "view-1", "namespace": "movers",
        "labels": [
          "app.kubernetes.io/managed-by": "oadp-plan",
          "oadp-plan.dev/run": "20200101T000000Z-00000000",
        ],
      ],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      ],
    ])
    let before = await scene.census()
    try await scene.perform(Self.retract)
    #expect(await scene.census() == before)
  }

  @Test("a cut of a claim that is not there fails and says what was waited for")
  func missingClaim() async throws {
    let scene = try await Scene()
    let failure = await scene.failure(
      .cutVolume(
        CutVolume(
          volume: "logs", claim: ObjectReference(.claim, namespace: "shop", name: "logs"),
          snapshotName: "cut-2", snapshotClass: "sandbox-snapshots")))
    #expect(
      failure?.description.contains("the cut of volume `logs` (VolumeSnapshot shop/cut-2)") == true)
  }
}
