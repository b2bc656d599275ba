import Documents
import SimulatedCluster

/// Serves the API on connections: authentication, requests, watches, and the streams of pods.
struct APIFront: Sendable {
  /// As the real server bounds it.
  static let bodyBytesMax = 3 << 20

  let owner: ClusterOwner
  let node: NodeAgent
  let reactor: Reactor
  let token: String

  /// Accepts and serves, until cancelled.
  func run(_ listener: HTTPListener) async throws {
    let gate = Gate(limit: HTTPListener.connectionsMax)
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        let file = try await listener.accept(reactor)
        guard gate.enter() else { continue }  // closes it
        group.addTask {
          defer { gate.leave() }
          await serve(HTTPConnection(file: file, reactor: reactor))
        }
      }
    }
  }

  /// One client, until it leaves or misbehaves.
  private func serve(_ connection: HTTPConnection) async {
    var connection = connection
    do {
      while let request = try await connection.nextHead() {
        let body = try await connection.body(of: request, bytesMax: Self.bodyBytesMax)
        guard try await answer(request, body, on: connection) else { return }
      }
    } catch HTTPConnection.Failure.malformed {
      let status = Status(400, "BadRequest", "The request is no HTTP/1.1")
      try? await refuse(status, on: connection)
    } catch HTTPConnection.Failure.tooLarge {
      let status = Status(
        413, "RequestEntityTooLarge", "The request is larger than \(Self.bodyBytesMax) bytes")
      try? await refuse(status, on: connection)
    } catch {
      return  // the client is gone, or the server stops
    }
  }

  private func refuse(_ status: Status, on connection: HTTPConnection) async throws {
    try await connection.respond(
      status: status.code, contentType: "application/json", body: status.body, keepAlive: false)
  }

  /// - Returns: Whether the connection may be used for another request.
  private func answer(
    _ request: HTTPRequest, _ body: [UInt8], on connection: HTTPConnection
  ) async throws -> Bool {
    guard let wholePath = request.path, let query = request.query else {
      try await refuse(Status(400, "BadRequest", "The URL is not UTF-8"), on: connection)
      return false
    }
    let isHead = request.method == "HEAD"
    func respond(_ response: APIResponse) async throws -> Bool {
      try await connection.respond(
        status: response.status, contentType: response.contentType, body: response.body,
        keepAlive: request.keepsAlive, withoutBody: isHead)
      return request.keepsAlive
    }
    // kubectl sends no credentials without TLS; so the kubeconfig has the token in its URL, too.
    let (path, isKnown) = withoutToken(wholePath)
    if ["/readyz", "/livez", "/healthz"].contains(path) {
      return try await respond(
        APIResponse(status: 200, contentType: "text/plain", body: Array("ok".utf8)))
    }
    guard isKnown || isSecret(request["authorization"], "Bearer \(token)") else {
      return try await respond(Status(401, "Unauthorized", "Unauthorized").response)
    }
    let apiRequest = APIRequest(
      method: isHead ? "GET" : request.method, path: path, query: query,
      contentType: request["content-type"], accept: request["accept"], body: body,
      userAgent: request["user-agent"])
    let answer: Answer
    do {
      answer = try await owner.respond(to: apiRequest)
    } catch let error as SystemError {
      let message = "The state cannot be saved: \(error)"
      return try await respond(Status(500, "InternalError", message).response)
    }
    switch answer {
    case .response(let response): return try await respond(response)
    case .watch(let cursor):
      try await watch(cursor, on: connection)
      return false
    case .podConnection(let wanted):
      if wanted.purpose == .log { return try await sendLog(wanted, request, on: connection) }
      try await RemoteCommand(node: node, reactor: reactor).run(wanted, request, on: connection)
      return false
    }
  }

  /// The path below `/TOKEN`, and whether the token was there.
  private func withoutToken(_ path: String) -> (path: String, isKnown: Bool) {
    let first = path.dropFirst().prefix { $0 != "/" }
    guard isSecret(String(first), token) else { return (path, false) }
    let rest = path.dropFirst(1 + first.count)
    return (rest.isEmpty ? "/" : String(rest), true)
  }

  private func isSecret(_ given: String, _ wanted: String) -> Bool {
    let given = Array(given.utf8)
    let wanted = Array(wanted.utf8)
    guard given.count == wanted.count else { return false }
    // Takes the same time wherever they differ.
    return zip(given, wanted).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Streams events until the watch ends or the client leaves.
  private func watch(_ start: WatchCursor, on connection: HTTPConnection) async throws {
    try await connection.beginStream(contentType: "application/json")
    try await untilClientLeaves(connection) {
      var cursor = start
      while true {
        let seen = owner.changes.rings
        let (next, batch) = await owner.events(after: cursor)
        cursor = next
        if !batch.lines.isEmpty { try await connection.chunk(batch.lines) }
        if batch.isFinished { return try await connection.chunk([]) }
        try await owner.changes.wait(beyond: seen)
      }
    }
  }

  private func sendLog(
    _ wanted: PodConnection, _ request: HTTPRequest, on connection: HTTPConnection
  ) async throws -> Bool {
    guard let log = await node.log(of: wanted) else {
      let what = wanted.log.previous ? "previous terminated container" : "container"
      let message = "\(what) \"\(wanted.container)\" in pod \"\(wanted.pod)\" not found"
      try await refuse(Status(400, "BadRequest", message), on: connection)
      return false
    }
    try await connection.beginStream(contentType: "text/plain")
    try await untilClientLeaves(connection) {
      var reader = log.reader(wanted.log)
      repeat {
        let seen = log.changed.rings
        while case let bytes = try reader.next(), !bytes.isEmpty {
          try await connection.chunk(bytes)
        }
        if reader.isFinished || log.isClosed && !reader.hasMore { break }
        if wanted.log.follow { try await log.changed.wait(beyond: seen) }
      } while wanted.log.follow
      try await connection.chunk([])
    }
    return false
  }

  /// Runs `body`, cancelled when the client closes its side.
  private func untilClientLeaves(
    _ connection: HTTPConnection, _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask { try await connection.waitForClient() }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}

/// A refusal, as the API says it.
struct Status {
  var code: Int
  var reason: String
  var message: String

  init(_ code: Int, _ reason: String, _ message: String) {
    self.code = code
    self.reason = reason
    self.message = message
  }

  var body: [UInt8] {
    CanonicalJSON.bytes([
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
      "message": .string(message), "reason": .string(reason), "code": .integer(Int64(code)),
    ])
  }

  var response: APIResponse { APIResponse(status: code, body: body) }
}
