import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Testing

@testable import Backends

@Suite("Objects, checked before anything is changed") struct RehearsalTests {
  static func object(_ kind: String, _ name: String, _ more: JSONValue = [:]) -> JSONValue {
    var object = more
    object["apiVersion"] = "v1"
    object["kind"] = .string(kind)
    object.set(["metadata", "name"], to: .string(name))
    return object
  }

  /// Stores a point with these objects.
  static func restore(
    _ objects: [JSONValue], in scene: Scene, existing: String = "Skip",
    namespace: String = "shop", patches: [RestoreObjects.ObjectPatch] = []
  ) async throws -> RestoreObjects {
    let captured = objects.map { object in
      let kind = object["kind"]?.stringValue ?? ""
      return RestoreObjects.CapturedObject(
        kind: kind, name: object.name, path: "objects/\(kind)/\(object.name).json")
    }
    let files = zip(captured, objects).map {
      StoredFile(path: $0.path, bytes: CanonicalJSON.bytes($1))
    }
    let id = try await scene.store.store(
      files, tags: ["oadp-plan"], in: RepositoryAddress(Scene.repository))
    return RestoreObjects(
      repository: Scene.repository, manifestID: id, objects: captured,
      targetNamespace: namespace, existing: existing, images: [:], patches: patches)
  }

  static func check(
    _ restore: RestoreObjects
  ) -> Action { .checkObjects(CheckObjects(restore: restore)) }

  static let types: [ResourceType] = [.namespace, .configMap, .secret, .service, .serviceAccount]

