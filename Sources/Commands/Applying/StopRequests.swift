import Dispatch
import Glibc

/// SIGINT and SIGTERM as a stream: the first asks a run to stop, the second to hurry.
///
/// From its making on, neither signal ends the process by itself.
struct StopRequests: ~Copyable {
  let stream: AsyncStream<Void>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    self.stream = stream
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield() }
      source.resume()
      return source
    }
    // A terminal that closes must not end a run between a quiesce and its unquiesce.
    signal(SIGHUP, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
  }

  deinit { for source in sources { source.cancel() } }
}

extension StopRequests {
  /// Runs `body`, and cancels it at the first request to stop: so that it can put away what would
  /// be in the way of others.
  static func cancelling<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let stops = StopRequests()
    let stream = stops.stream
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        for await _ in stream { break }
        return nil
      }
      // After a request, the answer of `body` to its cancellation is still to come.
      while let answer = try await group.next() {
        group.cancelAll()
        if let answer { return answer }
      }
      throw CancellationError()
    }
  }
}
