public import ClusterModel
import Documents
public import Ports

extension KubernetesClient {
  /// Objects per answer: what kubectl asks for.
  private static let chunkCount = 500
  /// Objects of one list altogether; more than that does not belong in memory.
  private static let objectsMax = 500_000
  private static let restartsMax = 3

  public func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList {
    var restarts = 0
    while true {
      do {
        return try await chunkedList(type, namespace: namespace, selector: selector)
      } catch {
        // The server has forgotten the state that the first chunk came from.
        guard error.reason == .expired, restarts < Self.restartsMax else { throw error }
        restarts += 1
      }
    }
  }

  private func chunkedList(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList {
    var request = APIRequest(
      purpose: "list \(type.kind)\(namespace.map { " in \($0)" } ?? "")",
      path: type.path(namespace: namespace))
    request.responseBytesMax = 512 << 20
    var query = [("limit", String(Self.chunkCount))]
    if !selector.isEmpty { query.append(("labelSelector", selector)) }
    request.query = query
    var list = ObjectList(items: [], resourceVersion: "")
    while true {
      let answer = try await json(request)
      guard let version = answer["metadata"]?["resourceVersion"]?.stringValue,
        answer["kind"]?.stringValue?.hasSuffix("List") == true
      else { throw .malformed(request.purpose, "the answer is no list") }
      list.resourceVersion = version
      for item in answer["items"]?.arrayValue ?? [] { list.items.append(item.typed(type)) }
      guard list.items.count <= Self.objectsMax else {
        throw .malformed(request.purpose, "there are more than \(Self.objectsMax) objects")
      }
      let next = answer["metadata"]?["continue"]?.stringValue ?? ""
      if next.isEmpty { return list }
      request.query = query + [("continue", next)]
    }
  }
}

extension JSONValue {
  /// Servers leave the type out of a list's items, since the list says it. Who manages which field
  /// is dropped: it is half of most objects, and nobody asks a list for it.
  fileprivate func typed(_ type: ResourceType) -> JSONValue {
    var object = self
    if var metadata = object["metadata"], metadata["managedFields"] != nil {
      metadata["managedFields"] = nil
      object["metadata"] = metadata
    }
    if object["apiVersion"] == nil { object["apiVersion"] = .string(type.apiVersion) }
    if object["kind"] == nil { object["kind"] = .string(type.kind) }
    return object
  }
}
