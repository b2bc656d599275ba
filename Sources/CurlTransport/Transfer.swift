import Synchronization

/// One exchange, seen from both sides: curl's thread fills it, one task empties it.
///
/// The loop keeps it alive while curl knows its address.
final class Transfer: Sendable {
  let request: CurlRequest
  /// Whether the body is handed over once, whole: its reader is not woken for each piece, and curl
  /// never has to wait for it.
  let isKeptWhole: Bool
  private let state = Mutex(State())

  init(_ request: CurlRequest, isKeptWhole: Bool = false) {
    self.request = request
    self.isKeptWhole = isKeptWhole
  }

  typealias HeadResult = Result<ResponseHead, TransportError>
  typealias ChunkResult = Result<[UInt8]?, TransportError>

  private struct State {
    var parser = HeadParser()
    var head: ResponseHead?
    var buffer: [UInt8] = []
    var bytesReceived = 0
    var isPaused = false
    /// `.success` is the end of the body.
    var outcome: Result<Void, TransportError>?
    var headWaiter: CheckedContinuation<HeadResult, Never>?
    var chunkWaiter: CheckedContinuation<ChunkResult, Never>?
  }

  /// What the consumer has not taken yet may grow to this; then curl stops reading.
  private static let bufferBytesMax = 256 << 10

  /// What curl shall do with the bytes it offers.
  enum Verdict { case taken, pause, abort }
}

// MARK: curl's side

extension Transfer {
  var hasHead: Bool { state.withLock { $0.head != nil } }

  /// One header line, with its line end.
  func receive(headerLine: [UInt8]) -> Verdict {
    let (waiter, result, verdict) = state.withLock {
      state -> (CheckedContinuation<HeadResult, Never>?, HeadResult?, Verdict) in
      // Trailers come after the body; nobody asks for them.
      guard state.head == nil, state.outcome == nil else { return (nil, nil, .taken) }
      let failure: TransportError
      switch state.parser.consume(headerLine) {
      case .more: return (nil, nil, .taken)
      case .complete(let head):
        state.head = head
        return (state.headWaiter.take(), .success(head), .taken)
      case .tooLarge: failure = TransportError(.tooLarge, "The response headers exceed 256 KiB")
      case .malformed: failure = TransportError(.malformed, "The response headers are not HTTP")
      }
      state.outcome = .failure(failure)
      return (state.headWaiter.take(), .failure(failure), .abort)
    }
    if let waiter, let result { waiter.resume(returning: result) }
    return verdict
  }

  /// A piece of the decoded body.
  func receive(body bytes: some Collection<UInt8>) -> Verdict {
    let (waiter, result, verdict) = state.withLock {
      state -> (CheckedContinuation<ChunkResult, Never>?, ChunkResult?, Verdict) in
      guard state.outcome == nil else { return (nil, nil, .abort) }
      if !isKeptWhole, state.buffer.count >= Self.bufferBytesMax {
        state.isPaused = true
        return (nil, nil, .pause)
      }
      state.bytesReceived += bytes.count
      if let most = request.responseBytesMax, state.bytesReceived > most {
        let failure = TransportError(.tooLarge, "The response body exceeds \(most) bytes")
        state.outcome = .failure(failure)
        return (state.chunkWaiter.take(), .failure(failure), .abort)
      }
      if !isKeptWhole, let waiter = state.chunkWaiter.take() {
        return (waiter, .success(Array(bytes)), .taken)
      }
      // A body of a known length need not be moved while it grows.
      if isKeptWhole, state.buffer.isEmpty {
        state.buffer.reserveCapacity(
          min(state.head?.bodyLength ?? 0, request.responseBytesMax ?? 0))
      }
      state.buffer.append(contentsOf: bytes)
      return (nil, nil, .taken)
    }
    if let waiter, let result { waiter.resume(returning: result) }
    return verdict
  }

  /// The first outcome counts: a callback's own reason is better than curl's "callback failed".
  func finish(_ outcome: Result<Void, TransportError>) {
    let (headWaiter, chunkWaiter, settled, rest) = state.withLock { state in
      let settled = state.outcome ?? outcome
      state.outcome = settled
      let chunkWaiter = state.chunkWaiter.take()
      var rest: [UInt8]?
      // Somebody waits although bytes are here: for all of them.
      if chunkWaiter != nil, !state.buffer.isEmpty {
        rest = state.buffer
        state.buffer = []
      }
      return (state.headWaiter.take(), chunkWaiter, settled, rest)
    }
    switch settled {
    case .success:
      headWaiter?.resume(
        returning: .failure(TransportError(.malformed, "The response has no headers")))
      chunkWaiter?.resume(returning: .success(rest))
    case .failure(let error):
      headWaiter?.resume(returning: .failure(error))
      chunkWaiter?.resume(returning: .failure(error))
    }
  }
}

extension ResponseHead {
  /// What the server says of it.
  fileprivate var bodyLength: Int {
    headers.first(named: "Content-Length").flatMap { Int($0) }.map { max(0, $0) } ?? 0
  }
}

// MARK: The consumer's side

extension Transfer {
  /// The answer's status and headers, once they are whole.
  func awaitHead() async -> HeadResult {
    await withCheckedContinuation { continuation in
      let ready: HeadResult? = state.withLock { state in
        if let head = state.head { return .success(head) }
        switch state.outcome {
        case .success:
          return .failure(TransportError(.malformed, "The response has no headers"))
        case .failure(let error): return .failure(error)
        case nil:
          state.headWaiter = continuation
          return nil
        }
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// The next piece of the body; `nil` after the last.
  ///
  /// - Parameter resume: Called where curl has stopped reading and shall go on.
  func awaitChunk(resume: () -> Void) async -> ChunkResult {
    await withCheckedContinuation { continuation in
      let (ready, wasPaused) = state.withLock { state -> (ChunkResult?, Bool) in
        let wasPaused = state.isPaused
        state.isPaused = false
        if !state.buffer.isEmpty, !isKeptWhole || state.outcome != nil {
          let bytes = state.buffer
          state.buffer = []
          return (.success(bytes), wasPaused)
        }
        switch state.outcome {
        case .success: return (.success(nil), false)
        case .failure(let error): return (.failure(error), false)
        case nil:
          precondition(state.chunkWaiter == nil, "two tasks read one response body")
          state.chunkWaiter = continuation
          return (nil, wasPaused)
        }
      }
      if wasPaused { resume() }
      if let ready { continuation.resume(returning: ready) }
    }
  }
}
