import CurlTransport

/// Sends requests until they are answered for good, or the retry policy gives up.
struct StoreClient: Sendable {
  let transport: HTTPTransport
  var retries: RetryPolicy

  struct Answer {
    var response: CurlResponse
    /// Whether an attempt before this one may have done the work already.
    var mayHaveLandedBefore: Bool
  }

  /// Connecting, or waiting while nothing moves.
  private static let silence = Duration.seconds(60)
  /// An exchange slower than this is hopeless.
  private static let bytesPerSecondMin = 16 << 10
  /// An error's own text, beside the bytes that were asked for.
  static let errorBytesMax = 64 << 10

  static func deadlines(bytes: Int) -> Deadlines {
    Deadlines(
      connect: .seconds(15), silence: silence,
      total: .seconds(120) + .seconds(bytes / bytesPerSecondMin))
  }

  /// - Parameters:
  ///   - what: What the request is about, in messages: never a secret.
  ///   - make: Makes the request anew for each attempt: a signature holds the time.
  ///   - hasLanded: Asked after each failure that the server may have seen; where it says yes,
  ///     nothing is left to do and the result is `nil`.
  func send(
    _ what: String, make: @Sendable () -> CurlRequest,
    hasLanded: (@Sendable () async -> Bool)? = nil
  ) async throws(ObjectStoreError) -> Answer? {
    let clock = ContinuousClock()
    let start = clock.now
    var failures = 0
    var mayHaveLanded = false
    while true {
      let failure: ObjectStoreError
      var retryAfter: Duration?
      do throws(TransportError) {
        let response = try await transport.send(make())
        guard RetryPolicy.isTransient(status: response.status) else {
          return Answer(response: response, mayHaveLandedBefore: mayHaveLanded)
        }
        retryAfter = RetryPolicy.retryAfter(response.head.headers.first(named: "Retry-After"))
        mayHaveLanded = mayHaveLanded || response.status != 429
        failure = ObjectStoreError(.io, "\(what): the server answered \(response.status)")
      } catch {
        failure = ObjectStoreError(.io, "\(what): \(error)")
        guard error.isTransient else { throw failure }
        mayHaveLanded = mayHaveLanded || error.mayHaveArrived
      }
      failures += 1
      if mayHaveLanded, let hasLanded, await hasLanded() { return nil }
      let pause = retries.pause(
        afterFailures: failures, elapsed: start.duration(to: clock.now), retryAfter: retryAfter,
        jitter: .random(in: 0...1))
      guard let pause else { throw failure }
      do { try await clock.sleep(for: pause) } catch {
        throw ObjectStoreError(.io, "\(what): cancelled")
      }
    }
  }

  /// A request that may be repeated without any harm.
  func repeatable(
    _ what: String, make: @Sendable () -> CurlRequest
  ) async throws(ObjectStoreError) -> CurlResponse {
    guard let answer = try await send(what, make: make) else {
      preconditionFailure("\(what): nobody could have said that it landed")
    }
    return answer.response
  }

  /// The same client for looking whether a write landed: the write's own retries go on after it.
  var forChecks: StoreClient {
    var client = self
    client.retries.attemptsMax = min(2, retries.attemptsMax)
    return client
  }
}

extension TransportError {
  /// A certificate, a URL or an answer beyond all bounds will be no better next time.
  fileprivate var isTransient: Bool {
    switch reason {
    case .cannotConnect, .timedOut, .connectionLost, .malformed: true
    case .invalidRequest, .tls, .tooLarge, .cancelled: false
    }
  }
}
