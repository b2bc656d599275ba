import ClusterModel
import Documents
import Ports
import SimulatedCluster

/// The simulated cluster behind the port, with instant storage and a node without processes.
///
/// Nothing settles by itself: controllers run when the clock does, so that the backend sees every
/// state in between.
actor InMemoryCluster: ClusterAccess {
  private var cluster: SimulatedKubernetes
  private var node: SimulatedNode
  private let time: VirtualTime
  private var plan = CallPlan()
  private var logs: [String: String] = [:]
  private var moreTypes: [ResourceType] = []
  private var answerExec: ExecScript = { command, _ throws(ClusterError) in
    throw ClusterError(.badRequest, "Nobody expects `\(command.joined(separator: " "))`")
  }

  /// What is wrong with the cluster.
  struct Faults: Sendable {
    /// How storage answers; `nil` never does.
    var storage: @Sendable (Effect) -> EffectOutcome? = { effect in
      if case .cutSnapshot = effect { .done(bytes: 1 << 30) } else { .done(bytes: nil) }
    }
    /// What is read of an object in place of what it is.
    var reading: @Sendable (JSONValue) -> JSONValue = { $0 }
    /// Why an object is not made.
    var refusal: @Sendable (JSONValue) -> ClusterError? = { _ in nil }
    /// Events beside those of the controllers.
    var events: [JSONValue] = []
  }

  private var faults = Faults()

  func setFaults(_ change: @Sendable (inout Faults) -> Void) { change(&faults) }

  typealias ExecScript =
    @Sendable ([String], ContainerReference) throws(ClusterError) -> ScriptedSession

  /// Which call to the API fails.
  struct CallPlan {
    var callsMade = 0
    var failing: Int?
    /// Whether the server acts before the answer is lost.
    var actsFirst = false
  }

  init(time: VirtualTime) {
    self.time = time
    cluster = SimulatedKubernetes(configuration: Configuration())
    node = SimulatedNode()
  }

  // MARK: Setting the scene

  /// Decides what becomes of pods.
  func setFate(_ fate: @escaping @Sendable (JSONValue) -> SimulatedNode.Fate) { node.fate = fate }

  /// What the containers of pods write whose names begin so.
  func setLog(_ text: String, ofPodsNamed prefix: String) { logs[prefix] = text }

  func setExec(_ script: @escaping ExecScript) { answerExec = script }

  /// Fails call `number` (from 1) of those still to come.
  func fail(call number: Int?, actsFirst: Bool = false) {
    plan = CallPlan(failing: number, actsFirst: actsFirst)
  }

  var callsMade: Int { plan.callsMade }

  /// Runs controllers, storage and node until all rest, without letting time pass.
  func settle() {
    for _ in 0..<100 {
      let before = cluster.revision
      _ = cluster.reconcile(at: time.now)
      for effect in cluster.takeEffects() {
        guard let outcome = faults.storage(effect) else { continue }
        cluster.finish(effect.id, with: outcome, at: time.now)
      }
      _ = node.step(&cluster, at: time.now)
      _ = cluster.reconcile(at: time.now)
      if cluster.revision == before { return }
    }
    preconditionFailure("the cluster does not come to rest")
  }

  /// Everything of a type, past the call plan.
  func all(_ type: ResourceType) -> [JSONValue] {
    (try? items(type, namespace: nil, selector: "")) ?? []
  }

  // MARK: ClusterAccess

  func serverVersion() async throws(ClusterError) -> String {
    try send("GET", "/version")["gitVersion"]?.stringValue ?? ""
  }

  func resources() async throws(ClusterError) -> [ResourceType] {
    try call { () throws(ClusterError) in
      [
        .namespace, .pod, .secret, .configMap, .service, .serviceAccount, .claim, .volume,
        .statefulSet, .deployment, .job,
      ] + moreTypes
    }
  }

  func servedResources() async throws(ClusterError) -> [ResourceType] { try await resources() }

  /// What CustomResourceDefinitions would have added to the server.
  func serve(_ types: [ResourceType]) { moreTypes += types }

  func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue? {
    try call { () throws(ClusterError) in
      do throws(ClusterError) { return faults.reading(try send("GET", reference.path)) } catch {
        guard error.reason == .notFound else { throw error }
        return nil
      }
    }
  }

  func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList {
    try call { () throws(ClusterError) in
      var items = try items(type, namespace: namespace, selector: selector)
      if type == .event { items += faults.events }
      return ObjectList(items: items.map(faults.reading), resourceVersion: "")
    }
  }

  func create(_ object: JSONValue, as type: ResourceType) async throws(ClusterError) -> JSONValue {
    try call { () throws(ClusterError) in
      if let refusal = faults.refusal(object) { throw refusal }
      return try send(
        "POST", type.path(namespace: object["metadata", "namespace"]?.stringValue), body: object)
    }
  }

  func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue {
    let reference = ObjectReference(
      type, namespace: object["metadata", "namespace"]?.stringValue,
      name: object["metadata", "name"]?.stringValue ?? "")
    return try call { () throws(ClusterError) in
      try send(
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
    try call { () throws(ClusterError) in
      if let refusal = faults.refusal(object) { throw refusal }
      _ =
        isApplied
        ? try send(
          "PATCH", reference.path,
          query: [("fieldManager", "oadp-plan"), ("force", "true"), ("dryRun", "All")],
          body: object, contentType: "application/apply-patch+yaml")
        : try send(
          "POST", type.path(namespace: reference.namespace), query: [("dryRun", "All")],
          body: object)
    }
  }

  func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue {
    try call { () throws(ClusterError) in
      try send(
        "PATCH", reference.path + (subresource.map { "/" + $0 } ?? ""), body: patch,
        contentType: "application/merge-patch+json")
    }
  }

  func delete(_ reference: ObjectReference, uid: String?) async throws(ClusterError) -> Bool {
    var options: JSONValue = [
      "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
    ]
    if let uid { options["preconditions"] = ["uid": .string(uid)] }
    return try call { () throws(ClusterError) in
      do throws(ClusterError) {
        _ = try send("DELETE", reference.path, body: options)
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
    AsyncThrowingStream { $0.finish() }
  }

  func exec(
    _ command: [String], in container: ContainerReference, stdin: Bool
  ) async throws(ClusterError) -> any ExecSession {
    try call { () throws(ClusterError) in try answerExec(command, container) }
  }

  func log(of container: ContainerReference, lines: Int) async throws(ClusterError) -> String {
    try call { () throws(ClusterError) in
      logs.first { container.pod.hasPrefix($0.key) }?.value ?? ""
    }
  }

  // MARK: Requests

  private func call<Value>(
    _ body: () throws(ClusterError) -> Value
  ) throws(ClusterError) -> Value {
    plan.callsMade += 1
    guard plan.callsMade == plan.failing else { return try body() }
    if plan.actsFirst { _ = try body() }
    throw ClusterError(.unreachable, "The connection was lost")
  }

  private func items(
    _ type: ResourceType, namespace: String?, selector: String
  ) throws(ClusterError) -> [JSONValue] {
    let query = selector.isEmpty ? [] : [("labelSelector", selector)]
    let list = try send("GET", type.path(namespace: namespace), query: query)
    return (list["items"]?.arrayValue ?? []).map { item in
      // As the port promises: items of lists say what they are.
      var item = item
      item["apiVersion"] = .string(type.apiVersion)
      item["kind"] = .string(type.kind)
      return item
    }
  }

  private func send(
    _ method: String, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
    contentType: String = "application/json"
  ) throws(ClusterError) -> JSONValue {
    let request = APIRequest(
      method: method, path: path, query: query.map { (name: $0.0, value: $0.1) },
      contentType: body == nil ? "" : contentType, accept: "application/json",
      body: body.map(CanonicalJSON.bytes) ?? [], userAgent: "oadp-plan/1")
    guard case .response(let response) = cluster.respond(to: request, at: time.now),
      let value = try? JSONValue(parsing: response.body)
    else { throw ClusterError(.malformedResponse, "\(method) \(path) has no answer") }
    guard response.status >= 300 else { return value }
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

extension ResourceType {
  func path(namespace: String?) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    guard isNamespaced, let namespace else { return "\(root)/\(plural)" }
    return "\(root)/namespaces/\(namespace)/\(plural)"
  }
}

extension ObjectReference {
  var path: String { type.path(namespace: namespace) + "/" + name }
}
