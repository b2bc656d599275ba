import ClusterModel
import Documents
import Ports
import Synchronization

/// A cluster whose refusals end nothing: a list that cannot be had is empty, and why is kept.
final class ForgivingCluster: ClusterAccess {
  private let cluster: any ClusterAccess
  private let kept = Mutex<[String: String]>([:])

  init(_ cluster: any ClusterAccess) { self.cluster = cluster }

  /// Plurals of what could not be read, and why.
  var refusals: [String: String] { kept.withLock { $0 } }

  func serverVersion() async throws(ClusterError) -> String {
    do { return try await cluster.serverVersion() } catch {
      guard error.reason == .forbidden else { throw error }
      return ""
    }
  }

  func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue? {
    do { return try await cluster.get(reference) } catch {
      keep(error, reference.type)
      return nil
    }
  }

  func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList {
    do {
      return try await cluster.list(type, namespace: namespace, selector: selector)
    } catch {
      // What is not served has no objects; that is for the caller to judge.
      if error.reason != .notFound { keep(error, type) }
      return ObjectList(items: [], resourceVersion: "")
    }
  }

  private func keep(_ error: ClusterError, _ type: ResourceType) {
    kept.withLock { $0[type.plural] = error.refusal(ofListing: type) }
  }

  func resources() async throws(ClusterError) -> [ResourceType] { try await cluster.resources() }

  func servedResources() async throws(ClusterError) -> [ResourceType] {
    try await cluster.servedResources()
  }

  func rehearse(
    _ object: JSONValue, as type: ResourceType, isApplied: Bool
  ) async throws(ClusterError) {
    try await cluster.rehearse(object, as: type, isApplied: isApplied)
  }

  func create(_ object: JSONValue, as type: ResourceType) async throws(ClusterError) -> JSONValue {
    try await cluster.create(object, as: type)
  }

  func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue {
    try await cluster.apply(object, as: type, force: force)
  }

  func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue {
    try await cluster.patch(reference, with: patch, subresource: subresource)
  }

  func delete(_ reference: ObjectReference, uid: String?) async throws(ClusterError) -> Bool {
    try await cluster.delete(reference, uid: uid)
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

extension ClusterError {
  /// Why a type could not be listed, in a few words.
  func refusal(ofListing type: ResourceType, in namespace: String? = nil) -> String {
    guard reason == .forbidden else { return message }
    return "no permission to list \(type.plural)" + (namespace.map { " in \($0)" } ?? "")
  }
}
