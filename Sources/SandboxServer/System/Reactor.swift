import CLinux
import Glibc
import Synchronization

/// Reads and writes open files without holding a thread while they are not ready: one thread of its
/// own waits for all of them.
///
/// Each registration counts once (`EPOLLONESHOT`), and the task that waits keeps the file open
/// meanwhile; so a number that is used again for another file never meets an old registration.
final class Reactor: Sendable {
  private enum Direction: Hashable { case reading, writing }

  private struct State {
    var waiters: [Int32: [Direction: OneShot<Void>]] = [:]
  }

  private let queue: Descriptor
  private let state = Mutex(State())
  private let stop: (reading: Descriptor, writing: Descriptor)

  init() throws(SystemError) {
    let number = linux_epoll_create()
    guard number >= 0 else { throw SystemError("epoll_create1") }
    queue = Descriptor(number)
    stop = try Descriptor.pipe()
    guard register(stop.reading.number, [.reading]) else { throw SystemError("epoll_ctl") }
  }

  /// Runs until cancelled; nothing is ever ready without it.
  func run() async throws {
    try await withTaskCancellationHandler {
      try await onOwnThread { try self.waitForEvents() }
    } onCancel: {
      // Safety: one byte, from a local value.
      unsafe [UInt8(0)].withUnsafeBytes {
        _ = unsafe Glibc.write(stop.writing.number, $0.baseAddress, 1)
      }
    }
  }

  private func waitForEvents() throws {
    var files = [Int32](repeating: -1, count: linux_epoll_batch)
    var events = [UInt32](repeating: 0, count: linux_epoll_batch)
    while true {
      // Safety: both arrays have the room that the function asks for.
      let count = unsafe linux_epoll_wait(queue.number, &files, &events)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("epoll_wait") }
      for (number, event) in zip(files, events).prefix(Int(count)) {
        if number == stop.reading.number { return }
        wake(number, event)
      }
    }
  }

  /// Wakes those whom an event is for, and registers the others again.
  private func wake(_ number: Int32, _ events: UInt32) {
    let isOver = events & UInt32(linux_epoll_over) != 0
    let ready = state.withLock { state in
      var ready: [OneShot<Void>] = []
      for (direction, waiter) in state.waiters[number] ?? [:]
      where isOver || events & Self.mask(direction) != 0 {
        ready.append(waiter)
        state.waiters[number]?[direction] = nil
      }
      if state.waiters[number]?.isEmpty == true { state.waiters[number] = nil }
      if let left = state.waiters[number] { _ = register(number, Array(left.keys)) }
      return ready
    }
    for waiter in ready { waiter.fulfil(()) }
  }

  private static func mask(_ direction: Direction) -> UInt32 {
    UInt32(direction == .reading ? linux_epoll_read : linux_epoll_write)
  }

  private func register(_ number: Int32, _ directions: [Direction]) -> Bool {
    linux_epoll_once(queue.number, number, directions.reduce(0) { $0 | Self.mask($1) }) == 0
  }

  /// Waits for a file to be readable, or to have failed: then the next call on it tells.
  func waitReadable(_ file: Descriptor) async throws { try await wait(file, for: .reading) }

  /// Waits for a file to be writable, or to have failed: then the next call on it tells.
  func waitWritable(_ file: Descriptor) async throws { try await wait(file, for: .writing) }

  /// At most one task may wait for each direction of a file.
  private func wait(_ file: Descriptor, for direction: Direction) async throws {
    let waiter = OneShot<Void>()
    let code: Int32? = state.withLock { state in
      precondition(
        state.waiters[file.number]?[direction] == nil,
        "two tasks wait for file \(file.number) to be ready for \(direction)")
      state.waiters[file.number, default: [:]][direction] = waiter
      if register(file.number, Array(state.waiters[file.number, default: [:]].keys)) { return nil }
      state.waiters[file.number]?[direction] = nil
      return errno
    }
    if let code { throw SystemError("epoll_ctl", code: code) }
    defer {
      state.withLock { state in
        if state.waiters[file.number]?[direction] === waiter {
          state.waiters[file.number]?[direction] = nil
        }
        if state.waiters[file.number]?.isEmpty == true { state.waiters[file.number] = nil }
      }
    }
    try await waiter.value()
    withExtendedLifetime(file) {}
  }

  /// At least one byte, or none at the end of the file. `file` must be non-blocking.
  func read(_ file: Descriptor, atMost count: Int) async throws -> [UInt8] {
    while true {
      try Task.checkCancellation()
      var result = 0
      // Safety: the buffer has room for `count` bytes, and `result` of them are initialised.
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
        result = unsafe Glibc.read(file.number, buffer.baseAddress, count)
        initialised = max(0, result)
      }
      if result >= 0 { return bytes }
      switch errno {
      case EAGAIN: try await waitReadable(file)
      case EINTR: continue
      case EIO: return []  // a terminal whose last user is gone
      default: throw SystemError("read")
      }
    }
  }

  /// Writes everything. `file` must be non-blocking.
  func write(_ bytes: [UInt8], to file: Descriptor) async throws {
    var offset = 0
    while offset < bytes.count {
      try Task.checkCancellation()
      // Safety: the span lies inside of the array.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(file.number, $0.baseAddress! + offset, bytes.count - offset)
      }
      if count >= 0 {
        offset += count
      } else if errno == EAGAIN {
        try await waitWritable(file)
      } else if errno != EINTR {
        throw SystemError("write")
      }
    }
  }
}