  @Test("a check changes nothing and says how much it asked")
  func fits() async throws {
    let scene = try await Scene()
    let restore = try await Self.restore(
      [Self.object("ConfigMap", "a"), Self.object("Secret", "b")], in: scene)
    let before = await scene.census(Self.types)
    #expect(
      try await scene.perform(Self.check(restore)) == ["checked": 2, "unchecked": []])
    #expect(await scene.census(Self.types) == before)
  }

  @Test("all that would be refused is told at once, and the rest is not made")
  func refusals() async throws {
    let scene = try await Scene()
    let restore = try await Self.restore(
      [
        Self.object("ConfigMap", "good"), Self.object("ConfigMap", "Not_A_Name"),
        Self.object("Secret", "denied"), Self.object("Widget", "w"),
      ], in: scene)
    await scene.cluster.setFaults {
      $0.refusal = { object in
        object["metadata", "name"] == "denied"
          ? ClusterError(.forbidden, "admission webhook \"policy\" denied the request: no") : nil
      }
    }
    let before = await scene.census(Self.types)
    let failure = try #require(await scene.failure(Self.check(restore)))
    #expect(failure.kind == .permanent)
    #expect(
      failure.message
        == "3 of 4 objects would be refused in namespace `shop`; nothing was changed")
    #expect(failure.evidence.count == 4, "\(failure.evidence)")
    #expect(failure.evidence[0].hasPrefix("ConfigMap/Not_A_Name: "))
    #expect(
      failure.evidence[1]
        == "Secret/denied: admission webhook \"policy\" denied the request: no")
    #expect(failure.evidence[2] == "Widget/w: the cluster does not serve Widget of `v1`")
    #expect(await scene.census(Self.types) == before)
  }

  @Test("where the namespace is not there yet, only what is served is checked")
  func noNamespace() async throws {
    let scene = try await Scene()
    let fits = try await Self.restore(
      [Self.object("ConfigMap", "a")], in: scene, namespace: "later")
    #expect(
      try await scene.perform(Self.check(fits)) == ["checked": 0, "unchecked": ["ConfigMap/a"]])
    let unfit = try await Self.restore([Self.object("Widget", "w")], in: scene, namespace: "later")
    #expect(await scene.failure(Self.check(unfit))?.kind == .permanent)
  }

  @Test(
    "the lack of what the same restore makes, and a webhook that knows no dry run, refuse nothing",
    arguments: [
      "pods \"p\" is forbidden: error looking up service account shop/runner: serviceaccount "
        + "\"runner\" not found",
      "admission webhook \"old\" does not support dry run",
    ])
  func unknown(message: String) async throws {
    let scene = try await Scene()
    let restore = try await Self.restore(
      [Self.object("ServiceAccount", "runner"), Self.object("ConfigMap", "p")], in: scene)
    await scene.cluster.setFaults {
      $0.refusal = { object in
        object["metadata", "name"] == "p" ? ClusterError(.forbidden, message) : nil
      }
    }
    let result = try await scene.perform(Self.check(restore))
    #expect(result["checked"] == 1)
    #expect(result["unchecked"] == ["ConfigMap/p: \(Evidence.line(message))"])
  }

  @Test(
    "an object that is there is judged as its policy treats it",
    arguments: [("Skip", 1, 0), ("Merge", 1, 0), ("Replace", 0, 1)])
  func present(existing: String, checked: Int64, unchecked: Int) async throws {
    let scene = try await Scene()
    let there: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "old"],
      "metadata": ["name": "a", "namespace": "shop"],
    ]
    try await scene.make(there)
    let restore = try await Self.restore(
      [Self.object("ConfigMap", "a", ["data": ["a": "new"]])], in: scene, existing: existing)
    let result = try await scene.perform(Self.check(restore))
    #expect(result["checked"] == .integer(checked))
    #expect(result["unchecked"]?.arrayValue?.count == unchecked)
    let now = try await scene.cluster.get(
      ObjectReference(.configMap, namespace: "shop", name: "a"))
    #expect(now?["data", "a"] == "old")
  }

  @Test("a transform's name may stand for several objects")
  func transformOfSeveral() async throws {
    let scene = try await Scene()
    let names = ["shop-a", "shop-b", "bank"]
    let restore = try await Self.restore(
      names.map { Self.object("ConfigMap", $0, ["data": ["from": "point"]]) }, in: scene,
      patches: [
        RestoreObjects.ObjectPatch(
          kind: "ConfigMap", name: "shop-*",
          jsonPatch: #"[{"op":"replace","path":"/data/from","value":"transform"}]"#)
      ])
    try await scene.perform(.restoreObjects(restore))
    var found: [String?] = []
    for name in names {
      let object = try await scene.cluster.get(
        ObjectReference(.configMap, namespace: "shop", name: name))
      found.append(object?["data", "from"]?.stringValue)
    }
    #expect(found == ["transform", "transform", "point"])
  }

  @Test("a transform that does not fit is told with the others")
  func transform() async throws {
    let scene = try await Scene()
    let restore = try await Self.restore(
      [Self.object("ConfigMap", "a")], in: scene,
      patches: [
        RestoreObjects.ObjectPatch(
          kind: "ConfigMap", name: nil, jsonPatch: #"[{"op":"remove","path":"/data/no"}]"#)
      ])
    let failure = await scene.failure(Self.check(restore))
    #expect(failure?.message.hasPrefix("1 of 1 objects would be refused") == true)
  }

  @Test(
    "what is there stays, is merged or is replaced, as the plan says",
    arguments: [
      ("Skip", ["a": "old", "mine": "1"]), ("Merge", ["a": "new", "mine": "1"]),
      ("Replace", ["a": "new"]),
    ])
  func policies(existing: String, data: [String: String]) async throws {
    let scene = try await Scene()
    try await scene.make([
      "apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "old", "mine": "1"],
      "metadata": ["name": "a", "namespace": "shop"],
    ])
    let restore = try await Self.restore(
      [Self.object("ConfigMap", "a", ["data": ["a": "new"]])], in: scene, existing: existing)
    try await scene.perform(.restoreObjects(restore))
    let now = try await scene.cluster.get(
      ObjectReference(.configMap, namespace: "shop", name: "a"))
    #expect(now?["data"]?.stringMap == data)
  }
}
