import ClusterModel
import Documents
import Execution
import Planning
import Testing

@testable import Backends

@Suite("Cuts of groups") struct GroupTests {
  static let group = ObjectReference(.groupSnapshot(), namespace: "shop", name: "cut-all")
  static let claims = ["data", "wal"].map { ObjectReference(.claim, namespace: "shop", name: $0) }
  static let release = Action.releaseGroup(
    ReleaseGroup(snapshot: group, claims: claims, isKept: false))

  /// A scene with a second claim, and the action that cuts both.
  static func scene() async throws -> (Scene, Action) {
    let scene = try await Scene()
    try await scene.make([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": ["name": "wal", "namespace": "shop"],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      ],
    ])
    var members: [CutGroup.Member] = []
    for claim in claims {
      let volume = try await scene.cluster.get(claim)?["spec", "volumeName"]?.stringValue
      members.append(
        CutGroup.Member(volume: claim.name, claim: claim, volumeName: try #require(volume)))
    }
    return (
      scene,
      .cutGroup(
        CutGroup(group: "all", snapshot: group, groupClass: "sandbox-groups", members: members))
    )
  }

  static func labels(_ scene: Scene) async throws -> [String] {
    var labels: [String] = []
    for claim in await scene.cluster.all(.claim) {
      labels += claim.labels[CutGroup.label].map { ["\(claim.name)=\($0)"] } ?? []
    }
    return labels.sorted()
  }

  @Test("one cut gives every member a handle of its own and all of them one time")
  func cut() async throws {
    let (scene, cut) = try await Self.scene()
    let result = try await scene.perform(cut)
    let members = try #require(result["members"]?.objectValue)
    #expect(members.keys.sorted() == ["data", "wal"])
    #expect(Set(members.values.map { $0["handle"] }).count == 2)
    #expect(Set(members.values.map { $0["creationTime"] }).count == 1)
    #expect(members["data"]?["driver"] == "csi.sandbox.oadp-plan.dev")
    for (volume, member) in members {
      let claim = try #require(
        try await scene.cluster.get(ObjectReference(.claim, namespace: "shop", name: volume)))
      let volumeHandle = try await scene.cluster.get(
        ObjectReference(.volume, name: claim["spec", "volumeName"]?.stringValue ?? ""))?[
          "spec", "csi", "volumeHandle"]
      let content = await scene.cluster.all(.snapshotContent).first {
        $0["status", "snapshotHandle"] == member["handle"]
      }
      #expect(content?["spec", "source", "volumeHandle"] == volumeHandle)
    }
  }

  @Test("the claims carry no label once they are cut")
  func labelsGo() async throws {
    let (scene, cut) = try await Self.scene()
    try await scene.perform(cut)
    #expect(try await Self.labels(scene) == [])
  }

  @Test("a repeated cut adopts the first one's group snapshot")
  func adoption() async throws {
    let (scene, cut) = try await Self.scene()
    let first = try await scene.perform(cut)
    scene.time.pass(.seconds(60))
    #expect(try await scene.perform(cut, by: scene.restarted()) == first)
    #expect(await scene.cluster.all(.groupSnapshot()).count == 1)
    #expect(await scene.cluster.all(.snapshot).count == 2)
  }

  @Test("the undo of a cut leaves neither group nor members nor labels")
  func undo() async throws {
    let (scene, cut) = try await Self.scene()
    let before = await scene.census()
    try await scene.perform(cut)
    try await scene.undo(cut)
    #expect(await scene.census() == before)
    try await scene.undo(cut)
  }

  @Test("a member is exposed like a volume that was cut alone, and released with its group")
  func exposure() async throws {
    let (scene, cut) = try await Self.scene()
    let before = await scene.census()
    let result = try await scene.perform(cut)
    try await scene.perform(SnapshotTests.expose, results: [0: result])
    let content = try #require(
      try await scene.cluster.get(ObjectReference(.snapshotContent, name: "view-1")))
    #expect(content["spec", "deletionPolicy"] == "Retain")
    #expect(
      content["spec", "source", "snapshotHandle"] == result["members", "data", "handle"])
    try await scene.perform(SnapshotTests.retract)
    try await scene.perform(Self.release)
    #expect(await scene.census() == before)
  }

  @Test("a cut that caught a stranger's claim is not used, and the next try is right")
  func stranger() async throws {
    let (scene, cut) = try await Self.scene()
    try await scene.make([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": [
        "name": "copy", "namespace": "shop", "labels": [CutGroup.label: "cut-all"],
      ],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      ],
    ])
    let failure = try #require(await scene.failure(cut))
    #expect(failure.kind == .transient)
    #expect(failure.evidence.first?.hasSuffix("was cut, too") == true)
    #expect(await scene.cluster.all(.groupSnapshot()).isEmpty)
    _ = try await scene.cluster.patch(
      ObjectReference(.claim, namespace: "shop", name: "copy"),
      with: ["metadata": ["labels": [CutGroup.label: .null]]], subresource: nil)
    let members = try await scene.perform(cut)["members"]?.objectValue
    #expect(members?.count == 2)
  }

  @Test("what a dead runner has labelled, the release frees, and another cut's labels it spares")
  func leftLabels() async throws {
    let (scene, _) = try await Self.scene()
    for (claim, cut) in zip(Self.claims, ["cut-all", "cut-other"]) {
      _ = try await scene.cluster.patch(
        claim, with: ["metadata": ["labels": [CutGroup.label: .string(cut)]]], subresource: nil)
    }
    try await scene.perform(Self.release)
    #expect(try await Self.labels(scene) == ["wal=cut-other"])
  }

  @Test("a foreign group of the cut's name is neither adopted nor removed")
  func foreign() async throws {
    let (scene, cut) = try await Self.scene()
    try await scene.make([
      "apiVersion": "groupsnapshot.storage.k8s.io/v1", "kind": "VolumeGroupSnapshot",
      "metadata": ["name": "cut-all", "namespace": "shop"],
      "spec": ["source": ["selector": ["matchLabels": ["app": "other"]]]],
    ])
    let present = try await scene.cluster.get(Self.group)
    #expect(
      await scene.failure(cut)?.message
        == "VolumeGroupSnapshot shop/cut-all exists already and was not made by this run")
    try await scene.perform(Self.release)
    #expect(try await scene.cluster.get(Self.group) == present)
    #expect(try await Self.labels(scene) == [])
  }

  @Test("a cut that is kept loses nothing but its labels")
  func kept() async throws {
    let (scene, cut) = try await Self.scene()
    try await scene.perform(cut)
    let before = await scene.census()
    try await scene.perform(
      .releaseGroup(ReleaseGroup(snapshot: Self.group, claims: Self.claims, isKept: true)))
    #expect(await scene.census() == before)
  }

  @Test("where the server does not say when members were cut, their own contents do")
  func firstBeta() async throws {
    let (scene, cut) = try await Self.scene()
    await scene.cluster.setFaults { faults in
      faults.reading = { object in
        guard object["kind"] == "VolumeGroupSnapshotContent",
          let infos = object["status", "volumeSnapshotInfoList"]?.arrayValue
        else { return object }
        var object = object
        object.set(["status", "volumeSnapshotInfoList"], to: .none)
        object.set(
          ["status", "volumeSnapshotHandlePairList"],
          to: .array(
            infos.map {
              [
                "snapshotHandle": $0["snapshotHandle"] ?? .null,
                "volumeHandle": $0["volumeHandle"] ?? .null,
              ]
            }))
        return object
      }
    }
    let result = try await scene.perform(cut)
    let contents = await scene.cluster.all(.snapshotContent)
    for volume in ["data", "wal"] {
      let member = result["members", volume]
      let content = contents.first { $0["status", "snapshotHandle"] == member?["handle"] }
      let cutAt = Timestamp(member?["creationTime"]?.stringValue ?? "")
      #expect(cutAt?.nanosecondsSinceEpoch == content?["status", "creationTime"]?.intValue)
    }
  }

  private static let quiet = SealPoint.SealedVolume(
    name: "wal", claim: claims[1], cut: NodeID(1), copy: NodeID(3), bytes: 1 << 30,
    storageClass: "sandbox-ssd", accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem")

  /// What a seal of `data` and `wal` measures, each cut by the node of its place in `cuts`.
  private func measured(cutBy cuts: [Int], isBracketed: Bool = false) async throws -> String {
    let scene = try await SealTests.scene()
    guard case .sealPoint(var seal) = SealTests.seal(requiring: "Volume", windows: []) else {
      return ""
    }
    if !isBracketed { seal.bracket = nil }
    seal.volumes.append(Self.quiet)
    for (index, cut) in cuts.enumerated() { seal.volumes[index].cut = NodeID(cut) }
    let member: JSONValue = ["creationTime": "2026-11-22T02:00:03Z"]
    var results = SealTests.results()
    results[1] = ["members": ["data": member, "wal": member]]
    results[5] = ["members": ["wal": member]]
    results[6] = member
    return try await scene.perform(.sealPoint(seal), results: results)["consistency"]?.stringValue
      ?? ""
  }

  @Test("a point is of one instant only where one group holds everything")
  func consistency() async throws {
    #expect(try await measured(cutBy: [1, 1]) == "Group")
    #expect(try await measured(cutBy: [1, 5]) == "Volume")
    #expect(try await measured(cutBy: [1, 6]) == "Volume")
  }

  @Test("a group outside of its quiesce is still a group")
  func brokenQuiesce() async throws {
    #expect(try await measured(cutBy: [1, 1], isBracketed: true) == "Group")
    #expect(try await measured(cutBy: [1, 6], isBracketed: true) == "Volume")
  }
}
