import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner
import Testing

@testable import Backends

/// A shop with one bound claim, a movers' namespace, and the backend over them.
struct Scene {
  static let repository = RepositoryTarget(
    name: "gold", location: "/srv/gold",
    password: SecretKeyReference(namespace: "movers", name: "gold", key: "password"),
    isCreatedWhenMissing: true)
  static let runID = RunID("20261122T020000Z-5f3a09c1")!

  let time = VirtualTime()
  let cluster: InMemoryCluster
  let store = MemoryRecoveryStore()
  let backend: NativeBackend

  init() async throws {
    cluster = InMemoryCluster(time: time)
    backend = Self.backend(cluster, store, time)
    await cluster.settle()
    try await make(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]])
    try await make(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "movers"]])
    try await make([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": ["name": "data", "namespace": "shop"],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      ],
    ])
    _ = try await store.ensure(RepositoryAddress(Self.repository))
  }

  private static func backend(
    _ cluster: InMemoryCluster, _ store: MemoryRecoveryStore, _ time: VirtualTime
  ) -> NativeBackend {
    NativeBackend(
      cluster: cluster, store: store,
      settings: NativeBackend.Settings(
        moverImage: "mover:1",
        cluster: ClusterIdentity(name: "test", uid: "c-1", serverVersion: "v1.36.0")),
      graph: ExecutionGraph(), clock: VirtualClock(time: time, cluster: cluster))
  }

  /// The backend as another process has it: without sessions and captures.
  func restarted() -> NativeBackend { Self.backend(cluster, store, time) }

  // MARK: Nodes

  static func node(
    _ action: Action, id: Int = 0, _ address: String? = nil, timeoutSeconds: Int = 120
  ) -> Node {
    Node(
      id: NodeID(id), address: address ?? "shop/pg@20261122T020000Z/x:\(action.operation.rawValue)",
      action: action, timeoutSeconds: timeoutSeconds)
  }

  func context(_ results: [Int: JSONValue] = [:], timeoutSeconds: Int = 120) -> RunContext {
    RunContext(
      runID: Self.runID, deadline: time.now + .seconds(timeoutSeconds),
      results: Dictionary(uniqueKeysWithValues: results.map { (NodeID($0.key), $0.value) }),
      now: { [time] in time.now })
  }

  @discardableResult
  func perform(
    _ action: Action, id: Int = 0, results: [Int: JSONValue] = [:], by other: NativeBackend? = nil
  ) async throws(ActionFailure) -> JSONValue {
    try await (other ?? backend).perform(Self.node(action, id: id), in: context(results))
  }

  func undo(_ action: Action) async throws(ActionFailure) {
    try await backend.undo(Self.node(action), in: context())
  }

  /// The failure of an action that must fail.
  func failure(
    _ action: Action, results: [Int: JSONValue] = [:]
  ) async -> ActionFailure? {
    do throws(ActionFailure) { try await perform(action, results: results) } catch { return error }
    return nil
  }

  // MARK: Objects

  func make(_ object: JSONValue) async throws {
    let kind = object["kind"]?.stringValue
    let types: [ResourceType] = [
      .node,
      .namespace, .claim, .configMap, .secret, .service, .serviceAccount, .statefulSet, .job,
      .snapshot, .snapshotContent, .groupSnapshot(),
    ]
    let type = try #require(types.first { $0.kind == kind })
    _ = try await cluster.create(object, as: type)
    await cluster.settle()
  }

  /// `Kind name` of everything of these types, sorted.
  func census(
    _ types: [ResourceType] = [
      .claim, .snapshot, .snapshotContent, .job, .volume, .pod, .groupSnapshot(),
      .groupSnapshotContent(),
    ]
  ) async -> [String] {
    await cluster.settle()
    var lines: [String] = []
    for type in types {
      for object in await cluster.all(type) {
        let namespace = object.namespace.isEmpty ? "" : object.namespace + "/"
        lines.append("\(type.kind) \(namespace)\(object.name)")
      }
    }
    return lines.sorted()
  }

  func claim(_ name: String, in namespace: String = "shop") -> ObjectReference {
    ObjectReference(.claim, namespace: namespace, name: name)
  }
}
