import Documents
import SimulatedCluster
import Testing

@Suite("Volumes") struct VolumeTests {
  static let claims = "/api/v1/namespaces/shop/persistentvolumeclaims"

  @Test("a claim of the default class is provisioned and bound both ways at once")
  func immediate() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let claim = test.get(Self.claims + "/data").body
    #expect(claim["status", "phase"] == "Bound")
    #expect(claim["spec", "storageClassName"] == "sandbox-ssd")
    let volume = test.get(
      "/api/v1/persistentvolumes/\(claim["spec", "volumeName"]?.stringValue ?? "")"
    ).body
    #expect(volume["status", "phase"] == "Bound")
    #expect(volume["spec", "claimRef"]?["uid"] == claim["metadata", "uid"])
    #expect(volume["spec", "csi"]?["driver"] == "csi.sandbox.oadp-plan.dev")
  }

  @Test("a claim that waits for its consumer is bound when a pod uses it")
  func late() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data", class: "sandbox-late"))
    test.settle()
    #expect(test.get(Self.claims + "/data").body["status", "phase"] == "Pending")
    test.post("/api/v1/namespaces/shop/pods", TestCluster.pod("app", claim: "data"))
    test.settle()
    #expect(test.get(Self.claims + "/data").body["status", "phase"] == "Bound")
    let pod = test.get("/api/v1/namespaces/shop/pods/app").body
    #expect(pod["spec", "nodeName"] == "sandbox-node")
  }

  @Test("a claim is not deleted while a pod uses it")
  func claimProtection() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data"))
    test.post("/api/v1/namespaces/shop/pods", TestCluster.pod("app", claim: "data"))
    test.settle()
    _ = test.delete(Self.claims + "/data")
    test.settle()
    #expect(test.get(Self.claims + "/data").body["metadata", "deletionTimestamp"] != nil)
    _ = test.delete("/api/v1/namespaces/shop/pods/app")
    test.settle()
    #expect(test.get(Self.claims + "/data").status == 404)
  }

  @Test("deleting a claim deletes its volume where the class says so")
  func reclaim() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let uid = test.get(Self.claims + "/data").body["metadata", "uid"]!.stringValue!
    _ = test.delete(Self.claims + "/data")
    test.settle()
    #expect(test.get("/api/v1/persistentvolumes").items().isEmpty)
    guard case .deleteVolume(_, let handle)? = test.performed.last else {
      Issue.record("no volume was deleted")
      return
    }
    #expect(handle == "pvc-" + uid)
  }

  @Test("a released volume is free again once its claim's identity is removed")
  func retained() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let name = test.get(Self.claims + "/data").body["spec", "volumeName"]!.stringValue!
    let path = "/api/v1/persistentvolumes/" + name
    _ = test.merge(path, ["spec": ["persistentVolumeReclaimPolicy": "Retain"]])
    _ = test.delete(Self.claims + "/data")
    test.settle()
    #expect(test.get(path).body["status", "phase"] == "Released")
    _ = test.merge(path, ["spec": ["claimRef": ["uid": nil, "resourceVersion": nil]]])
    test.settle()
    #expect(test.get(path).body["status", "phase"] == "Available")
    var claim = TestCluster.claim("data")
    claim["spec", "volumeName"] = .string(name)
    test.post(Self.claims, claim)
    test.settle()
    #expect(test.get(Self.claims + "/data").body["status", "phase"] == "Bound")
    #expect(test.get(path).body["status", "phase"] == "Bound")
  }

  @Test("a pod whose claim is missing stays pending and says why")
  func missingClaim() {
    var test = TestCluster()
    test.namespace("shop")
    test.post("/api/v1/namespaces/shop/pods", TestCluster.pod("app", claim: "nothing"))
    test.settle()
    let pod = test.get("/api/v1/namespaces/shop/pods/app").body
    #expect(pod["status", "phase"] == "Pending")
    let events = test.get(
      "/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=app,reason=FailedScheduling"
    ).items()
    #expect(
      events.first?["message"]?.stringValue?.hasPrefix(
        "0/1 nodes are available: persistentvolumeclaim \"nothing\" not found") == true)
  }

  @Test("a volume that was made for a claim which is gone is taken back")
  func abandoned() {
    var test = TestCluster()
    test.namespace("shop")
    test.holdsEffects = true
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let effects = test.cluster.takeEffects()
    #expect(effects.count == 1)
    _ = test.delete(Self.claims + "/data")
    test.settle()
    test.cluster.finish(effects[0].id, with: .done(bytes: nil), at: test.now)
    test.settle()
    guard case .deleteVolume(_, let handle)? = test.cluster.takeEffects().first,
      case .createVolume(_, let made, _, _) = effects[0]
    else {
      Issue.record("the volume was left behind")
      return
    }
    #expect(handle == made)
  }

  @Test("a failure in passing is tried again, and told")
  func retry() {
    var test = TestCluster()
    test.namespace("shop")
    test.holdsEffects = true
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let first = test.cluster.takeEffects()[0]
    test.cluster.finish(
      first.id, with: .failed(message: "no space left", isFinal: false), at: test.now)
    test.settle()
    #expect(test.cluster.takeEffects().isEmpty)
    let events = test.get("/api/v1/namespaces/shop/events").items()
    #expect(
      events.contains {
        $0["message"]?.stringValue?.hasSuffix("\"sandbox-ssd\": no space left") == true
      })
    test.pass(.seconds(2))
    #expect(test.cluster.takeEffects() == [first])
  }

  @Test("effects in flight are issued again after a restart")
  func restart() throws {
    var test = TestCluster()
    test.namespace("shop")
    test.holdsEffects = true
    test.post(Self.claims, TestCluster.claim("data"))
    test.settle()
    let before = test.cluster.takeEffects()
    test.cluster = try SimulatedKubernetes(decoding: test.cluster.encodedState())
    test.settle()
    #expect(test.cluster.takeEffects() == before)
  }
}
