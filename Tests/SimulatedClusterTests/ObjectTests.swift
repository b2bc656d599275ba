import Documents
import SimulatedCluster
import Testing

@Suite("Objects") struct ObjectTests {
  static let maps = "/api/v1/namespaces/default/configmaps"

  static func map(_ name: String, _ data: JSONValue = [:], labels: JSONValue? = nil) -> JSONValue {
    var metadata: JSONValue = ["name": .string(name)]
    metadata["labels"] = labels
    return ["apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data]
  }

  @Test("a created object has an identity, a revision and a time")
  func creation() {
    var test = TestCluster()
    let reply = test.post(Self.maps, Self.map("a", ["x": "1"]))
    #expect(reply.status == 201)
    #expect(reply.body["metadata", "creationTimestamp"] == "2026-11-22T02:00:00Z")
    #expect(reply.body["metadata", "uid"]?.stringValue?.count == 36)
    #expect(reply.body["data"] == ["x": "1"])
    #expect(test.get(Self.maps + "/a").body == reply.body)
  }

  @Test("a generated name gets five characters after its prefix")
  func generatedName() {
    var test = TestCluster()
    var object = Self.map("")
    object["metadata"] = ["generateName": "run-"]
    let name = test.post(Self.maps, object).body["metadata", "name"]?.stringValue ?? ""
    #expect(name.hasPrefix("run-"))
    #expect(name.count == 9)
  }

  @Test("a dry run answers like the real thing and leaves nothing")
  func dryRun() {
    var test = TestCluster()
    #expect(test.post(Self.maps + "?dryRun=All", Self.map("a")).status == 201)
    #expect(test.get(Self.maps + "/a").status == 404)
  }

  @Test("a stale revision is a conflict in the API's own words")
  func conflict() {
    var test = TestCluster()
    let old = test.post(Self.maps, Self.map("a")).body
    _ = test.merge(Self.maps + "/a", ["data": ["x": "1"]])
    let reply = test.request("PUT", Self.maps + "/a", old)
    #expect(reply.status == 409)
    #expect(reply.reason == "Conflict")
    #expect(
      reply.message
        == "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; "
        + "please apply your changes to the latest version and try again")
  }

  @Test("what is missing, there already or nowhere is said as Kubernetes says it")
  func refusals() {
    var test = TestCluster()
    test.post(Self.maps, Self.map("a"))
    let again = test.post(Self.maps, Self.map("a"))
    #expect(again.status == 409)
    #expect(again.message == "configmaps \"a\" already exists")
    #expect(again.body["details"] == ["name": "a", "kind": "configmaps"])
    let missing = test.get("/apis/apps/v1/namespaces/default/statefulsets/db")
    #expect(missing.status == 404)
    #expect(missing.message == "statefulsets.apps \"db\" not found")
    let nowhere = test.post("/api/v1/namespaces/none/configmaps", Self.map("a"))
    #expect(nowhere.status == 404)
    #expect(nowhere.message == "namespaces \"none\" not found")
    #expect(test.get("/apis/nothing.io/v1/things").status == 404)
  }

