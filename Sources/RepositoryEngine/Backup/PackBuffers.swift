import Synchronization

/// The memory of a backup's packs of data: so many buffers, which are filled, stored and filled
/// again. Who wants one while all are in use waits until a pack has been stored; that bounds both
/// how far workers run ahead of the uploads, and the backup's memory.
final class PackBuffers: Sendable {
  private struct State {
    /// How many more may be made: most backups never need all of them.
    var unmade: Int
    var free: [[UInt8]] = []
    var waiting: [CheckedContinuation<[UInt8], Never>] = []
    var isGivenUp = false
  }

  private let state: Mutex<State>

  init(count: Int) { state = Mutex(State(unmade: count)) }

  /// An empty buffer; after ``giveUp()`` at once.
  func take() async -> [UInt8] {
    await withCheckedContinuation { continuation in
      let buffer = state.withLock { state -> [UInt8]? in
        // The one that was used last is the one most likely in the processor's cache.
        if let buffer = state.free.popLast() { return buffer }
        if state.unmade > 0 || state.isGivenUp {
          state.unmade -= 1
          return []
        }
        state.waiting.append(continuation)
        return nil
      }
      if let buffer { continuation.resume(returning: buffer) }
    }
  }

  /// Takes back the memory of a pack that is stored.
  func giveBack(_ bytes: consuming [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    let next = state.withLock { [bytes] state in
      if let next = state.waiting.popLast() { return (next, bytes) as (_, [UInt8])? }
      state.free.append(bytes)
      return nil
    }
    if let (continuation, buffer) = next { continuation.resume(returning: buffer) }
  }

  /// Lets nobody wait any more: nothing will be stored.
  func giveUp() {
    let waiting = state.withLock { state in
      state.isGivenUp = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: []) }
  }
}
