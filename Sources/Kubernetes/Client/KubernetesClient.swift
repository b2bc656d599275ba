import ClusterModel
import CurlTransport
public import Documents
public import Ports

/// A Kubernetes API server, over HTTP.
///
/// Requests share connections and run side by side as far as the caller asks. Reads are repeated
/// by themselves after a failure that may pass; writes only where the server asked for it (429 or
/// 503 with `Retry-After`) or cannot have seen them.
public final class KubernetesClient: ClusterAccess {
  public let configuration: ClientConfiguration
  let connector: Connector
  let discovery: DiscoveryCache
  let retryPolicy: RetryPolicy
  let clock: any Clock<Duration>

  /// - Parameters:
  ///   - userAgent: `oadp-plan/1.2.0`; the server's audit log shows it.
  ///   - clock: Measures pauses between attempts.
  ///   - now: The wall clock, for credentials that expire.
  public init(
    _ configuration: ClientConfiguration, userAgent: String = "oadp-plan",
    retryPolicy: RetryPolicy = RetryPolicy(), clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp = WallClock.now
  ) {
    self.configuration = configuration
    self.retryPolicy = retryPolicy
    self.clock = clock
    connector = Connector(configuration, userAgent: userAgent, now: now)
    discovery = DiscoveryCache(now: now)
  }

  /// The name under which fields are owned (`metadata.managedFields`).
  static let fieldManager = "oadp-plan"
}

// MARK: Asking

extension KubernetesClient {
  /// The answer's body as JSON.
  func json(_ request: APIRequest) async throws(ClusterError) -> JSONValue {
    let response = try await send(request)
    do {
      return try JSONValue(parsing: response.body)
    } catch {
      throw .malformed(request.purpose, "the answer is no JSON: \(error)")
    }
  }

  /// A successful answer, whole.
  func send(_ request: APIRequest) async throws(ClusterError) -> CurlResponse {
    try await retrying(request) { connection throws(FailedAttempt) in
      let stream = try await self.open(request, on: connection)
      do throws(TransportError) {
        return CurlResponse(head: stream.head, body: try await stream.collect())
      } catch {
        throw FailedAttempt(request.purpose, connection.origin, error)
      }
    }
  }

  /// A successful answer whose body is still to come.
  func stream(_ request: APIRequest) async throws(ClusterError) -> CurlStream {
    try await retrying(request) { connection throws(FailedAttempt) in
      try await self.open(request, on: connection)
    }
  }

  private func open(
    _ request: APIRequest, on connection: Connector.Connection
  ) async throws(FailedAttempt) -> CurlStream {
    var headers = connection.headers + [HTTPField("Accept", request.accept)]
    if let type = request.contentType { headers.append(HTTPField("Content-Type", type)) }
    let stream: CurlStream
    do throws(TransportError) {
      stream = try await connection.transport.open(
        CurlRequest(
          method: request.method, url: connection.server + request.target, headers: headers,
          body: request.body, deadlines: request.deadlines,
          responseBytesMax: request.responseBytesMax, isRepeatable: request.isRepeatable))
    } catch {
      throw FailedAttempt(request.purpose, connection.origin, error)
    }
    guard !(200..<300).contains(stream.head.status) else { return stream }
    // The explanation is worth a little waiting; without it the status alone must do.
    var body: [UInt8] = []
    while body.count < 1 << 20, let chunk = try? await stream.next() { body += chunk }
    throw FailedAttempt(
      ClusterError(
        answering: request.purpose, status: stream.head.status, headers: stream.head.headers,
        body: body))
  }

  /// Tries until an attempt succeeds, its failure is final, or the policy has had enough.
  func retrying<Value: Sendable>(
    _ request: APIRequest,
    _ attempt: (Connector.Connection) async throws(FailedAttempt) -> Value
  ) async throws(ClusterError) -> Value {
    guard request.hasSafePath else {
      throw ClusterError(
        .badRequest, "Cannot \(request.purpose): a name is empty or holds `/` or `%`")
    }
    var number = 1
    var hasRenewed = false
    while true {
      let connection = try await connector.connection(for: request.purpose)
      let failure: FailedAttempt
      do {
        return try await attempt(connection)
      } catch {
        failure = error
      }
      if failure.error.reason == .unauthorized, !hasRenewed {
        // The server has done nothing yet, so that even a write may be sent again.
        hasRenewed = true
        if await connector.renewCredentials(refused: connection.generation) { continue }
      }
      let pause = retryPolicy.pause(
        after: failure.error, attempt: number, isRepeatable: request.isRepeatable,
        mayHaveArrived: failure.mayHaveArrived)
      guard let pause else { throw failure.error(after: number) }
      do {
        try await clock.sleep(for: pause)
      } catch {
        throw ClusterError(.cancelled, "Cannot \(request.purpose): the call was cancelled")
      }
      number += 1
    }
  }
}

/// One attempt's end, with what the retry decision needs.
struct FailedAttempt: Error {
  var error: ClusterError
  var mayHaveArrived = true

  init(_ error: ClusterError) { self.error = error }

  init(_ purpose: String, _ server: String, _ error: TransportError) {
    self.error = ClusterError(failing: purpose, server: server, error)
    mayHaveArrived = error.mayHaveArrived
  }

  func error(after attempts: Int) -> ClusterError {
    guard attempts > 1 else { return error }
    var error = error
    error.message += " (attempt \(attempts))"
    return error
  }
}
