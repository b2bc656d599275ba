import Documents
import SimulatedCluster
import Testing

@Suite("Watches") struct WatchTests {
  static let maps = ObjectTests.maps

  @Test("a watch from a revision tells every change after it, once")
  func fromRevision() {
    var test = TestCluster()
    test.post(Self.maps, ObjectTests.map("before"))
    let revision = test.get(Self.maps).body["metadata", "resourceVersion"]!.stringValue!
    var cursor = test.watch(Self.maps + "?watch=1&resourceVersion=\(revision)")!
    #expect(test.events(&cursor) == [])
    test.post(Self.maps, ObjectTests.map("a"))
    _ = test.merge(Self.maps + "/a", ["data": ["x": "1"]])
    _ = test.delete(Self.maps + "/a")
    #expect(test.events(&cursor) == ["ADDED a", "MODIFIED a", "DELETED a"])
    #expect(test.events(&cursor) == [])
  }

  @Test("a watch without a revision begins with what is there")
  func initial() {
    var test = TestCluster()
    test.post(Self.maps, ObjectTests.map("a"))
    var cursor = test.watch(Self.maps + "?watch=1")!
    #expect(test.events(&cursor) == ["ADDED a"])
  }

  @Test("the end of the initial state is marked where a client asks for it")
  func initialEvents() {
    var test = TestCluster()
    test.post(Self.maps, ObjectTests.map("a"))
    var cursor = test.watch(
      Self.maps + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
        + "&resourceVersionMatch=NotOlderThan")!
    #expect(test.events(&cursor) == ["ADDED a", "BOOKMARK "])
  }

  @Test("an object that comes into or falls out of a selector is added or deleted")
  func selectors() {
    var test = TestCluster()
    test.post(Self.maps, ObjectTests.map("a"))
    var cursor = test.watch(Self.maps + "?watch=1&labelSelector=run=1")!
    #expect(test.events(&cursor) == [])
    _ = test.merge(Self.maps + "/a", ["metadata": ["labels": ["run": "1"]]])
    #expect(test.events(&cursor) == ["ADDED a"])
    _ = test.merge(Self.maps + "/a", ["metadata": ["labels": ["run": "2"]]])
    #expect(test.events(&cursor) == ["DELETED a"])
  }

  @Test("a watch of one namespace hears nothing of another")
  func namespaces() {
    var test = TestCluster()
    test.namespace("shop")
    var cursor = test.watch(Self.maps + "?watch=1&fieldSelector=metadata.name=a")!
    test.post("/api/v1/namespaces/shop/configmaps", ObjectTests.map("a"))
    #expect(test.events(&cursor) == [])
    test.post(Self.maps, ObjectTests.map("b"))
    #expect(test.events(&cursor) == [])
    test.post(Self.maps, ObjectTests.map("a"))
    #expect(test.events(&cursor) == ["ADDED a"])
  }

  @Test("a watch ends at its deadline, with a bookmark for those who want one")
  func deadline() {
    var test = TestCluster()
    var cursor = test.watch(Self.maps + "?watch=1&timeoutSeconds=5&allowWatchBookmarks=true")!
    #expect(cursor.deadline == test.now + .seconds(5))
    #expect(!test.cluster.events(for: &cursor, at: test.now).isFinished)
    test.now = test.now + .seconds(5)
    let last = test.cluster.events(for: &cursor, at: test.now)
    #expect(last.isFinished)
    #expect(String(decoding: last.lines, as: UTF8.self).contains("BOOKMARK"))
  }

  @Test("a watch from a forgotten revision ends with 410")
  func expired() throws {
    var test = TestCluster()
    test.post(Self.maps, ObjectTests.map("a"))
    test.cluster = try SimulatedKubernetes(decoding: test.cluster.encodedState())
    var cursor = test.watch(Self.maps + "?watch=1&resourceVersion=1")!
    let batch = test.cluster.events(for: &cursor, at: test.now)
    #expect(batch.isFinished)
    let event = try JSONValue(parsing: batch.lines.dropLast().map { $0 })
    #expect(event["type"] == "ERROR")
    #expect(event["object"]?["code"] == 410)
    #expect(event["object"]?["reason"] == "Expired")
  }

  @Test("a revision that has not come yet is refused with a hint to wait")
  func future() {
    var test = TestCluster()
    let reply = test.get(Self.maps + "?watch=1&resourceVersion=999999")
    #expect(reply.status == 504)
    #expect(reply.body["details"]?["causes"]?[0]?["reason"] == "ResourceVersionTooLarge")
  }
}
