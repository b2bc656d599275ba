public import ClusterModel
import CurlTransport
public import Documents
public import Ports

extension KubernetesClient {
  public func serverVersion() async throws(ClusterError) -> String {
    let request = APIRequest(purpose: "read the server's version", path: ["version"])
    guard let version = try await json(request)["gitVersion"]?.stringValue else {
      throw .malformed(request.purpose, "the answer has no `gitVersion`")
    }
    return version
  }

  public func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue? {
    let purpose = "get \(reference)"
    let request = APIRequest(purpose: purpose, path: try reference.path(for: purpose))
    do {
      return try await object(request)
    } catch {
      guard error.reason == .notFound else { throw error }
      return nil
    }
  }

  public func create(
    _ object: JSONValue, as type: ResourceType
  ) async throws(ClusterError) -> JSONValue {
    let name = object["metadata"]?["name"]?.stringValue
    let purpose = "create \(type.kind) \(name ?? "without a name")"
    let namespace = try object.namespace(as: type, for: purpose)
    var request = APIRequest(
      purpose: purpose, method: "POST", path: type.path(namespace: namespace),
      query: [("fieldManager", Self.fieldManager)], isRepeatable: false)
    request.setBody(object)
    return try await self.object(request)
  }

  public func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue {
    guard let name = object["metadata"]?["name"]?.stringValue else {
      throw ClusterError(.badRequest, "Cannot apply \(type.kind): the object has no name")
    }
    let purpose = "apply \(type.kind) \(name)"
    let namespace = try object.namespace(as: type, for: purpose)
    let reference = ObjectReference(type, namespace: namespace, name: name)
    var request = APIRequest(
      purpose: "apply \(reference)", method: "PATCH", path: try reference.path(for: purpose),
      query: [("fieldManager", Self.fieldManager), ("force", String(force))], isRepeatable: false)
    request.setBody(object, contentType: "application/apply-patch+yaml")
    return try await self.object(request)
  }

  public func rehearse(
    _ object: JSONValue, as type: ResourceType, isApplied: Bool
  ) async throws(ClusterError) {
    let name = object["metadata"]?["name"]?.stringValue ?? ""
    let purpose = "rehearse making \(type.kind) \(name)"
    let namespace = try object.namespace(as: type, for: purpose)
    let reference = ObjectReference(type, namespace: namespace, name: name)
    var request = APIRequest(
      purpose: purpose, method: isApplied ? "PATCH" : "POST",
      path: isApplied ? try reference.path(for: purpose) : type.path(namespace: namespace),
      query: [("dryRun", "All"), ("fieldManager", Self.fieldManager)])
    if isApplied {
      request.query.append(("force", "true"))
      request.setBody(object, contentType: "application/apply-patch+yaml")
    } else {
      request.setBody(object)
    }
    _ = try await self.object(request)
  }

  public func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue {
    let part = subresource.map { " (\($0))" } ?? ""
    let purpose = "patch \(reference)\(part)"
    var request = APIRequest(
      purpose: purpose, method: "PATCH",
      path: try reference.path(for: purpose) + (subresource.map { [$0] } ?? []),
      query: [("fieldManager", Self.fieldManager)], isRepeatable: false)
    request.setBody(patch, contentType: "application/merge-patch+json")
    return try await object(request)
  }

  public func delete(
    _ reference: ObjectReference, uid: String?
  ) async throws(ClusterError) -> Bool {
    let purpose = "delete \(reference)"
    var request = APIRequest(
      purpose: purpose, method: "DELETE", path: try reference.path(for: purpose),
      isRepeatable: false)
    var options: JSONValue = [
      "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
    ]
    if let uid { options["preconditions"] = ["uid": .string(uid)] }
    request.setBody(options)
    do {
      _ = try await send(request)
      return true
    } catch {
      guard error.reason == .notFound else { throw error }
      return false
    }
  }

  public func log(
    of container: ContainerReference, lines: Int
  ) async throws(ClusterError) -> String {
    var request = APIRequest(
      purpose: "read the log of \(container.name)", path: container.path(to: "log"),
      query: [("tailLines", String(lines)), ("limitBytes", String(4 << 20))])
    if let name = container.container { request.query.append(("container", name)) }
    request.accept = "*/*"
    return String(decoding: try await send(request).body, as: UTF8.self)
  }

  /// An answer that must be an object.
  private func object(_ request: APIRequest) async throws(ClusterError) -> JSONValue {
    let value = try await json(request)
    guard value.objectValue != nil else {
      throw .malformed(request.purpose, "the answer is no object but \(value.typeName)")
    }
    return value
  }
}

extension ObjectReference {
  /// - Throws: ``ClusterError/Reason/badRequest`` where a name is missing: the path would mean
  ///   the whole collection.
  func path(for purpose: String) throws(ClusterError) -> [String] {
    guard !name.isEmpty, !type.isNamespaced || namespace?.isEmpty == false else {
      throw ClusterError(.badRequest, "Cannot \(purpose): a name or namespace is missing")
    }
    return type.path(namespace: namespace) + [name]
  }
}

extension JSONValue {
  /// The namespace that an object to be written names.
  ///
  /// - Throws: ``ClusterError/Reason/badRequest`` where the object does not fit `type`.
  fileprivate func namespace(
    as type: ResourceType, for purpose: String
  ) throws(ClusterError) -> String? {
    guard self["apiVersion"]?.stringValue == type.apiVersion,
      self["kind"]?.stringValue == type.kind
    else {
      throw ClusterError(
        .badRequest,
        "Cannot \(purpose): the object's type is not \(type.apiVersion) \(type.kind)")
    }
    guard type.isNamespaced else { return nil }
    guard let namespace = self["metadata"]?["namespace"]?.stringValue, !namespace.isEmpty else {
      throw ClusterError(.badRequest, "Cannot \(purpose): the object names no namespace")
    }
    return namespace
  }
}

extension ContainerReference {
  func path(to subresource: String) -> [String] {
    ["api", "v1", "namespaces", namespace, "pods", pod, subresource]
  }

  /// `pod shop/postgres-0, container postgres`
  var name: String {
    "pod \(namespace)/\(pod)" + (container.map { ", container \($0)" } ?? "")
  }
}
