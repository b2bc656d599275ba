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