  @Test("an unknown field is refused, warned of or dropped, as the client asks")
  func fieldValidation() {
    var test = TestCluster()
    var pod = TestCluster.pod("app")
    pod["spec", "containerz"] = []
    let pods = "/api/v1/namespaces/default/pods"
    let strict = test.post(pods + "?fieldValidation=Strict", pod)
    #expect(strict.status == 400)
    #expect(
      strict.message
        == "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown "
        + "field \"spec.containerz\"")
    let warned = test.post(pods + "?fieldValidation=Warn&dryRun=All", pod)
    #expect(warned.status == 201)
    #expect(warned.warnings == ["unknown field \"spec.containerz\""])
    let dropped = test.post(pods + "?fieldValidation=Ignore", pod)
    #expect(dropped.warnings == [])
    #expect(dropped.body["spec", "containerz"] == nil)
  }

  @Test("a value of the wrong type is a bad request that names the field")
  func wrongType() {
    var test = TestCluster()
    var set = TestCluster.workload("StatefulSet", "db")
    set["spec", "replicas"] = "two"
    let reply = test.post("/apis/apps/v1/namespaces/default/statefulsets", set)
    #expect(reply.status == 400)
    #expect(
      reply.message
        == "StatefulSet in version \"v1\" cannot be handled as a StatefulSet: json: cannot "
        + "unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32")
  }

  @Test("an invalid object lists every cause")
  func invalid() {
    var test = TestCluster()
    let reply = test.post(
      "/api/v1/namespaces/default/pods",
      [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "Bad_Name"],
        "spec": ["containers": [["name": "main"]]],
      ])
    #expect(reply.status == 422)
    #expect(reply.reason == "Invalid")
    let fields = reply.body["details"]?["causes"]?.arrayValue?.map { $0["field"] }
    #expect(fields == ["metadata.name", "spec.containers[0].image"])
  }

  @Test("what may not change is refused")
  func immutable() {
    var test = TestCluster()
    let path = "/apis/apps/v1/namespaces/default/deployments"
    test.post(path, TestCluster.workload("Deployment", "web"))
    let selector = test.merge(
      path + "/web",
      [
        "spec": [
          "selector": ["matchLabels": ["app": "other"]],
          "template": ["metadata": ["labels": ["app": "other"]]],
        ]
      ])
    #expect(selector.status == 422)
    #expect(selector.message.contains("spec.selector: Invalid value"))
    #expect(selector.message.hasSuffix("field is immutable"))
    test.post(
      "/api/v1/namespaces/default/persistentvolumeclaims", TestCluster.claim("data"))
    let claim = test.merge(
      "/api/v1/namespaces/default/persistentvolumeclaims/data",
      ["spec": ["accessModes": ["ReadWriteMany"]]])
    #expect(claim.status == 422)
    #expect(claim.message.contains("spec: Forbidden: spec is immutable after creation"))
  }

  @Test("status and the rest change through their own doors; only the rest counts generations")
  func statusSubresource() {
    var test = TestCluster()
    let path = "/apis/apps/v1/namespaces/default/deployments/web"
    test.post(
      "/apis/apps/v1/namespaces/default/deployments", TestCluster.workload("Deployment", "web"))
    let main = test.merge(path, ["status": ["replicas": 7], "spec": ["replicas": 3]]).body
    #expect(main["status", "replicas"] == 0)
    #expect(main["metadata", "generation"] == 2)
    let status = test.merge(
      path + "/status", ["status": ["replicas": 7], "spec": ["replicas": 9]]
    ).body
    #expect(status["status", "replicas"] == 7)
    #expect(status["spec", "replicas"] == 3)
    #expect(status["metadata", "generation"] == 2)
  }

  @Test("a change that changes nothing takes no revision")
  func noChange() {
    var test = TestCluster()
    let first = test.post(Self.maps, Self.map("a", ["x": "1"])).body
    let second = test.merge(Self.maps + "/a", ["data": ["x": "1"]]).body
    #expect(second["metadata", "resourceVersion"] == first["metadata", "resourceVersion"])
  }

  @Test("finalizers hold an object until the last one is taken away")
  func finalizers() {
    var test = TestCluster()
    var object = Self.map("a")
    object["metadata", "finalizers"] = ["a.b/c"]
    test.post(Self.maps, object)
    let marked = test.delete(Self.maps + "/a")
    #expect(marked.status == 200)
    #expect(marked.body["metadata", "deletionTimestamp"] == "2026-11-22T02:00:00Z")
    let added = test.merge(
      Self.maps + "/a", ["metadata": ["finalizers": ["a.b/c", "d.e/f"]]]
    ).body
    #expect(added["metadata", "finalizers"] == ["a.b/c"])
    _ = test.merge(Self.maps + "/a", ["metadata": ["finalizers": nil]])
    #expect(test.get(Self.maps + "/a").status == 404)
  }

  @Test("a precondition on the identity protects a namesake")
  func preconditions() {
    var test = TestCluster()
    test.post(Self.maps, Self.map("a"))
    let reply = test.delete(
      Self.maps + "/a", ["kind": "DeleteOptions", "preconditions": ["uid": "someone-else"]])
    #expect(reply.status == 409)
    #expect(test.get(Self.maps + "/a").status == 200)
  }

  @Test("lists come in pages of the size asked for, each object once")
  func pages() {
    var test = TestCluster()
    for index in 0..<5 { test.post(Self.maps, Self.map("m\(index)")) }
    var names: [String] = []
    var path = Self.maps + "?limit=2"
    for _ in 0..<5 {
      let reply = test.get(path)
      names += reply.items().compactMap { $0["metadata", "name"]?.stringValue }
      guard let next = reply.body["metadata", "continue"]?.stringValue else { break }
      path = Self.maps + "?limit=2&continue=\(next)"
    }
    #expect(names == ["m0", "m1", "m2", "m3", "m4"])
  }

  @Test(
    "label selectors choose",
    arguments: [
      ("app=shop", ["a", "b"]), ("app!=shop", ["c", "d"]), ("tier in (db,cache)", ["b", "c"]),
      ("app,tier notin (db)", ["a", "c"]), ("!app", ["d"]), ("app==shop,tier=db", ["b"]),
    ])
  func labelSelectors(selector: String, expected: [String]) {
    var test = TestCluster()
    test.post(Self.maps, Self.map("a", labels: ["app": "shop"]))
    test.post(Self.maps, Self.map("b", labels: ["app": "shop", "tier": "db"]))
    test.post(Self.maps, Self.map("c", labels: ["app": "other", "tier": "cache"]))
    test.post(Self.maps, Self.map("d"))
    let names = test.get(Self.maps + "?labelSelector=" + selector).items().compactMap {
      $0["metadata", "name"]?.stringValue
    }
    #expect(names == expected)
  }

  @Test("only known fields can be selected by")
  func fieldSelectors() {
    var test = TestCluster()
    test.post(Self.maps, Self.map("a"))
    test.post(Self.maps, Self.map("b"))
    #expect(test.get(Self.maps + "?fieldSelector=metadata.name=b").items().count == 1)
    #expect(test.get(Self.maps + "?fieldSelector=data.x=b").status == 400)
  }

  @Test("a collection is deleted by selector")
  func deleteCollection() {
    var test = TestCluster()
    test.post(Self.maps, Self.map("a", labels: ["run": "1"]))
    test.post(Self.maps, Self.map("b", labels: ["run": "2"]))
    _ = test.delete(Self.maps + "?labelSelector=run=1")
    #expect(test.get(Self.maps).items().compactMap { $0["metadata", "name"] } == ["b"])
  }

  @Test("a table has the columns people know")
  func table() {
    var test = TestCluster()
    test.post(
      "/api/v1/namespaces/default/persistentvolumeclaims", TestCluster.claim("data"))
    test.settle()
    let reply = test.request(
      "GET", "/api/v1/namespaces/default/persistentvolumeclaims",
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
    let columns = reply.body["columnDefinitions"]?.arrayValue?.compactMap { $0["name"] }
    #expect(
      columns == [
        "Name", "Status", "Volume", "Capacity", "Access Modes", "StorageClass",
        "VolumeAttributesClass", "Age", "VolumeMode",
      ])
    let cells = reply.body["rows"]?[0]?["cells"]?.arrayValue ?? []
    #expect(cells[1] == "Bound")
    #expect(cells[4] == "RWO")
    #expect(reply.body["rows"]?[0]?["object"]?["kind"] == "PartialObjectMetadata")
  }

  @Test("secrets given as text are kept encoded")
  func stringData() {
    var test = TestCluster()
    let reply = test.post(
      "/api/v1/namespaces/default/secrets",
      [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"],
        "stringData": ["password": "hunter2"],
      ])
    #expect(reply.body["data"] == ["password": "aHVudGVyMg=="])
    #expect(reply.body["stringData"] == nil)
    #expect(reply.body["type"] == "Opaque")
  }

  @Test(
    "no request makes the API stumble",
    arguments: [
      ("GET", "/"), ("GET", "/api/v1/namespaces/default/pods/x/y/z/%2f"), ("POST", "/api/v1"),
      ("PATCH", "/apis/apps/v1/namespaces//statefulsets/x"), ("DELETE", "/api/v1/namespaces"),
      ("PUT", "/api/v1/namespaces/default"), ("GET", "/openapi/v3/apis/none/v1"),
      ("GET", "/api/v1/pods?limit=-3&continue=//"), ("GET", "/api/v1/pods?resourceVersion=x"),
    ])
  func strange(method: String, path: String) {
    var test = TestCluster()
    let reply = test.request(method, path, method == "GET" ? nil : ["kind": 3, "metadata": []])
    #expect((200..<600).contains(reply.status))
  }
}
