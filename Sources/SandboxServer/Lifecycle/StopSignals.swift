import Glibc

/// Turns SIGTERM and SIGINT into something a task can wait for.
struct StopSignals {
  /// A signal handler knows nothing but numbers: the pipe's writing end gets a fixed one.
  private static let wakeNumber: Int32 = 200
  private let wake: Descriptor

  init() throws(SystemError) {
    let pipe = try Descriptor.pipe()
    pipe.reading.setNonBlocking()
    wake = pipe.reading
    guard dup2(pipe.writing.number, Self.wakeNumber) >= 0 else { throw SystemError("dup2") }
    _ = fcntl(Self.wakeNumber, F_SETFD, FD_CLOEXEC)
    // Safety: the handler calls nothing but write(2), which signal handlers may.
    for number in [SIGTERM, SIGINT] {
      signal(number) { _ in
        let saved = errno
        var byte: UInt8 = 0
        _ = unsafe write(StopSignals.wakeNumber, &byte, 1)
        errno = saved
      }
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
  }

  /// Returns at the first signal.
  func wait(_ reactor: Reactor) async throws { _ = try await reactor.read(wake, atMost: 1) }
}
