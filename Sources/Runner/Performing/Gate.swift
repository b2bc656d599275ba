import Synchronization

/// Opens once and stays open; any number of tasks wait for it.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var nextTicket = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    /// Tickets cancelled before they began to wait.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [:] }
      return state.waiters
    }
    for (_, waiter) in waiters.sorted(by: { $0.key < $1.key }) { waiter.resume() }
  }

  /// Returns when the gate is open or the task is cancelled.
  ///
  /// - Returns: Whether the gate is open.
  func wait() async -> Bool {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard !state.isOpen, state.cancelled.remove(ticket) == nil else { return false }
          state.waiters[ticket] = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        let waiter = state.waiters.removeValue(forKey: ticket)
        if waiter == nil, !state.isOpen { state.cancelled.insert(ticket) }
        return waiter
      }
      waiter?.resume()
    }
    return state.withLock { state in
      state.cancelled.remove(ticket)
      return state.isOpen
    }
  }
}
