import Synchronization

/// A queue between tasks that holds no more than it was made for: who sends too fast, waits.
final class Channel<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var senders: [CheckedContinuation<Void, Never>] = []
    var receivers: [CheckedContinuation<Void, Never>] = []
    var isFinished = false
  }

  private let state = Mutex(State())
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// Waits for room. After ``finish()`` elements are dropped: their receiver is gone.
  func send(_ element: Element) async {
    while true {
      let receiver = state.withLock { state -> (isSent: Bool, CheckedContinuation<Void, Never>?) in
        if state.isFinished { return (true, nil) }
        guard state.elements.count < capacity else { return (false, nil) }
        state.elements.append(element)
        return (true, state.receivers.popLast())
      }
      receiver.1?.resume()
      if receiver.isSent { return }
      await withCheckedContinuation { continuation in
        let mayGoOn = state.withLock { state in
          guard !state.isFinished, state.elements.count >= capacity else { return true }
          state.senders.append(continuation)
          return false
        }
        if mayGoOn { continuation.resume() }
      }
    }
  }

  /// The next element; `nil` once the channel is finished and empty.
  func next() async -> Element? {
    while true {
      let (element, sender, isOver) = state.withLock { state in
        guard !state.elements.isEmpty else {
          return (nil as Element?, nil as CheckedContinuation<Void, Never>?, state.isFinished)
        }
        return (state.elements.removeFirst(), state.senders.popLast(), false)
      }
      sender?.resume()
      if let element { return element }
      if isOver { return nil }
      await withCheckedContinuation { continuation in
        let mayGoOn = state.withLock { state in
          guard !state.isFinished, state.elements.isEmpty else { return true }
          state.receivers.append(continuation)
          return false
        }
        if mayGoOn { continuation.resume() }
      }
    }
  }

  /// Wakes everybody: receivers empty the channel and end.
  func finish() {
    let waiting = state.withLock { state in
      state.isFinished = true
      defer {
        state.senders = []
        state.receivers = []
      }
      return state.senders + state.receivers
    }
    for continuation in waiting { continuation.resume() }
  }
}
