import Documents
import SimulatedCluster
import Testing

@Suite("Server-side apply") struct ApplyTests {
  static let path = "/api/v1/namespaces/default/configmaps/settings"

  static func settings(_ data: JSONValue) -> JSONValue { ObjectTests.map("settings", data) }

  private func managers(_ object: JSONValue) -> [String: JSONValue] {
    var managers: [String: JSONValue] = [:]
    for entry in object["metadata", "managedFields"]?.arrayValue ?? [] {
      let name = "\(entry["manager"]!.stringValue!) \(entry["operation"]!.stringValue!)"
      managers[name] = entry["fieldsV1"]
    }
    return managers
  }

  @Test("applying creates, and applying the same again changes nothing")
  func repeated() {
    var test = TestCluster()
    let first = test.apply(Self.path, Self.settings(["a": "1"]), as: "one")
    #expect(first.status == 201)
    #expect(managers(first.body) == ["one Apply": ["f:data": ["f:a": [:]]]])
    test.now = test.now + .seconds(5)
    let second = test.apply(Self.path, Self.settings(["a": "1"]), as: "one")
    #expect(second.status == 200)
    #expect(second.body == first.body)
  }

  @Test("another manager's field is a conflict that names it")
  func conflict() {
    var test = TestCluster()
    _ = test.apply(Self.path, Self.settings(["a": "1", "b": "1"]), as: "one")
    let reply = test.apply(Self.path, Self.settings(["a": "2"]), as: "two")
    #expect(reply.status == 409)
    #expect(reply.message == "Apply failed with 1 conflict: conflict with \"one\": .data.a")
    #expect(
      reply.body["details"]?["causes"] == [
        [
          "reason": "FieldManagerConflict", "message": "conflict with \"one\"", "field": ".data.a",
        ]
      ])
    let forced = test.apply(Self.path, Self.settings(["a": "2"]), as: "two", force: true)
    #expect(forced.body["data"] == ["a": "2", "b": "1"])
    #expect(
      managers(forced.body) == [
        "one Apply": ["f:data": ["f:b": [:]]], "two Apply": ["f:data": ["f:a": [:]]],
      ])
  }

  @Test("equal values are owned together, and stay until the last owner lets go")
  func shared() {
    var test = TestCluster()
    _ = test.apply(Self.path, Self.settings(["a": "1", "b": "1"]), as: "one")
    #expect(test.apply(Self.path, Self.settings(["a": "1"]), as: "two").status == 200)
    let left = test.apply(Self.path, Self.settings(["b": "1"]), as: "one")
    #expect(left.body["data"] == ["a": "1", "b": "1"])
    var nothing = Self.settings([:])
    nothing["data"] = nil
    let gone = test.apply(Self.path, nothing, as: "two")
    #expect(gone.body["data"] == ["b": "1"])
  }

  @Test("a field that is no longer applied is removed")
  func removal() {
    var test = TestCluster()
    _ = test.apply(Self.path, Self.settings(["a": "1", "b": "1"]), as: "one")
    let reply = test.apply(Self.path, Self.settings(["a": "1"]), as: "one")
    #expect(reply.body["data"] == ["a": "1"])
  }

  @Test("an update takes the fields it changes from whoever applied them")
  func update() {
    var test = TestCluster()
    _ = test.apply(Self.path, Self.settings(["a": "1", "b": "1"]), as: "one")
    let patched = test.merge(Self.path + "?fieldManager=hand", ["data": ["a": "3"]])
    #expect(
      managers(patched.body) == [
        "one Apply": ["f:data": ["f:b": [:]]], "hand Update": ["f:data": ["f:a": [:]]],
      ])
    let reply = test.apply(Self.path, Self.settings(["a": "1", "b": "1"]), as: "one")
    #expect(
      reply.message == "Apply failed with 1 conflict: conflict with \"hand\" using v1: .data.a")
  }

  @Test("containers merge by name: each manager keeps its own")
  func keyedLists() {
    var test = TestCluster()
    let path = "/apis/apps/v1/namespaces/default/deployments/web"
    let main = TestCluster.workload("Deployment", "web")
    _ = test.apply(path, main, as: "one")
    let sidecar: JSONValue = [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
      "spec": [
        "selector": ["matchLabels": ["app": "web"]],
        "template": ["spec": ["containers": [["name": "log", "image": "log:1"]]]],
      ],
    ]
    let both = test.apply(path, sidecar, as: "two")
    #expect(both.status == 200)
    func names(_ object: JSONValue) -> [JSONValue] {
      object["spec", "template"]?["spec"]?["containers"]?.arrayValue?.compactMap { $0["name"] }
        ?? []
    }
    #expect(names(both.body) == ["main", "log"])
    let again = test.apply(path, main, as: "one")
    #expect(names(again.body).count == 2)
    var without = sidecar
    without["spec", "template"] = nil
    let one = test.apply(path, without, as: "two")
    #expect(names(one.body) == ["main"])
  }

  @Test("what controllers change is theirs, so that applying it is a conflict")
  func controllers() {
    var test = TestCluster()
    test.namespace("shop")
    let path = VolumeTests.claims + "/data"
    _ = test.apply(path, TestCluster.claim("data"), as: "one")
    test.settle()
    var claim = TestCluster.claim("data")
    claim["spec", "volumeName"] = "other"
    let reply = test.apply(path, claim, as: "one")
    #expect(reply.status == 409)
    #expect(reply.message.contains("\"kube-controller-manager\" using v1: .spec.volumeName"))
  }

  @Test("custom resources apply too, and keep what their schema calls one value whole")
  func customResources() {
    var test = TestCluster()
    test.namespace("shop")
    let path = SnapshotTests.snapshots + "/nightly"
    var snapshot = TestCluster.snapshot("nightly", of: "data")
    snapshot["metadata", "labels"] = ["run": "1"]
    let made = test.apply(path, snapshot, as: "oadp-plan")
    #expect(made.status == 201)
    snapshot["metadata", "labels"] = ["run": "2"]
    let reply = test.apply(path, snapshot, as: "other")
    #expect(
      reply.message
        == "Apply failed with 1 conflict: conflict with \"oadp-plan\": .metadata.labels.run")
  }

  @Test("applying needs a manager and the right name")
  func refusals() {
    var test = TestCluster()
    let type = "application/apply-patch+yaml"
    #expect(test.request("PATCH", Self.path, Self.settings([:]), type: type).status == 400)
    #expect(test.apply(Self.path, ObjectTests.map("other"), as: "one").status == 400)
  }
}
