import Synchronization

/// A value that comes once; any number of tasks may wait for it.
final class OneShot<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
    var nextID = 0
  }

  private let state = Mutex(State())

  /// The value, where it has come.
  var current: Value? { state.withLock { $0.value } }

  /// Gives the value; only the first one counts.
  func fulfil(_ value: Value) {
    let waiters = state.withLock { state in
      guard state.value == nil else { return [CheckedContinuation<Value, any Error>]() }
      state.value = value
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  /// Waits for the value.
  ///
  /// - Throws: `CancellationError` where the waiting task is cancelled first.
  func value() async throws -> Value {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<Value, any Error>? = state.withLock { state in
          if let value = state.value { return .success(value) }
          if Task.isCancelled { return .failure(CancellationError()) }
          state.waiters[id] = continuation
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(throwing: CancellationError())
    }
  }
}

/// Wakes those who wait for something to change. A ring between looking and waiting is not lost.
final class Bell: Sendable {
  private struct State {
    var rings: UInt64 = 0
    var next = OneShot<Void>()
  }

  private let state = Mutex(State())

  /// How often it rang: take it before looking.
  var rings: UInt64 { state.withLock { $0.rings } }

  func ring() {
    let waiting = state.withLock { state in
      state.rings += 1
      defer { state.next = OneShot() }
      return state.next
    }
    waiting.fulfil(())
  }

  /// Returns once it has rung more than `seen` times.
  func wait(beyond seen: UInt64) async throws {
    let next = state.withLock { $0.rings > seen ? nil : $0.next }
    try await next?.value()
  }
}

/// What `body` gives, or `nil` where it takes longer than `limit`; it is cancelled then, and
/// waited for.
func withDeadline<Value: Sendable>(
  _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next()!
  }
}
