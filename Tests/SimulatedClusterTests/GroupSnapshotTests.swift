import Documents
import SimulatedCluster
import Testing

@Suite("Group snapshots") struct GroupSnapshotTests {
  static let root = "/apis/groupsnapshot.storage.k8s.io/v1"
  static let groups = root + "/namespaces/shop/volumegroupsnapshots"
  static let contents = root + "/volumegroupsnapshotcontents"

  /// A namespace with the claims `a` and `b` of a group, and `c` beside them.
  private func cluster() -> TestCluster {
    var test = TestCluster()
    test.namespace("shop")
    for (name, labels) in [("a", ["cut": "x"]), ("b", ["cut": "x"]), ("c", [:])] {
      var claim = TestCluster.claim(name)
      claim.set(["metadata", "labels"], to: .object(labels.mapValues(JSONValue.string)))
      test.post(SnapshotTests.claims, claim)
    }
    test.settle()
    return test
  }

  private static func group(selecting labels: JSONValue = ["cut": "x"]) -> JSONValue {
    [
      "apiVersion": "groupsnapshot.storage.k8s.io/v1", "kind": "VolumeGroupSnapshot",
      "metadata": ["name": "all"],
      "spec": [
        "volumeGroupSnapshotClassName": "sandbox-groups",
        "source": ["selector": ["matchLabels": labels]],
      ],
    ]
  }

  @Test("a group cuts the claims that its selector finds, and no other, in one piece of work")
  func cut() {
    var test = cluster()
    test.post(Self.groups, Self.group())
    test.settle()
    let group = test.get(Self.groups + "/all").body
    #expect(group["status", "readyToUse"] == true)
    let content = test.get(Self.contents).items()[0]
    #expect(
      group["status", "boundVolumeGroupSnapshotContentName"] == content["metadata", "name"])
    #expect(content["status", "volumeSnapshotInfoList"]?.arrayValue?.count == 2)
    let snapshots = test.get(SnapshotTests.snapshots).items()
    #expect(
      snapshots.compactMap { $0["spec", "source", "persistentVolumeClaimName"]?.stringValue }
        .sorted() == ["a", "b"])
    for snapshot in snapshots {
      #expect(snapshot["status", "readyToUse"] == true)
      #expect(snapshot["status", "volumeGroupSnapshotName"] == "all")
      #expect(
        snapshot["metadata", "ownerReferences"]?.arrayValue?.first?["uid"]
          == group["metadata", "uid"])
    }
    let cuts = test.performed.filter { if case .cutGroup = $0 { true } else { false } }
    #expect(cuts.count == 1)
  }

  @Test("members go with their group, and the data with them")
  func deletion() {
    var test = cluster()
    test.post(Self.groups, Self.group())
    test.settle()
    _ = test.delete(Self.groups + "/all")
    test.settle()
    for path in [Self.groups, Self.contents, SnapshotTests.snapshots, SnapshotTests.contents] {
      #expect(test.get(path).items().isEmpty)
    }
    let deleted = test.performed.filter { if case .deleteSnapshot = $0 { true } else { false } }
    #expect(deleted.count == 2)
  }

  @Test("a cut whose group is gone before it ends leaves no data")
  func abandoned() {
    var test = cluster()
    test.holdsEffects = true
    test.post(Self.groups, Self.group())
    test.settle()
    let effects = test.cluster.takeEffects()
    _ = test.delete(Self.groups + "/all")
    test.settle()
    for effect in effects { test.cluster.finish(effect.id, with: .done(bytes: nil), at: test.now) }
    test.holdsEffects = false
    test.settle()
    let deleted = test.performed.filter { if case .deleteSnapshot = $0 { true } else { false } }
    #expect(deleted.count == 2)
    #expect(test.get(Self.groups).items().isEmpty)
  }

  @Test("a group that finds no claim says so, and cuts when one has the label")
  func empty() {
    var test = cluster()
    test.post(Self.groups, Self.group(selecting: ["cut": "late"]))
    test.settle()
    #expect(
      test.get(Self.groups + "/all").body["status", "error", "message"]
        == "the label selector of the group matches no claim")
    _ = test.merge(SnapshotTests.claims + "/c", ["metadata": ["labels": ["cut": "late"]]])
    test.settle()
    #expect(test.get(Self.groups + "/all").body["status", "readyToUse"] == true)
  }

  @Test("a restarted server goes on with the cut of a group")
  func restart() throws {
    var test = cluster()
    test.holdsEffects = true
    test.post(Self.groups, Self.group())
    test.settle()
    test.cluster = try SimulatedKubernetes(decoding: test.cluster.encodedState())
    test.holdsEffects = false
    test.settle()
    #expect(test.get(Self.groups + "/all").body["status", "readyToUse"] == true)
    #expect(test.get(SnapshotTests.snapshots).items().count == 2)
  }
}
