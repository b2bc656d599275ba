public import Documents

extension SimulatedKubernetes {
  /// How often an idle watch tells its revision.
  private static let bookmarkInterval = Duration.seconds(60)
  private static let watchMax = Duration.seconds(3600)

  func watch(_ call: Call) throws(APIError) -> Answer {
    let request = call.request
    let selectors = try Selectors(request, for: call.resource, name: call.target.name)
    let text = request.parameter("resourceVersion") ?? ""
    guard let start = text.isEmpty ? 0 : UInt64(text) else {
      throw .badRequest("Invalid value: \"\(text)\": invalid resourceVersion")
    }
    guard start <= revision else { throw Self.tooLarge(start, current: revision) }
    let initial = request.flag("sendInitialEvents")
    let seconds = request.parameter("timeoutSeconds").flatMap { Int64($0) } ?? 1800
    let length = min(Duration.seconds(max(1, min(seconds, 100_000))), Self.watchMax)
    return .watch(
      WatchCursor(
        deadline: call.now + length, resource: call.resource.id, version: call.version.name,
        namespace: call.target.namespace.isEmpty ? nil : call.target.namespace,
        selectors: selectors, representation: Representation(request),
        revision: initial || start == 0 ? revision : start,
        sendsInitial: initial || start == 0 && request.parameter("sendInitialEvents") != "false",
        marksInitialEnd: initial && request.flag("allowWatchBookmarks"),
        allowsBookmarks: request.flag("allowWatchBookmarks"),
        nextBookmark: call.now + Self.bookmarkInterval))
  }

  /// The events a watch has not seen yet; advances its cursor.
  ///
  /// - Complexity: O(*k*) in the number of changes of the watched resource since the last call.
  public mutating func events(for cursor: inout WatchCursor, at now: Timestamp) -> WatchBatch {
    guard let resource = registry[cursor.resource], let version = resource.version(cursor.version)
    else { return WatchBatch(isFinished: true) }
    var writer = WatchWriter(cluster: self, resource: resource, version: version, now: now)
    if cursor.sendsInitial { writer.sendInitial(&cursor) }
    guard let changes = store.changes(of: cursor.resource, after: cursor.revision) else {
      let error = APIError.expired("too old resource version: \(cursor.revision) (\(revision))")
      writer.line("ERROR", error.status)
      return WatchBatch(lines: writer.bytes, isFinished: true)
    }
    for change in changes { writer.send(change, &cursor) }
    cursor.revision = max(cursor.revision, revision)
    if cursor.allowsBookmarks, now >= cursor.nextBookmark || now >= cursor.deadline {
      writer.bookmark(cursor)
      cursor.nextBookmark = now + Self.bookmarkInterval
    }
    return WatchBatch(lines: writer.bytes, isFinished: now >= cursor.deadline)
  }
}

/// Writes the lines of one batch.
private struct WatchWriter {
  let cluster: SimulatedKubernetes
  let resource: Resource
  let version: Resource.Version
  let now: Timestamp
  var bytes: [UInt8] = []

  init(
    cluster: SimulatedKubernetes, resource: Resource, version: Resource.Version, now: Timestamp
  ) {
    self.cluster = cluster
    self.resource = resource
    self.version = version
    self.now = now
  }

  mutating func line(_ type: String, _ object: JSONValue) {
    bytes += CanonicalJSON.bytes(["type": .string(type), "object": object])
    bytes.append(0x0A)
  }

  mutating func sendInitial(_ cursor: inout WatchCursor) {
    cursor.sendsInitial = false
    let revision = cluster.revision
    for object in cluster.store.list(cursor.resource, namespace: cursor.namespace)
    where cursor.selectors.matches(object) {
      event("ADDED", object, &cursor)
    }
    cursor.revision = revision
    if cursor.marksInitialEnd {
      bookmark(cursor, annotations: ["k8s.io/initial-events-end": "true"])
    }
  }

  /// A change as this watch sees it: an object may come into or fall out of its selectors.
  mutating func send(_ change: Change, _ cursor: inout WatchCursor) {
    if let namespace = cursor.namespace, change.object.namespace != namespace { return }
    let matched = change.previous.map(cursor.selectors.matches) ?? false
    let matches = cursor.selectors.matches(change.object)
    switch change.kind {
    case .deleted: if matched || matches { event("DELETED", change.object, &cursor) }
    case .added, .modified:
      switch (matched, matches) {
      case (false, true): event("ADDED", change.object, &cursor)
      case (true, true): event("MODIFIED", change.object, &cursor)
      case (true, false):
        var last = change.previous ?? change.object
        last.set(
          ["metadata", "resourceVersion"], to: .string(String(change.revision)))
        event("DELETED", last, &cursor)
      case (false, false): break
      }
    }
  }

  private mutating func event(_ type: String, _ stored: JSONValue, _ cursor: inout WatchCursor) {
    let call = call
    let object = call.presented(stored)
    switch cursor.representation {
    case .object: line(type, object)
    case .metadata: line(type, Representation.metadataOnly(object))
    case .table(let includes):
      var table = cluster.table(
        of: [object], call, includesObject: includes,
        metadata: ["resourceVersion": .string(object.resourceVersion)])
      if cursor.hasSentColumns { table["columnDefinitions"] = .null }
      cursor.hasSentColumns = true
      line(type, table)
    }
  }

  mutating func bookmark(_ cursor: WatchCursor, annotations: JSONValue? = nil) {
    var metadata: JSONValue = ["resourceVersion": .string(String(cursor.revision))]
    metadata["annotations"] = annotations
    let call = call
    if case .table(let includes) = cursor.representation {
      var object = call.presented([:])
      object["metadata"] = metadata
      var table = cluster.table(
        of: [object], call, includesObject: includes, metadata: metadata)
      table["columnDefinitions"] = .null
      line("BOOKMARK", table)
      return
    }
    let isMetadata = if case .metadata = cursor.representation { true } else { false }
    line(
      "BOOKMARK",
      [
        "kind": .string(isMetadata ? "PartialObjectMetadata" : resource.kind),
        "apiVersion": .string(isMetadata ? "meta.k8s.io/v1" : call.apiVersion),
        "metadata": metadata,
      ])
  }

  private var call: Call {
    Call(
      request: APIRequest(method: "GET", path: ""), target: RequestTarget(path: "/api/v1")!,
      resource: resource, version: version, now: now)
  }
}
