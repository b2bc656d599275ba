import Documents
import SimulatedCluster
import Testing

@Suite("Ownership") struct OwnershipTests {
  static let maps = ObjectTests.maps

  private func family() -> TestCluster {
    var test = TestCluster()
    let owner = test.post(Self.maps, ObjectTests.map("owner")).body
    var child = ObjectTests.map("child")
    child["metadata", "ownerReferences"] = [
      [
        "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata", "uid"]!,
        "blockOwnerDeletion": true,
      ]
    ]
    test.post(Self.maps, child)
    test.settle()
    return test
  }

  private func names(_ test: inout TestCluster) -> [JSONValue] {
    test.get(Self.maps).items().compactMap { $0["metadata", "name"] }
  }

  @Test("what an owner leaves behind is collected")
  func background() {
    var test = family()
    _ = test.delete(Self.maps + "/owner")
    #expect(names(&test) == ["child"])
    test.settle()
    #expect(names(&test) == [])
  }

  @Test("in the foreground an owner waits for its dependents")
  func foreground() {
    var test = family()
    _ = test.merge(Self.maps + "/child", ["metadata": ["finalizers": ["a.b/c"]]])
    _ = test.delete(Self.maps + "/owner", ["propagationPolicy": "Foreground"])
    test.settle()
    #expect(names(&test) == ["child", "owner"])
    _ = test.merge(Self.maps + "/child", ["metadata": ["finalizers": nil]])
    test.settle()
    #expect(names(&test) == [])
  }

  @Test("orphans stay and forget their owner")
  func orphan() {
    var test = family()
    _ = test.delete(Self.maps + "/owner", ["propagationPolicy": "Orphan"])
    test.settle()
    #expect(names(&test) == ["child"])
    #expect(test.get(Self.maps + "/child").body["metadata", "ownerReferences"] == nil)
  }

  @Test("an object whose owner never was is collected")
  func dangling() {
    var test = TestCluster()
    var child = ObjectTests.map("child")
    child["metadata", "ownerReferences"] = [
      ["apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "nobody"]
    ]
    test.post(Self.maps, child)
    test.settle()
    #expect(names(&test) == [])
  }

  @Test("a namespace in deletion takes nothing new and says what it waits for")
  func terminating() {
    var test = TestCluster()
    test.namespace("shop")
    var map = ObjectTests.map("held")
    map["metadata", "finalizers"] = ["a.b/c"]
    test.post("/api/v1/namespaces/shop/configmaps", map)
    _ = test.delete("/api/v1/namespaces/shop")
    test.settle()
    let namespace = test.get("/api/v1/namespaces/shop").body
    #expect(namespace["status", "phase"] == "Terminating")
    let remaining = namespace["status", "conditions"]?.arrayValue?.first {
      $0["type"] == "NamespaceFinalizersRemaining"
    }
    #expect(
      remaining?["message"]
        == "Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances")
    let refused = test.post("/api/v1/namespaces/shop/configmaps", ObjectTests.map("late"))
    #expect(refused.status == 403)
    #expect(
      refused.message
        == "configmaps \"late\" is forbidden: unable to create new content in namespace shop "
        + "because it is being terminated")
    _ = test.merge(
      "/api/v1/namespaces/shop/configmaps/held", ["metadata": ["finalizers": nil]])
    test.settle()
    #expect(test.get("/api/v1/namespaces/shop").status == 404)
  }
}
