import Documents
import SimulatedCluster
import Testing

@Suite("Discovery") struct DiscoveryTests {
  @Test("one answer tells all resources to those who ask for it")
  func aggregated() {
    var test = TestCluster()
    let reply = test.request(
      "GET", "/apis",
      accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json")
    #expect(reply.body["kind"] == "APIGroupDiscoveryList")
    let groups = reply.items().compactMap { $0["metadata", "name"]?.stringValue }
    #expect(groups.contains("apps"))
    #expect(groups.contains("snapshot.storage.k8s.io"))
  }

  @Test("others get groups, versions and resources one by one")
  func legacy() {
    var test = TestCluster()
    #expect(test.get("/api").body["versions"] == ["v1"])
    #expect(test.get("/apis").body["kind"] == "APIGroupList")
    #expect(test.get("/apis/apps").body["preferredVersion"]?["groupVersion"] == "apps/v1")
    let resources = test.get("/api/v1").body["resources"]?.arrayValue ?? []
    let pods = resources.first { $0["name"] == "pods" }
    #expect(pods?["shortNames"] == ["po"])
    #expect(resources.contains { $0["name"] == "pods/exec" })
  }

  @Test("OpenAPI tells kubectl what it looks for: field validation, merge keys, kinds")
  func openAPI() {
    var test = TestCluster()
    let index = test.get("/openapi/v3").body["paths"]?["apis/apps/v1"]
    #expect(
      index?["serverRelativeURL"]?.stringValue?.hasPrefix("/openapi/v3/apis/apps/v1?hash=") == true)
    let apps = test.get("/openapi/v3/apis/apps/v1").body
    let patch = apps["paths"]?["/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}"]?["patch"]
    let parameters = patch?["parameters"]?.arrayValue?.compactMap { $0["name"] } ?? []
    #expect(parameters.contains("fieldValidation"))
    let schemas = apps["components"]?["schemas"]
    let containers = schemas?["io.k8s.api.core.v1.PodSpec"]?["properties"]?["containers"]
    #expect(containers?["x-kubernetes-patch-merge-key"] == "name")
    #expect(containers?["x-kubernetes-patch-strategy"] == "merge")
    let kind = schemas?["io.k8s.api.apps.v1.StatefulSet"]?["x-kubernetes-group-version-kind"]
    #expect(kind == [["group": "apps", "version": "v1", "kind": "StatefulSet"]])
  }

  @Test("every reference of every document leads to a schema of the same document")
  func references() {
    var test = TestCluster()
    for path in test.get("/openapi/v3").body["paths"]?.objectValue?.keys.sorted() ?? [] {
      let document = test.get("/openapi/v3/" + path).body
      let schemas = document["components"]?["schemas"]?.objectValue ?? [:]
      var missing: [String] = []
      func walk(_ value: JSONValue) {
        if let name = value["$ref"]?.stringValue?.split(separator: "/").last,
          schemas[String(name)] == nil
        {
          missing.append(String(name))
        }
        for child in value.objectValue.map({ Array($0.values) }) ?? value.arrayValue ?? [] {
          walk(child)
        }
      }
      walk(document)
      #expect(missing == [], "\(path)")
    }
  }

  @Test("the server is healthy and says its version")
  func version() {
    var test = TestCluster()
    #expect(test.get("/readyz").status == 200)
    #expect(test.get("/version").body["gitVersion"] == "v1.36.0+sandbox")
    #expect(test.get("/version").body["minor"] == "36")
  }
}
