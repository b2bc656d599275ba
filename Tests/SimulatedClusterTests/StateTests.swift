import Documents
import SimulatedCluster
import Testing

@Suite("State") struct StateTests {
  private func busyCluster(seed: UInt64 = 7) -> TestCluster {
    var test = TestCluster(Configuration(seed: seed))
    test.namespace("shop")
    test.post(VolumeTests.claims, TestCluster.claim("data"))
    test.post(WorkloadTests.pods, TestCluster.pod("app", claim: "data"))
    test.post(SnapshotTests.snapshots, TestCluster.snapshot("nightly", of: "data"))
    test.post(CustomResourceTests.definitions, CustomResourceTests.definition)
    test.settle()
    test.pass(.seconds(1))
    return test
  }

  @Test("equal inputs give equal states")
  func determinism() {
    let first = CanonicalJSON.string(busyCluster().cluster.encodedState())
    #expect(CanonicalJSON.string(busyCluster().cluster.encodedState()) == first)
    #expect(CanonicalJSON.string(busyCluster(seed: 8).cluster.encodedState()) != first)
  }

  @Test("a restarted cluster is the same cluster and rests where it rested")
  func restart() throws {
    var test = busyCluster()
    let before = test.cluster.encodedState()
    test.cluster = try SimulatedKubernetes(decoding: before)
    test.settle()
    #expect(test.cluster.encodedState() == before)
    test.post(
      CustomResourceTests.backups, CustomResourceTests.backup(["volume": "data"]))
    #expect(test.get(CustomResourceTests.backups + "/b").status == 200)
    _ = test.delete(SnapshotTests.snapshots + "/nightly")
    test.settle()
    guard case .deleteSnapshot? = test.performed.last else {
      Issue.record("the physical snapshot was forgotten")
      return
    }
  }

  @Test("a state that is none is refused", arguments: [JSONValue.null, [:], ["format": 2]])
  func refused(state: JSONValue) {
    #expect(throws: SimulatedKubernetes.DecodingFailure.self) {
      try SimulatedKubernetes(decoding: state)
    }
  }

  @Test("a cluster at rest asks to be called again only for what time changes")
  func timers() {
    var test = TestCluster()
    #expect(test.cluster.reconcile(at: test.now) == nil)
    test.namespace("shop")
    test.post(WorkloadTests.jobs, WorkloadTests.job("copy", ["activeDeadlineSeconds": 600]))
    test.settle()
    #expect(test.cluster.reconcile(at: test.now) == test.now + .seconds(600))
  }

  @Test("equal events are counted, and go an hour after the last")
  func events() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(WorkloadTests.pods, TestCluster.pod("app"))
    let pod = test.get(WorkloadTests.pods + "/app").body
    for _ in 0..<3 {
      test.cluster.recordEvent(
        about: pod, type: "Warning", reason: "BackOff", message: "Back-off", component: "kubelet",
        at: test.now)
    }
    let path = "/api/v1/namespaces/shop/events?fieldSelector=reason=BackOff"
    #expect(test.get(path).items().map { $0["count"] } == [3])
    test.pass(.seconds(3599))
    #expect(test.get(path).items().count == 1)
    test.pass(.seconds(1))
    #expect(test.get(path).items().count == 0)
  }
}
