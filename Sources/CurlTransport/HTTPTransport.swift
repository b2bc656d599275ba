/// Sends HTTP requests to one server, many at a time, over few connections.
///
/// A thread of its own drives libcurl; tasks wait without blocking one. Where the server speaks
/// HTTP/2 over TLS, requests share a connection. No redirect is followed. When the last reference
/// goes, exchanges under way end as cancelled.
public final class HTTPTransport: Sendable {
  public let options: TransportOptions
  private let loop: EventLoop

  public init(_ options: TransportOptions = TransportOptions()) {
    self.options = options
    loop = EventLoop(options: options)
  }

  deinit { loop.stop() }

  /// The whole answer, of at most ``CurlRequest/responseBytesMax`` bytes.
  ///
  /// A cancelled task gives up at once; the server may have acted all the same.
  public func send(_ request: CurlRequest) async throws(TransportError) -> CurlResponse {
    precondition(request.responseBytesMax != nil, "a response kept in memory needs a bound")
    let stream = try await open(request, isKeptWhole: true)
    let body = try await stream.collect()
    return CurlResponse(head: stream.head, body: body)
  }

  /// Sends the request and returns as soon as the answer's headers are there.
  public func open(_ request: CurlRequest) async throws(TransportError) -> CurlStream {
    try await open(request, isKeptWhole: false)
  }

  private func open(
    _ request: CurlRequest, isKeptWhole: Bool
  ) async throws(TransportError) -> CurlStream {
    if let flaw = request.flaw {
      throw TransportError(.invalidRequest, "The request has \(flaw)")
    }
    let transfer = Transfer(request, isKeptWhole: isKeptWhole)
    loop.post(.start(transfer))
    let result = await withTaskCancellationHandler {
      await transfer.awaitHead()
    } onCancel: {
      cancel(transfer)
    }
    return CurlStream(head: try result.get(), transfer: transfer, transport: self)
  }

  fileprivate func cancel(_ transfer: Transfer) {
    transfer.finish(.failure(.cancelled))
    loop.post(.cancel(transfer))
  }

  fileprivate func resume(_ transfer: Transfer) { loop.post(.resume(transfer)) }
}

/// An answer whose body comes piece by piece, as fast as it is read: curl stops reading from the
/// network while 256 KiB wait here. Letting go of it ends the exchange.
public final class CurlStream: Sendable {
  public let head: ResponseHead
  private let transfer: Transfer
  private let transport: HTTPTransport

  fileprivate init(head: ResponseHead, transfer: Transfer, transport: HTTPTransport) {
    self.head = head
    self.transfer = transfer
    self.transport = transport
  }

  deinit { transport.cancel(transfer) }

  /// The next piece, never empty; `nil` after the last. For one task at a time.
  public func next() async throws(TransportError) -> [UInt8]? {
    let result = await withTaskCancellationHandler {
      await transfer.awaitChunk { transport.resume(transfer) }
    } onCancel: {
      transport.cancel(transfer)
    }
    return try result.get()
  }

  /// What is left of the body, at most ``CurlRequest/responseBytesMax`` bytes.
  public func collect() async throws(TransportError) -> [UInt8] {
    var body: [UInt8] = []
    while let chunk = try await next() {
      if body.isEmpty { body = chunk } else { body += chunk }
    }
    return body
  }
}
