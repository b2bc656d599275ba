import ClusterModel
import Documents
import Planning
import Ports
import SimulatedCluster
import Synchronization

/// The simulated cluster as one process reaches it.
struct SimulatedAccess: ClusterAccess {
  static let resources: [ResourceType] = [
    .namespace, .pod, .secret, .configMap, .service, .serviceAccount, .claim, .volume,
    .statefulSet, .deployment, .job, .groupSnapshot(), .groupSnapshotContent(),
    .groupSnapshotClass(), Scene.application, Scene.kustomization,
  ]

  let process: SimulatedProcess

  func serverVersion() async throws(ClusterError) -> String {
    try await call("server: version") { state throws(ClusterError) in
      state.cluster.configuration.version
    }
  }

  func resources() async throws(ClusterError) -> [ResourceType] {
    try await call("server: resources") { _ throws(ClusterError) in
      Self.resources
    }
  }

  func servedResources() async throws(ClusterError) -> [ResourceType] { try await resources() }

  func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue? {
    let isStale = process.readsStale()
    return try await call(permission(.get, reference)) { state throws(ClusterError) in
      let (resource, namespace) = (reference.type.resourceName, reference.namespace ?? "")
      let object = state.cluster.object(resource, namespace: namespace, name: reference.name)
      guard isStale, let object,
        let earlier = state.earlier?.object(resource, namespace: namespace, name: reference.name),
        earlier["metadata", "uid"] == object["metadata", "uid"]
      else { return object }
      return earlier
    }
  }

  func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList {
    let terms = selector.split(separator: ",").map { term -> (String, String) in
      let parts = term.split(separator: "=", maxSplits: 1)
      precondition(parts.count == 2 && !term.contains("!="), "a selector of the kit: \(selector)")
      return (String(parts[0]), String(parts[1]))
    }
    return try await call(permission(.list, type, namespace)) { state throws(ClusterError) in
      let items = state.cluster.objects(type.resourceName, namespace: namespace)
      return ObjectList(
        items: terms.isEmpty
          ? items
          : items.filter { item in
            terms.allSatisfy { item.label($0.0) == $0.1 }
          }, resourceVersion: String(state.cluster.revision))
    }
  }

  func create(_ object: JSONValue, as type: ResourceType) async throws(ClusterError) -> JSONValue {
    let namespace = object["metadata", "namespace"]?.stringValue
    return try await call(permission(.create, type, namespace)) { state throws(ClusterError) in
      let made = try state.send("POST", type.path(namespace: namespace), body: object)
      state.made(made, as: type, by: process.name)
      return made
    }
  }

  func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue {
    let reference = ObjectReference(
      type, namespace: object["metadata", "namespace"]?.stringValue,
      name: object["metadata", "name"]?.stringValue ?? "")
    return try await call(permission(.patch, reference)) { state throws(ClusterError) in
      try state.send(
        "PATCH", reference.path, query: [("fieldManager", "oadp-plan"), ("force", String(force))],
        body: object, contentType: "application/apply-patch+yaml")
    }
  }

  func rehearse(
    _ object: JSONValue, as type: ResourceType, isApplied: Bool
  ) async throws(ClusterError) {
    let reference = ObjectReference(
      type, namespace: object["metadata", "namespace"]?.stringValue,
      name: object["metadata", "name"]?.stringValue ?? "")
    let verb = isApplied ? Permission.Verb.patch : .create
    try await call(permission(verb, reference)) { state throws(ClusterError) in
      _ =
        isApplied
        ? try state.send(
          "PATCH", reference.path,
          query: [("fieldManager", "oadp-plan"), ("force", "true"), ("dryRun", "All")],
          body: object, contentType: "application/apply-patch+yaml")
        : try state.send(
          "POST", type.path(namespace: reference.namespace), query: [("dryRun", "All")],
          body: object)
    }
  }

  func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue {
    try await call(permission(.patch, reference), isChange: true) { state throws(ClusterError) in
      state.changing(reference, by: patch)
      return try state.send(
        "PATCH", reference.path + (subresource.map { "/" + $0 } ?? ""), body: patch,
        contentType: "application/merge-patch+json")
    }
  }

  func delete(_ reference: ObjectReference, uid: String?) async throws(ClusterError) -> Bool {
    var options: JSONValue = [
      "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
    ]
    if let uid { options["preconditions"] = ["uid": .string(uid)] }
    return try await call(permission(.delete, reference)) { state throws(ClusterError) in
      state.changing(reference)
      do throws(ClusterError) {
        _ = try state.send("DELETE", reference.path, body: options)
        return true
      } catch {
        guard error.reason == .notFound else { throw error }
        return false
      }
    }
  }

  func watch(
    _ type: ResourceType, namespace: String?, selector: String, after resourceVersion: String
  ) async throws(ClusterError) -> AsyncThrowingStream<WatchEvent, any Error> {
    throw ClusterError(.badRequest, "Nothing of the runtime watches")
  }

