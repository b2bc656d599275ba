import ClusterModel
import Documents
import Kubernetes
import Ports
import Testing

/// What planner and runner rely on, whatever stands behind ``ClusterAccess``.
@Suite("ClusterAccess", .cluster) struct ClusterAccessContract {
  @Test("the server has a version")
  func version() async throws {
    let version = try await #require(ClusterTrait.client).serverVersion()
    #expect(version.hasPrefix("v1."))
  }

  @Test("discovery names every listable resource once, with its scope")
  func discovery() async throws {
    let resources = try await #require(ClusterTrait.client).resources()
    for type in [
      ResourceType.pod, .namespace, .claim, .volume, .statefulSet, .job, .lease, .storageClass,
    ] {
      #expect(resources.contains(type), "\(type)")
    }
    #expect(resources.count == Set(resources.map { [$0.group, $0.plural] }).count)
    #expect(!resources.contains { $0.plural.contains("/") })
  }

  @Test("an object is there after create, named once, and gone after delete")
  func lifeOfAnObject() async throws {
    try await ContractSubject.run("life") { subject in
      let cluster = subject.cluster
      #expect(try await cluster.get(subject.reference("a")) == nil)
      let created = try await cluster.create(subject.configMap("a", ["k": "v"]), as: .configMap)
      let uid = try #require(created["metadata"]?["uid"]?.stringValue)
      #expect(try await cluster.get(subject.reference("a")) == created)
      #expect(
        await reason { () throws(ClusterError) in
          try await cluster.create(subject.configMap("a"), as: .configMap)
        } == .alreadyExists)
      #expect(
        await reason { () throws(ClusterError) in
          try await cluster.delete(subject.reference("a"), uid: "another")
        } == .conflict)
      #expect(try await cluster.delete(subject.reference("a"), uid: uid))
      #expect(try await !cluster.delete(subject.reference("a"), uid: nil))
      #expect(try await cluster.get(subject.reference("a")) == nil)
    }
  }

  @Test("names are data: none reaches another place of the API")
  func hostileNames() async throws {
    try await ContractSubject.run("names") { subject in
      for name in ["a?x=y", "ä b", "a#b", "a&b"] {
        let found = try await subject.cluster.get(subject.reference(name))
        #expect(found == nil, "\(name)")
      }
      for name in ["", ".", "..", "../secrets", "a/b", "%2e%2e"] {
        let found = await reason { () throws(ClusterError) in
          try await subject.cluster.delete(subject.reference(name), uid: nil)
        }
        #expect(found == .badRequest, "\(name)")
      }
      let missing = ObjectReference(.configMap, namespace: nil, name: "a")
      #expect(
        await reason { () throws(ClusterError) in try await subject.cluster.get(missing) }
          == .badRequest)
    }
  }

  @Test(
    "a list holds all that match, typed, across chunks",
    .disabled(if: ClusterTrait.subject == .recordings, "too large to keep"))
  func lists() async throws {
    try await ContractSubject.run("lists") { subject in
      let cluster = subject.cluster
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<520 {
          group.addTask {
            _ = try await cluster.create(
              subject.configMap("c\(index)", app: index < 510 ? "many" : "few"), as: .configMap)
          }
        }
        try await group.waitForAll()
      }
      let all = try await cluster.list(
        .configMap, namespace: subject.namespace, selector: "app in (many,few)")
      #expect(all.items.count == 520)
      #expect(all.items.allSatisfy { $0["kind"] == "ConfigMap" && $0["apiVersion"] == "v1" })
      #expect(!all.resourceVersion.isEmpty)
      let few = try await cluster.list(
        .configMap, namespace: subject.namespace, selector: "app=few")
      #expect(few.items.count == 10)
      let everywhere = try await cluster.list(.configMap, namespace: nil, selector: "app=few")
      #expect(everywhere.items.count == 10)
    }
  }

  @Test("a watch tells what changed after the list, in order")
  func watches() async throws {
    try await ContractSubject.run("watch") { subject in
      let cluster = subject.cluster
      _ = try await cluster.create(subject.configMap("before"), as: .configMap)
      let list = try await cluster.list(
        .configMap, namespace: subject.namespace, selector: "app=shop")
      let events = try await cluster.watch(
        .configMap, namespace: subject.namespace, selector: "app=shop", after: list.resourceVersion)
      _ = try await cluster.create(subject.configMap("a"), as: .configMap)
      _ = try await cluster.create(subject.configMap("other", app: "bank"), as: .configMap)
      _ = try await cluster.patch(
        subject.reference("a"), with: ["data": ["k": "v"]], subresource: nil)
      _ = try await cluster.delete(subject.reference("a"), uid: nil)
      var seen: [String] = []
      for try await event in events {
        switch event {
        case .added(let object): seen.append("added \(object.name)")
        case .modified(let object): seen.append("modified \(object.name)")
        case .deleted(let object): seen.append("deleted \(object.name)")
        case .bookmark: continue
        }
        if seen.count == 3 { break }
      }
      #expect(seen == ["added a", "modified a", "deleted a"])
    }
  }

  @Test("apply owns its fields, and says who owns those that it may not take")
  func applyConflicts() async throws {
    try await ContractSubject.run("apply") { subject in
      let cluster = subject.cluster
      var object = subject.configMap("a", ["k": "ours"])
      let first = try await cluster.apply(object, as: .configMap, force: false)
      let second = try await cluster.apply(object, as: .configMap, force: false)
      #expect(first["metadata"]?["resourceVersion"] == second["metadata"]?["resourceVersion"])

      _ = try await cluster.create(subject.configMap("b", ["k": "theirs"]), as: .configMap)
      object = subject.configMap("b", ["k": "ours"])
      let error = await #expect(throws: ClusterError.self) {
        try await cluster.apply(object, as: .configMap, force: false)
      }
      #expect(error?.reason == .conflict)
      #expect(error?.message.contains("`.data.k` is managed by `oadp-plan`") == true)
      #expect(error?.message.contains("Force the apply") == true)
      let forced = try await cluster.apply(object, as: .configMap, force: true)
      #expect(forced["data"] == ["k": "ours"])
    }
  }

  @Test("a merge patch changes what it names, and only on the version it names")
  func patches() async throws {
    try await ContractSubject.run("patch") { subject in
      let cluster = subject.cluster
      let created = try await cluster.create(
        subject.configMap("a", ["k": "v", "l": "w"]), as: .configMap)
      let version = try #require(created["metadata"]?["resourceVersion"])
      let patch: JSONValue = ["metadata": ["resourceVersion": version], "data": ["k": nil]]
      let patched = try await cluster.patch(
        subject.reference("a"), with: patch, subresource: nil)
      #expect(patched["data"] == ["l": "w"])
      #expect(
        await reason { () throws(ClusterError) in
          try await cluster.patch(subject.reference("a"), with: patch, subresource: nil)
        } == .conflict)
      #expect(
        await reason { () throws(ClusterError) in
          try await cluster.patch(
            subject.reference("missing"), with: ["data": [:]], subresource: nil)
        } == .notFound)
    }
  }

  @Test("a rehearsal is judged as the deed is, and keeps nothing")
  func rehearsals() async throws {
    try await ContractSubject.run("rehearsals") { subject in
      let cluster = subject.cluster
      try await cluster.rehearse(subject.configMap("a"), as: .configMap, isApplied: false)
      #expect(try await cluster.get(subject.reference("a")) == nil)
      let made = try await cluster.create(subject.configMap("a", ["k": "v"]), as: .configMap)
      try await cluster.rehearse(
        subject.configMap("a", ["k": "other"]), as: .configMap, isApplied: true)
      #expect(try await cluster.get(subject.reference("a")) == made)
      #expect(
        await reason { () throws(ClusterError) in
          try await cluster.rehearse(subject.configMap("a"), as: .configMap, isApplied: false)
        } == .alreadyExists)
      #expect(
        await reason { () throws(ClusterError) in
          try await cluster.rehearse(
            subject.configMap("UPPER CASE"), as: .configMap, isApplied: false)
        } == .invalid)
    }
  }

  @Test("every version that is served is named, the preferred ones among them")
  func served() async throws {
    let cluster = try #require(ClusterTrait.client)
    let served = Set(try await cluster.servedResources())
    #expect(served.isSuperset(of: try await cluster.resources()))
  }

  @Test("an object that its schema forbids is refused as invalid or bad")
  func invalid() async throws {
    try await ContractSubject.run("invalid") { subject in
      let found = await reason { () throws(ClusterError) in
        try await subject.cluster.create(subject.configMap("UPPER CASE"), as: .configMap)
      }
      #expect(found == .invalid)
      let mismatch = await reason { () throws(ClusterError) in
        try await subject.cluster.create(subject.configMap("a"), as: .secret)
      }
      #expect(mismatch == .badRequest)
    }
  }
}

extension JSONValue {
  var name: String { self["metadata"]?["name"]?.stringValue ?? "" }
}
