import FlyingSocks
import Glibc

/// Reads and writes open files without holding a thread while they are not ready.
struct Reactor: Sendable {
  private let pool: SocketPool<ePoll>

  init() { pool = .ePoll(maxEvents: 64) }

  /// Runs until cancelled; nothing is ever ready without it.
  func run() async throws {
    try await pool.run()
  }

  func prepare() async throws { try await pool.prepare() }

  /// Waits for a file to be readable, or to have failed: then the next call on it tells.
  func waitReadable(_ file: Descriptor) async throws { try await wait(file, for: .read) }

  /// Waits for a file to be writable, or to have failed: then the next call on it tells.
  func waitWritable(_ file: Descriptor) async throws { try await wait(file, for: .write) }

  private func wait(_ file: Descriptor, for events: Socket.Events) async throws {
    let socket = Socket(file: .init(rawValue: file.number))
    do {
      try await pool.suspendSocket(socket, untilReadyFor: events)
    } catch SocketError.disconnected {
      return
    }
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
