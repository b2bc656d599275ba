import Documents

extension SimulatedKubernetes {
  /// How many objects one page may hold.
  static let pageMax = 10_000

  func list(_ call: Call) throws(APIError) -> Answer {
    let selectors = try Selectors(call.request, for: call.resource)
    try checkRevision(call)
    let namespace = call.target.namespace.isEmpty ? nil : call.target.namespace
    var items = store.sorted(call.resource.id, namespace: namespace)
    if !selectors.isEmpty { items.removeAll { !selectors.matches($0.value) } }
    let after = try continuation(call)
    if let after { items.removeAll { $0.key <= after } }
    var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
    let limit = call.request.parameter("limit").flatMap { Int($0) } ?? 0
    let page = limit > 0 ? min(limit, Self.pageMax) : items.count
    if items.count > page {
      let last = items[page - 1].key
      metadata["continue"] = .string("\(revision)/\(last.namespace)/\(last.name)")
      if selectors.isEmpty {
        metadata["remainingItemCount"] = .integer(Int64(items.count - page))
      }
    }
    let objects = items.prefix(page).map(\.value)
    return .response(APIResponse(body(of: objects, call, metadata)))
  }

  private func body(of objects: [JSONValue], _ call: Call, _ metadata: JSONValue) -> JSONValue {
    switch Representation(call.request) {
    case .table(let includes):
      return table(
        of: objects.map(call.presented), call, includesObject: includes, metadata: metadata)
    case .metadata:
      return [
        "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
        "items": .array(objects.map { Representation.metadataOnly(call.presented($0)) }),
      ]
    case .object:
      return [
        "kind": .string(call.resource.listKind), "apiVersion": .string(call.apiVersion),
        "metadata": metadata, "items": .array(objects.map(call.listed)),
      ]
    }
  }

  private func continuation(_ call: Call) throws(APIError) -> ObjectKey? {
    guard let token = call.request.parameter("continue"), !token.isEmpty else { return nil }
    let parts = token.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let revision = UInt64(parts[0]), revision <= self.revision else {
      throw .badRequest("continue key is not valid: \(token)")
    }
    return ObjectKey(call.resource.id, parts[1], parts[2])
  }

  /// Refuses revisions that are no numbers, that have not come yet, or that are asked for exactly
  /// and have passed.
  private func checkRevision(_ call: Call) throws(APIError) {
    guard let text = call.request.parameter("resourceVersion"), !text.isEmpty else { return }
    guard let wanted = UInt64(text) else {
      throw .badRequest("Invalid value: \"\(text)\": invalid resourceVersion")
    }
    if wanted > revision { throw Self.tooLarge(wanted, current: revision) }
    if call.request.parameter("resourceVersionMatch") == "Exact", wanted < revision {
      throw .expired("The provided resource version is too old: \(wanted) (\(revision))")
    }
  }

  static func tooLarge(_ wanted: UInt64, current: UInt64) -> APIError {
    APIError(
      code: 504, reason: "Timeout",
      message: "Timeout: Too large resource version: \(wanted), current: \(current)",
      details: [
        "causes": [
          ["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]
        ], "retryAfterSeconds": 1,
      ])
  }
}
