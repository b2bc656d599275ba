import ClusterModel
import Documents
import Ports
import Synchronization

/// One machine's way to a cluster that several share; it can be cut.
final class Machine: ClusterAccess {
  private let cluster: InMemoryCluster
  private let reachable = Mutex(true)

  init(_ cluster: InMemoryCluster) { self.cluster = cluster }

  func setReachable(_ value: Bool) { reachable.withLock { $0 = value } }

  private func check() throws(ClusterError) {
    guard reachable.withLock({ $0 }) else {
      throw ClusterError(.unreachable, "The network is away")
    }
  }

  func serverVersion() async throws(ClusterError) -> String { try await cluster.serverVersion() }

  func resources() async throws(ClusterError) -> [ResourceType] { try await cluster.resources() }

  func servedResources() async throws(ClusterError) -> [ResourceType] {
    try await cluster.servedResources()
  }

  func rehearse(
    _ object: JSONValue, as type: ResourceType, isApplied: Bool
  ) async throws(ClusterError) {
    try check()
    try await cluster.rehearse(object, as: type, isApplied: isApplied)
  }

  func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue? {
    try check()
    return try await cluster.get(reference)
  }

  func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList {
    try check()
    return try await cluster.list(type, namespace: namespace, selector: selector)
  }

  func create(_ object: JSONValue, as type: ResourceType) async throws(ClusterError) -> JSONValue {
    try check()
    return try await cluster.create(object, as: type)
  }

  func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue {
    try check()
    return try await cluster.apply(object, as: type, force: force)
  }

  func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue {
    try check()
    return try await cluster.patch(reference, with: patch, subresource: subresource)
  }

  func delete(_ reference: ObjectReference, uid: String?) async throws(ClusterError) -> Bool {
    try check()
    return try await cluster.delete(reference, uid: uid)
  }

  func watch(
    _ type: ResourceType, namespace: String?, selector: String, after resourceVersion: String
  ) async throws(ClusterError) -> AsyncThrowingStream<WatchEvent, any Error> {
    try await cluster.watch(type, namespace: namespace, selector: selector, after: resourceVersion)
  }

  func exec(
    _ command: [String], in container: ContainerReference, stdin: Bool
  ) async throws(ClusterError) -> any ExecSession {
    try await cluster.exec(command, in: container, stdin: stdin)
  }

  func log(of container: ContainerReference, lines: Int) async throws(ClusterError) -> String {
    try await cluster.log(of: container, lines: lines)
  }
}
