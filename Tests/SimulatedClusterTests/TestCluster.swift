import Documents

@testable import SimulatedCluster

/// A cluster with a node without processes and a storage that does what it is asked at once.
struct TestCluster {
  var cluster: SimulatedKubernetes
  var node = SimulatedNode()
  var now = Timestamp("2026-11-22T02:00:00Z")!
  var performed: [Effect] = []
  /// Leaves effects undone, so that tests can look at what waits for them.
  var holdsEffects = false
  /// Bytes of every snapshot cut.
  var snapshotBytes: Int64 = 1 << 30

  init(_ configuration: Configuration = Configuration()) {
    cluster = SimulatedKubernetes(configuration: configuration)
    settle()
  }

  /// Runs controllers, storage and node until all rest, without letting time pass.
  mutating func settle() {
    for _ in 0..<100 {
      let before = cluster.revision
      _ = cluster.reconcile(at: now)
      performEffects()
      _ = node.step(&cluster, at: now)
      _ = cluster.reconcile(at: now)
      if cluster.revision == before { return }
    }
    preconditionFailure("the cluster does not come to rest")
  }

  mutating func performEffects() {
    guard !holdsEffects else { return }
    for effect in cluster.takeEffects() {
      performed.append(effect)
      switch effect {
      case .cutSnapshot(let id, _, _):
        cluster.finish(id, with: .done(bytes: snapshotBytes), at: now)
      default: cluster.finish(effect.id, with: .done(bytes: nil), at: now)
      }
    }
  }

  mutating func pass(_ duration: Duration) {
    now = now + duration
    settle()
  }

  // MARK: Requests

  struct Reply {
    var status: Int
    var body: JSONValue
    var warnings: [String] = []

    var message: String { body["message"]?.stringValue ?? "" }
    var reason: String { body["reason"]?.stringValue ?? "" }
    func items() -> [JSONValue] { body["items"]?.arrayValue ?? [] }
  }

  mutating func request(
    _ method: String, _ path: String, _ body: JSONValue? = nil, type: String = "application/json",
    accept: String = "application/json"
  ) -> Reply {
    let parts = path.split(separator: "?", maxSplits: 1)
    var query: [(name: String, value: String)] = []
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
      query.append((halves[0], halves.count > 1 ? halves[1] : ""))
    }
    let request = APIRequest(
      method: method, path: String(parts[0]), query: query, contentType: body == nil ? "" : type,
      accept: accept, body: body.map(CanonicalJSON.bytes) ?? [], userAgent: "test/1")
    guard case .response(let response) = cluster.respond(to: request, at: now) else {
      return Reply(status: 101, body: .null)
    }
    let value = (try? JSONValue(parsing: response.body)) ?? .null
    return Reply(status: response.status, body: value, warnings: response.warnings)
  }

  mutating func get(_ path: String) -> Reply { request("GET", path) }

  @discardableResult
  mutating func post(_ path: String, _ body: JSONValue) -> Reply { request("POST", path, body) }

  mutating func delete(_ path: String, _ body: JSONValue? = nil) -> Reply {
    request("DELETE", path, body)
  }

  mutating func merge(_ path: String, _ patch: JSONValue) -> Reply {
    request("PATCH", path, patch, type: "application/merge-patch+json")
  }

  /// Server-side apply.
  mutating func apply(
    _ path: String, _ body: JSONValue, as manager: String, force: Bool = false
  ) -> Reply {
    request(
      "PATCH", "\(path)?fieldManager=\(manager)&force=\(force)", body,
      type: "application/apply-patch+yaml")
  }

  mutating func watch(_ path: String) -> WatchCursor? {
    let parts = path.split(separator: "?")
    let query = parts[1].split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return (name: halves[0], value: halves[1])
    }
    let request = APIRequest(method: "GET", path: String(parts[0]), query: query)
    guard case .watch(let cursor) = cluster.respond(to: request, at: now) else { return nil }
    return cursor
  }

  /// The next events as `TYPE name`.
  mutating func events(_ cursor: inout WatchCursor) -> [String] {
    let batch = cluster.events(for: &cursor, at: now)
    return batch.lines.split(separator: 0x0A).map { line in
      let event = (try? JSONValue(parsing: Array(line))) ?? .null
      let name = event["object"]?["metadata"]?["name"]?.stringValue ?? ""
      return "\(event["type"]?.stringValue ?? "?") \(name)"
    }
  }

  // MARK: Objects

  mutating func namespace(_ name: String) {
    post(
      "/api/v1/namespaces",
      ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
    settle()
  }

  static func pod(_ name: String, claim: String? = nil, restart: String = "Always") -> JSONValue {
    var spec: JSONValue = [
      "restartPolicy": .string(restart), "containers": [["name": "main", "image": "shop:1"]],
    ]
    if let claim {
      spec["volumes"] = [["name": "data", "persistentVolumeClaim": ["claimName": .string(claim)]]]
    }
    return [
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name)], "spec": spec,
    ]
  }

  static func claim(
    _ name: String, class storageClass: String? = nil, size: String = "1Gi",
    from source: JSONValue? = nil
  ) -> JSONValue {
    var spec: JSONValue = [
      "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size)]],
    ]
    spec["storageClassName"] = storageClass.map { .string($0) }
    spec["dataSource"] = source
    return [
      "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": .string(name)],
      "spec": spec,
    ]
  }

  static func snapshot(_ name: String, of claim: String) -> JSONValue {
    [
      "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
      "metadata": ["name": .string(name)],
      "spec": ["source": ["persistentVolumeClaimName": .string(claim)]],
    ]
  }

  static func workload(
    _ kind: String, _ name: String, replicas: Int64 = 1, image: String = "shop:1",
    extra: JSONValue = [:]
  ) -> JSONValue {
    var spec: JSONValue = [
      "replicas": .integer(replicas), "selector": ["matchLabels": ["app": .string(name)]],
      "template": [
        "metadata": ["labels": ["app": .string(name)]],
        "spec": ["containers": [["name": "main", "image": .string(image)]]],
      ],
    ]
    for (member, value) in extra.objectValue ?? [:] { spec[member] = value }
    return [
      "apiVersion": "apps/v1", "kind": .string(kind), "metadata": ["name": .string(name)],
      "spec": spec,
    ]
  }
}
