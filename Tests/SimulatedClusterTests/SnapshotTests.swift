import Documents
import SimulatedCluster
import Testing

@Suite("Snapshots") struct SnapshotTests {
  static let group = "/apis/snapshot.storage.k8s.io/v1"
  static let snapshots = group + "/namespaces/shop/volumesnapshots"
  static let contents = group + "/volumesnapshotcontents"
  static let claims = VolumeTests.claims

  private func clusterWithSnapshot() -> TestCluster {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    test.post(Self.snapshots, TestCluster.snapshot("nightly", of: "data"))
    test.settle()
    return test
  }

  @Test("a snapshot of a claim becomes ready, bound both ways, with the time of its cut")
  func dynamic() {
    var test = clusterWithSnapshot()
    let snapshot = test.get(Self.snapshots + "/nightly").body
    #expect(snapshot["status", "readyToUse"] == true)
    #expect(snapshot["status", "creationTime"] == "2026-11-22T02:00:00Z")
    #expect(snapshot["status", "restoreSize"] == "1Gi")
    #expect(snapshot["spec", "volumeSnapshotClassName"] == "sandbox-snapshots")
    let uid = snapshot["metadata", "uid"]!.stringValue!
    let content = test.get(Self.contents + "/snapcontent-" + uid).body
    #expect(content["spec", "volumeSnapshotRef"]?["uid"] == .string(uid))
    #expect(content["status", "snapshotHandle"] == .string("snapshot-" + uid))
    #expect(content["status", "creationTime"] == 1_795_312_800_000_000_000)
    #expect(
      snapshot["status", "boundVolumeSnapshotContentName"] == content["metadata", "name"])
  }

  @Test("deleting a snapshot deletes its content and the data, where the class says so")
  func deletion() {
    var test = clusterWithSnapshot()
    _ = test.delete(Self.snapshots + "/nightly")
    test.settle()
    #expect(test.get(Self.snapshots).items().isEmpty)
    #expect(test.get(Self.contents).items().isEmpty)
    guard case .deleteSnapshot? = test.performed.last else {
      Issue.record("no snapshot was deleted")
      return
    }
  }

  @Test("a content that retains outlives its snapshot, and another namespace can adopt its handle")
  func handover() {
    var test = clusterWithSnapshot()
    let content = test.get(Self.contents).items()[0]
    let path = Self.contents + "/" + content["metadata", "name"]!.stringValue!
    _ = test.merge(path, ["spec": ["deletionPolicy": "Retain"]])
    _ = test.delete(Self.snapshots + "/nightly")
    test.settle()
    #expect(test.get(Self.snapshots).items().isEmpty)
    #expect(test.get(path).status == 200)
    test.namespace("mover")
    test.post(
      Self.contents,
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
        "metadata": ["name": "copy"],
        "spec": [
          "driver": "csi.sandbox.oadp-plan.dev", "deletionPolicy": "Delete",
          "source": ["snapshotHandle": content["status", "snapshotHandle"]!],
          "volumeSnapshotRef": ["namespace": "mover", "name": "copy"],
        ],
      ])
    test.post(
      Self.group + "/namespaces/mover/volumesnapshots",
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
        "metadata": ["name": "copy"], "spec": ["source": ["volumeSnapshotContentName": "copy"]],
      ])
    test.settle()
    let copy = test.get(Self.group + "/namespaces/mover/volumesnapshots/copy").body
    #expect(copy["status", "readyToUse"] == true)
    #expect(copy["status", "restoreSize"] == "1Gi")
    test.post(
      "/api/v1/namespaces/mover/persistentvolumeclaims",
      TestCluster.claim(
        "copy",
        from: ["apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "copy"]))
    test.settle()
    let claim = test.get("/api/v1/namespaces/mover/persistentvolumeclaims/copy").body
    #expect(claim["status", "phase"] == "Bound")
    _ = test.delete(path)
    test.settle()
    #expect(test.get(path).status == 404)
    #expect(!test.performed.contains { if case .deleteSnapshot = $0 { true } else { false } })
  }

  @Test("a claim made from a snapshot is filled from its handle")
  func restore() {
    var test = clusterWithSnapshot()
    test.post(
      Self.claims,
      TestCluster.claim(
        "restored",
        from: [
          "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "nightly",
        ]))
    test.settle()
    let uid = test.get(Self.snapshots + "/nightly").body["metadata", "uid"]!.stringValue!
    guard case .createVolume(_, _, _, let source)? = test.performed.last else {
      Issue.record("no volume was made")
      return
    }
    #expect(source == .snapshot("snapshot-" + uid))
  }

  @Test("a claim smaller than its snapshot stays pending and says why")
  func tooSmall() {
    var test = clusterWithSnapshot()
    test.post(
      Self.claims,
      TestCluster.claim(
        "restored", size: "1Mi",
        from: [
          "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "nightly",
        ]))
    test.settle()
    #expect(test.get(Self.claims + "/restored").body["status", "phase"] == "Pending")
    let messages = test.get("/api/v1/namespaces/shop/events").items()
      .compactMap { $0["message"]?.stringValue }
    #expect(messages.contains { $0.contains("requested volume size 1048576 is less than") })
  }

  @Test("a snapshot of a missing claim says so and heals when the claim appears")
  func missingClaim() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.snapshots, TestCluster.snapshot("nightly", of: "data"))
    test.settle()
    let failed = test.get(Self.snapshots + "/nightly").body
    #expect(failed["status", "readyToUse"] == false)
    #expect(failed["status", "error"]?["message"]?.stringValue?.contains("data") == true)
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let ready = test.get(Self.snapshots + "/nightly").body
    #expect(ready["status", "readyToUse"] == true)
    #expect(ready["status", "error"] == nil)
  }

  @Test("the time of a cut is the time its effect finished")
  func timeOfCut() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    test.holdsEffects = true
    test.post(Self.snapshots, TestCluster.snapshot("nightly", of: "data"))
    test.settle()
    let cut = test.cluster.takeEffects()
    #expect(test.get(Self.snapshots + "/nightly").body["status", "readyToUse"] == false)
    #expect(
      test.get(Self.claims + "/data").body["metadata", "finalizers"]
        == [
          "kubernetes.io/pvc-protection",
          "snapshot.storage.kubernetes.io/pvc-as-source-protection",
        ])
    test.now = test.now + .seconds(7)
    test.cluster.finish(cut[0].id, with: .done(bytes: 4096), at: test.now)
    test.settle()
    let snapshot = test.get(Self.snapshots + "/nightly").body
    #expect(snapshot["status", "creationTime"] == "2026-11-22T02:00:07Z")
    #expect(snapshot["status", "restoreSize"] == "1Gi")
    #expect(
      test.get(Self.claims + "/data").body["metadata", "finalizers"]
        == ["kubernetes.io/pvc-protection"])
  }

  @Test("a source says either a claim or a content, never both or neither")
  func oneSource() {
    var test = TestCluster()
    test.namespace("shop")
    let reply = test.post(
      Self.snapshots,
      [
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
        "metadata": ["name": "bad"], "spec": ["source": [:]],
      ])
    #expect(reply.status == 422)
    #expect(
      reply.message
        == "VolumeSnapshot.snapshot.storage.k8s.io \"bad\" is invalid: spec.source: "
        + "Invalid value: \"object\": exactly one of volumeSnapshotContentName and "
        + "persistentVolumeClaimName must be set")
  }

  @Test("a namespace takes its claims, snapshots and their data along")
  func namespaceDeletion() {
    var test = clusterWithSnapshot()
    test.post(
      "/api/v1/namespaces/shop/pods", TestCluster.pod("app", claim: "data"))
    test.settle()
    _ = test.delete("/api/v1/namespaces/shop")
    test.settle()
    #expect(test.get("/api/v1/namespaces/shop").status == 404)
    #expect(test.get("/api/v1/persistentvolumes").items().isEmpty)
    #expect(test.get(Self.contents).items().isEmpty)
    #expect(test.get("/api/v1/events").items().allSatisfy { $0["metadata", "namespace"] != "shop" })
  }
}
