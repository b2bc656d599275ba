import Synchronization

/// A byte stream to a server, for protocols that begin as HTTP and become something else.
///
/// libcurl connects it — proxy, TLS and client certificates included — and a thread of its own
/// moves the bytes. Letting go of it closes it.
public final class CurlConnection: Sendable {
  private let pipe: DuplexPipe

  private init(_ pipe: DuplexPipe) { self.pipe = pipe }

  deinit { pipe.close() }

  /// Connects to the scheme, host and port of `url`.
  ///
  /// - Parameter connect: Bound on name resolution, TCP, proxy and TLS together.
  public static func open(
    to url: String, options: TransportOptions = TransportOptions(),
    connect: Duration = .seconds(10)
  ) async throws(TransportError) -> CurlConnection {
    guard URLParts(url) != nil, CurlRequest(url: url).flaw == nil else {
      throw TransportError(.invalidRequest, "The request has a bad URL")
    }
    let pipe = try DuplexPipe()
    let thread = DuplexThread(pipe: pipe, url: url, options: options, connect: connect)
    guard startThread({ thread.run() }) else {
      throw TransportError(.cannotConnect, "The system gives no thread")
    }
    let connection = CurlConnection(pipe)
    let result = await withTaskCancellationHandler {
      await pipe.awaitOpen()
    } onCancel: {
      pipe.close()
    }
    try result.get()
    return connection
  }

  /// Puts bytes in line to be sent; waits while 256 KiB are in line already. What one call passes
  /// stays together.
  ///
  /// Cancelling the task ends the wait; the message is sent all the same, never half of it.
  public func send(_ bytes: [UInt8]) async throws(TransportError) {
    let ticket = pipe.makeTicket()
    let result = await withTaskCancellationHandler {
      await pipe.awaitRoom(for: bytes, ticket)
    } onCancel: {
      pipe.cancel(ticket)
    }
    pipe.forget(ticket)
    try result.get()
  }

  /// Puts a short answer of the protocol itself in line without waiting; drops it where a peer
  /// makes more of them than it reads.
  public func sendSoon(_ bytes: [UInt8]) { pipe.enqueueIfRoom(bytes) }

  /// What has arrived, never empty; `nil` once the server has closed. For one task at a time.
  ///
  /// Cancelling the task ends the wait and loses nothing: the next call goes on from there.
  public func receive() async throws(TransportError) -> [UInt8]? {
    let ticket = pipe.makeTicket()
    let result = await withTaskCancellationHandler {
      await pipe.awaitBytes(ticket)
    } onCancel: {
      pipe.cancel(ticket)
    }
    pipe.forget(ticket)
    return try result.get()
  }

  /// Sends `bytes` (between, never inside, the messages of ``send(_:)``) when nothing has arrived
  /// for `silence`, and gives the connection up after three such silences in a row.
  public func keepAlive(with bytes: [UInt8], after silence: Duration) {
    pipe.keepAlive(with: bytes, after: silence)
  }

  /// Gives the connection up; waiting calls end as cancelled. Repeatable.
  public func close() { pipe.close() }
}