  func exec(
    _ command: [String], in container: ContainerReference, stdin: Bool
  ) async throws(ClusterError) -> any ExecSession {
    let exec = permission(.create, .pod, container.namespace, subresource: "exec")
    // A WebSocket's handshake is a GET, and is judged as one, too.
    let opening = permission(.get, .pod, container.namespace, subresource: "exec")
    process.world.asked.withLock { _ = $0.insert(opening) }
    if stdin {
      let number = try await call(exec) { state throws(ClusterError) in
        try state.openSession(in: container, of: process.name)
      }
      return SimulatedSession(process: process, number: number, container: container)
    }
    let result = try await call(exec) { state throws(ClusterError) in
      try state.execute(command, in: container)
    }
    guard let result else { return HangingCommand(clock: ProcessClock(process: process)) }
    return FinishedCommand(output: result.output, status: result.status)
  }

  func log(of container: ContainerReference, lines: Int) async throws(ClusterError) -> String {
    try await call(permission(.get, .pod, container.namespace, subresource: "log")) {
      state throws(ClusterError) in
      let pod = state.cluster.object(
        "pods", namespace: container.namespace, name: container.pod)
      guard let uid = pod?["metadata", "uid"]?.stringValue else {
        throw ClusterError(.notFound, "pods \"\(container.pod)\" not found")
      }
      return state.logs[uid] ?? ""
    }
  }

  private func permission(
    _ verb: Permission.Verb, _ type: ResourceType, _ namespace: String?, subresource: String? = nil
  ) -> String {
    Permission(verb, type, subresource: subresource, in: namespace).description
  }

  private func permission(_ verb: Permission.Verb, _ reference: ObjectReference) -> String {
    permission(verb, reference.type, reference.namespace)
  }

  /// - Parameter isChange: Whether the server may answer that somebody else was faster.
  private func call<Value: Sendable>(
    _ what: String, isChange: Bool = false, _ body: (inout WorldState) throws(ClusterError) -> Value
  ) async throws(ClusterError) -> Value {
    try await process.call(
      what,
      failing: { failure in
        switch failure {
        case .conflict where isChange:
          ClusterError(.conflict, "the object has been modified; please apply your changes again")
        case .overloaded: ClusterError(.overloaded, "Too many requests", retryAfterSeconds: 1)
        case .serverError: ClusterError(.serverError, "etcdserver: leader changed")
        case .timedOut: ClusterError(.timedOut, "No answer within 10 s")
        case .refused: ClusterError(.forbidden, "\(what) is forbidden")
        case .notDone, .answerLost, .conflict: ClusterError(.unreachable, "The connection was lost")
        }
      }, cancelled: ClusterError(.cancelled, "Given up"), body)
  }
}

extension WorldState {
  /// Sends a request that writes.
  mutating func send(
    _ method: String, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
    contentType: String = "application/json"
  ) throws(ClusterError) -> JSONValue {
    var request = APIRequest(
      method: method, path: path, query: query.map { (name: $0.0, value: $0.1) },
      contentType: body == nil ? "" : contentType, accept: "application/json",
      userAgent: "oadp-plan/1")
    request.object = body
    guard case .response(let response) = cluster.respond(to: request, at: now),
      let value = response.object
    else { throw ClusterError(.malformedResponse, "\(method) \(path) has no answer") }
    if response.status < 300 {
      if value["kind"] == "Lease" { noteHolder(of: value) }
      return value
    }
    let reason: ClusterError.Reason =
      switch (response.status, value["reason"]?.stringValue) {
      case (409, "AlreadyExists"): .alreadyExists
      case (409, _): .conflict
      case (404, _): .notFound
      case (403, _): .forbidden
      case (422, _): .invalid
      default: .badRequest
      }
    throw ClusterError(reason, value["message"]?.stringValue ?? "")
  }
}

extension WorldState {
  private mutating func noteHolder(of lease: JSONValue) {
    let name = lease["metadata", "name"]?.stringValue ?? ""
    let identity = lease["spec", "holderIdentity"]?.stringValue ?? ""
    let holder = String(identity.prefix { $0 != ":" })
    if holder.isEmpty {
      leasesTaken[name] = nil
    } else if leasesTaken[name]?.by != holder {
      leasesTaken[name] = (holder, now)
    }
  }
}

extension ResourceType {
  /// The resource as the cluster's store calls it.
  var resourceName: String { group.isEmpty ? plural : "\(plural).\(group)" }

  func path(namespace: String?) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    guard isNamespaced, let namespace else { return "\(root)/\(plural)" }
    return "\(root)/namespaces/\(namespace)/\(plural)"
  }
}

extension ObjectReference {
  var path: String { type.path(namespace: namespace) + "/" + name }
}
