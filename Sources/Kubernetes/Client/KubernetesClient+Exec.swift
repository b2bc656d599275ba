import CurlTransport
public import Ports

extension KubernetesClient {
  public func exec(
    _ command: [String], in container: ContainerReference, stdin: Bool
  ) async throws(ClusterError) -> any ExecSession {
    // The command's words may be secrets: messages name the program alone.
    let purpose = "run `\(command.first ?? "")` in \(container.name)"
    var request = APIRequest(
      purpose: purpose, path: container.path(to: "exec"),
      query: command.map { ("command", $0) }, isRepeatable: false)
    if let name = container.container { request.query.append(("container", name)) }
    if stdin { request.query.append(("stdin", "true")) }
    request.query += [("stdout", "true"), ("stderr", "true")]
    return try await retrying(request) { connection throws(FailedAttempt) in
      try await self.upgrade(request, over: connection, hasInput: stdin)
    }
  }

  private func upgrade(
    _ request: APIRequest, over api: Connector.Connection, hasInput: Bool
  ) async throws(FailedAttempt) -> ExecStream {
    var random = SystemRandomNumberGenerator()
    let nonce = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let handshake = WebSocketHandshake(nonce: nonce, protocols: [ExecProtocol.v5, ExecProtocol.v4])
    let answer: (connection: CurlConnection, head: ResponseHead, rest: [UInt8])
    do throws(TransportError) {
      answer = try await ask(handshake, target: request.target, of: api)
    } catch {
      throw FailedAttempt(request.purpose, api.origin, error)
    }
    guard answer.head.status == 101 else {
      throw FailedAttempt(
        ClusterError(
          answering: request.purpose, status: answer.head.status, headers: answer.head.headers,
          body: answer.rest))
    }
    do throws(WebSocketDecoder.Violation) {
      return ExecStream(
        answer.connection, rest: answer.rest, subprotocol: try handshake.accept(answer.head),
        hasInput: hasInput, purpose: request.purpose)
    } catch {
      throw FailedAttempt(.malformed(request.purpose, error.message))
    }
  }

  private func ask(
    _ handshake: WebSocketHandshake, target: String, of api: Connector.Connection
  ) async throws(TransportError) -> (CurlConnection, ResponseHead, [UInt8]) {
    guard let place = URLParts(api.server + target), api.headers.flaw == nil else {
      throw TransportError(.invalidRequest, "The request has a bad URL or header")
    }
    let options = api.transport.options
    let connection = try await CurlConnection.open(to: api.server + target, options: options)
    // A server that accepts and then says nothing must not hold us.
    connection.keepAlive(with: [], after: .seconds(10))
    try await connection.send(
      handshake.request(
        target: place.target, host: place.authority,
        headers: api.headers + [HTTPField("User-Agent", options.userAgent)]))
    var answer = UpgradeAnswer()
    while !answer.isWhole, let bytes = try await connection.receive() {
      try answer.append(bytes)
    }
    guard let head = answer.head else {
      throw TransportError(.connectionLost, "The server closed the connection without an answer")
    }
    return (connection, head, answer.rest)
  }
}
