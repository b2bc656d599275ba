import CLibCurl
import Glibc
import Synchronization

/// Where a connection's thread and its tasks meet: bytes to send, bytes received, and the end.
final class DuplexPipe: Sendable {
  /// Names one waiting call, so that it can be cancelled alone.
  struct Ticket: Hashable, Sendable { fileprivate let number: Int }

  typealias Waiter<Value> = CheckedContinuation<Result<Value, TransportError>, Never>

  fileprivate struct State {
    var isOpen = false
    var isClosed = false
    var outgoing: [[UInt8]] = []
    var outgoingCount = 0
    var incoming: [UInt8] = []
    /// `.success` is the peer's orderly end.
    var outcome: Result<Void, TransportError>?
    var keepAlive: (bytes: [UInt8], silence: Duration)?
    var openWaiter: Waiter<Void>?
    var receiveWaiter: (ticket: Ticket, waiter: Waiter<[UInt8]?>)?
    var sendWaiters: [Ticket: Waiter<Void>] = [:]
    var ticketsMade = 0
    /// Cancelled before they began to wait.
    var cancelled: Set<Ticket> = []
  }

  private let state = Mutex(State())
  /// An eventfd: the thread polls it beside its socket.
  let wakeDescriptor: Int32

  static let bufferBytesMax = 256 << 10

  init() throws(TransportError) {
    wakeDescriptor = oadp_alarm_make()
    guard wakeDescriptor >= 0 else {
      throw TransportError(.cannotConnect, "The system gives no event descriptor")
    }
  }

  deinit { Glibc.close(wakeDescriptor) }

  private func wake() { oadp_alarm_ring(wakeDescriptor) }
}

// MARK: The tasks' side

extension DuplexPipe {
  func awaitOpen() async -> Result<Void, TransportError> {
    await withCheckedContinuation { continuation in
      let ready: Result<Void, TransportError>? = state.withLock { state in
        if let outcome = state.outcome { return outcome }
        if state.isOpen { return .success(()) }
        state.openWaiter = continuation
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  func makeTicket() -> Ticket {
    state.withLock { state in
      state.ticketsMade += 1
      return Ticket(number: state.ticketsMade)
    }
  }

  func cancel(_ ticket: Ticket) {
    let (sender, receiver) = state.withLock { state -> (Waiter<Void>?, Waiter<[UInt8]?>?) in
      if let sender = state.sendWaiters.removeValue(forKey: ticket) { return (sender, nil) }
      if state.receiveWaiter?.ticket == ticket { return (nil, state.receiveWaiter.take()?.waiter) }
      state.cancelled.insert(ticket)
      return (nil, nil)
    }
    sender?.resume(returning: .failure(.cancelled))
    receiver?.resume(returning: .failure(.cancelled))
  }

  /// The call has ended.
  func forget(_ ticket: Ticket) { _ = state.withLock { $0.cancelled.remove(ticket) } }

  func awaitRoom(for bytes: [UInt8], _ ticket: Ticket) async -> Result<Void, TransportError> {
    await withCheckedContinuation { continuation in
      let ready: Result<Void, TransportError>? = state.withLock { state in
        if let ended = state.endForSenders { return .failure(ended) }
        state.outgoing.append(bytes)
        state.outgoingCount += bytes.count
        if state.outgoingCount <= Self.bufferBytesMax { return .success(()) }
        if state.cancelled.contains(ticket) { return .failure(.cancelled) }
        state.sendWaiters[ticket] = continuation
        return nil
      }
      wake()
      if let ready { continuation.resume(returning: ready) }
    }
  }

  func enqueueIfRoom(_ bytes: [UInt8]) {
    state.withLock { state in
      guard state.endForSenders == nil, state.outgoingCount <= 2 * Self.bufferBytesMax else {
        return
      }
      state.outgoing.append(bytes)
      state.outgoingCount += bytes.count
    }
    wake()
  }

  func awaitBytes(_ ticket: Ticket) async -> Result<[UInt8]?, TransportError> {
    await withCheckedContinuation { continuation in
      let ready: Result<[UInt8]?, TransportError>? = state.withLock { state in
        if !state.incoming.isEmpty {
          let bytes = state.incoming
          state.incoming = []
          return .success(bytes)
        }
        if let outcome = state.outcome { return outcome.map { nil } }
        if state.cancelled.contains(ticket) { return .failure(.cancelled) }
        precondition(state.receiveWaiter == nil, "two tasks read one connection")
        state.receiveWaiter = (ticket, continuation)
        return nil
      }
      wake()
      if let ready { continuation.resume(returning: ready) }
    }
  }

  func keepAlive(with bytes: [UInt8], after silence: Duration) {
    state.withLock { $0.keepAlive = (bytes, silence) }
    wake()
  }

  func close() {
    state.withLock { $0.isClosed = true }
    finish(.failure(.cancelled))
    wake()
  }
}

// MARK: The thread's side

extension DuplexPipe {
  /// What the thread shall do next.
  struct Work {
    var isClosed: Bool
    var wantsInput: Bool
    var keepAlive: (bytes: [UInt8], silence: Duration)?
  }

  func work() -> Work {
    state.withLock { state in
      Work(
        isClosed: state.isClosed, wantsInput: state.incoming.count < Self.bufferBytesMax,
        keepAlive: state.keepAlive)
    }
  }

  var isClosed: Bool { state.withLock(\.isClosed) }

  func opened() {
    let waiter = state.withLock { state in
      state.isOpen = true
      return state.openWaiter.take()
    }
    waiter?.resume(returning: .success(()))
  }

  /// The next message to send, and room for more.
  func takeOutgoing() -> [UInt8]? {
    let (bytes, waiters) = state.withLock { state -> ([UInt8]?, [Waiter<Void>]) in
      guard !state.outgoing.isEmpty else { return (nil, []) }
      let bytes = state.outgoing.removeFirst()
      state.outgoingCount -= bytes.count
      guard state.outgoingCount <= Self.bufferBytesMax else { return (bytes, []) }
      let waiters = Array(state.sendWaiters.values)
      state.sendWaiters = [:]
      return (bytes, waiters)
    }
    for waiter in waiters { waiter.resume(returning: .success(())) }
    return bytes
  }

  func received(_ bytes: [UInt8]) {
    let waiter = state.withLock { state in
      if let waiting = state.receiveWaiter.take() { return Optional(waiting.waiter) }
      state.incoming += bytes
      return nil
    }
    waiter?.resume(returning: .success(bytes))
  }

  /// The first outcome counts.
  func finish(_ outcome: Result<Void, TransportError>) {
    let (settled, old) = state.withLock { state in
      let settled = state.outcome ?? outcome
      state.outcome = settled
      let old = (
        state.openWaiter.take(), state.receiveWaiter.take()?.waiter,
        Array(state.sendWaiters.values)
      )
      state.sendWaiters = [:]
      return (settled, old)
    }
    old.0?.resume(returning: settled)
    old.1?.resume(returning: settled.map { nil })
    let lost = TransportError(.connectionLost, "The server has closed the connection")
    for waiter in old.2 {
      if case .failure = settled {
        waiter.resume(returning: settled)
      } else {
        waiter.resume(returning: .failure(lost))
      }
    }
  }

  /// The thread has woken up.
  func clearWake() { oadp_alarm_clear(wakeDescriptor) }
}

extension DuplexPipe.State {
  fileprivate var endForSenders: TransportError? {
    switch outcome {
    case nil: nil
    case .success: TransportError(.connectionLost, "The server has closed the connection")
    case .failure(let error): error
    }
  }
}
