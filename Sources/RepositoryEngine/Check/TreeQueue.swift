import RepositoryFormat
import Synchronization

/// Where a tree was found: the way down from a snapshot's root.
final class TreePath: Sendable {
  let snapshot: ObjectID
  let parent: TreePath?
  let name: [UInt8]
  let depth: Int

  init(snapshot: ObjectID) {
    self.snapshot = snapshot
    parent = nil
    name = []
    depth = 0
  }

  init(_ name: [UInt8], in parent: TreePath) {
    snapshot = parent.snapshot
    self.parent = parent
    self.name = name
    depth = parent.depth + 1
  }

  func text(_ last: [UInt8]? = nil) -> String {
    var names = last.map { [$0] } ?? []
    var path: TreePath? = self
    while let current = path, current.parent != nil {
      names.append(current.name)
      path = current.parent
    }
    let text = names.reversed().map { String(decoding: $0, as: UTF8.self) }
    return "/" + text.joined(separator: "/")
  }
}

/// Trees that wait to be visited, the newest first: the queue stays short. Each tree is taken up
/// once, so neither loops nor trees that contain each other many times over prolong the walk.
final class TreeQueue: Sendable {
  struct Element: Sendable {
    /// The tree blob's number in the index.
    var number: Int
    var path: TreePath
  }

  private struct State {
    var stack: [Element] = []
    var seen: [UInt64]
    var busy = 0
    var isOver = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(blobs: Int) { state = Mutex(State(seen: .init(repeating: 0, count: blobs / 64 + 1))) }

  func add(_ number: Int, _ path: TreePath) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      let bit: UInt64 = 1 << UInt64(number % 64)
      guard state.seen[number / 64] & bit == 0 else { return nil }
      state.seen[number / 64] |= bit
      state.stack.append(Element(number: number, path: path))
      return state.waiting.popLast()
    }
    waiter?.resume()
  }

  /// The next tree; `nil` once nobody can add one any more. Call ``finished()`` after each.
  func next() async -> Element? {
    while true {
      let (element, isOver, waiters) = state.withLock { state in
        guard !state.isOver, let element = state.stack.popLast() else {
          let isOver = state.isOver || state.busy == 0
          defer { if isOver { state.waiting = [] } }
          return (nil as Element?, isOver, isOver ? state.waiting : [])
        }
        state.busy += 1
        return (element, false, [])
      }
      for waiter in waiters { waiter.resume() }
      if let element { return element }
      if isOver { return nil }
      await withCheckedContinuation { continuation in
        let mayWait = state.withLock { state in
          guard state.stack.isEmpty, state.busy > 0, !state.isOver else { return false }
          state.waiting.append(continuation)
          return true
        }
        if !mayWait { continuation.resume() }
      }
    }
  }

  func finished() {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.busy -= 1
      guard state.busy == 0, state.stack.isEmpty else { return [] }
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiters { waiter.resume() }
  }

  func giveUp() {
    let waiters = state.withLock { state in
      state.isOver = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiters { waiter.resume() }
  }
}
