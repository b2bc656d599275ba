import Documents
import Testing

@testable import SimulatedCluster

@Suite("Patches") struct PatchTests {
  static func json(_ text: String) -> JSONValue { (try? JSONValue(parsing: text)) ?? .null }

  @Test("a JSON patch changes the object, or is refused whole")
  func jsonPatch() {
    var test = TestCluster()
    test.post(ObjectTests.maps, ObjectTests.map("a", ["x": "1"]))
    let type = "application/json-patch+json"
    let patched = test.request(
      "PATCH", ObjectTests.maps + "/a",
      [
        ["op": "test", "path": "/data/x", "value": "1"],
        ["op": "add", "path": "/data/y", "value": "2"], ["op": "remove", "path": "/data/x"],
      ], type: type)
    #expect(patched.body["data"] == ["y": "2"])
    let refused = test.request(
      "PATCH", ObjectTests.maps + "/a",
      [
        ["op": "add", "path": "/data/z", "value": "3"],
        ["op": "test", "path": "/data/y", "value": "1"],
      ], type: type)
    #expect(refused.status == 422)
    #expect(test.get(ObjectTests.maps + "/a").body["data"] == ["y": "2"])
  }

  static let pod =
    #"{"spec":{"containers":[{"env":[{"name":"A","value":"1"}],"image":"x:1","name":"a"},"#
    + #"{"image":"y:1","name":"b"}],"tolerations":[{"key":"k"}]}}"#

  @Test(
    "a strategic patch merges lists by their keys and replaces the others",
    arguments: [
      (
        #"{"spec":{"containers":[{"name":"b","image":"y:2"}]}}"#,
        #"{"spec":{"containers":[{"env":[{"name":"A","value":"1"}],"image":"x:1","name":"a"},"#
          + #"{"image":"y:2","name":"b"}],"tolerations":[{"key":"k"}]}}"#
      ),
      (
        #"{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}"#,
        #"{"spec":{"containers":[{"image":"y:1","name":"b"}],"tolerations":[{"key":"k"}]}}"#
      ),
      (
        #"{"spec":{"containers":[{"$patch":"replace"},{"name":"c"}],"tolerations":[{"key":"z"}]}}"#,
        #"{"spec":{"containers":[{"name":"c"}],"tolerations":[{"key":"z"}]}}"#
      ),
      (
        #"{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"#
          + #""containers":[{"name":"a","env":[{"name":"B","value":"2"}]}]}}"#,
        #"{"spec":{"containers":[{"image":"y:1","name":"b"},"#
          + #"{"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"#
          + #""image":"x:1","name":"a"}],"#
          + #""tolerations":[{"key":"k"}]}}"#
      ),
      (#"{"spec":{"$retainKeys":["tolerations"]}}"#, #"{"spec":{"tolerations":[{"key":"k"}]}}"#),
      (#"{"spec":{"$patch":"replace","nodeName":"n"}}"#, #"{"spec":{"nodeName":"n"}}"#),
      (#"{"spec":{"containers":null}}"#, #"{"spec":{"tolerations":[{"key":"k"}]}}"#),
    ])
  func strategic(patch: String, expected: String) throws {
    let result = try StrategicMergePatch.apply(
      Self.json(patch), to: Self.json(Self.pod),
      schema: BuiltInTypes.schema("io.k8s.api.core.v1.Pod"))
    #expect(CanonicalJSON.string(result) == expected)
  }

  @Test("finalizers merge as a set and are taken away one by one")
  func primitives() throws {
    let schema = BuiltInTypes.schema("io.k8s.api.core.v1.Pod")
    let object = Self.json(#"{"metadata":{"finalizers":["a/a"]}}"#)
    let added = try StrategicMergePatch.apply(
      Self.json(#"{"metadata":{"finalizers":["b/b"]}}"#), to: object, schema: schema)
    #expect(added["metadata", "finalizers"] == ["a/a", "b/b"])
    let removed = try StrategicMergePatch.apply(
      Self.json(#"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/a"]}}"#), to: added,
      schema: schema)
    #expect(removed["metadata", "finalizers"] == ["b/b"])
  }

  @Test("custom resources take no strategic patch")
  func unsupported() {
    var test = TestCluster()
    let reply = test.request(
      "PATCH", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses/sandbox-snapshots", [:],
      type: "application/strategic-merge-patch+json")
    #expect(reply.status == 415)
    #expect(reply.reason == "UnsupportedMediaType")
  }
}
