import CurlTransport
import Glibc

/// A program run for its output, in a process group of its own.
struct ChildProcess: Sendable {
  var command: String
  var arguments: [String]
  var environment: [String: String]

  struct Failure: Error {
    /// Follows the program's name: `cannot be started: …`.
    var message: String
  }

  /// Standard output, whole. Standard input is empty; standard error is this program's own.
  ///
  /// A thread of its own waits for the program, and kills it at the deadline.
  func output(bytesMax: Int, deadline: Duration) async throws(Failure) -> [UInt8] {
    let result: Result<[UInt8], Failure> = await withCheckedContinuation { continuation in
      let started = startThread {
        do throws(Failure) {
          continuation.resume(
            returning: .success(try run(bytesMax: bytesMax, deadline: deadline)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
      if !started {
        continuation.resume(returning: .failure(Failure(message: "got no thread to wait for it")))
      }
    }
    return try result.get()
  }

  private func run(bytesMax: Int, deadline: Duration) throws(Failure) -> [UInt8] {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    // Safety: two descriptors are written into an array of two.
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw failure("cannot be given a pipe", errno)
    }
    defer { close(ends[0]) }
    let process: pid_t
    do {
      defer { close(ends[1]) }
      process = try spawn(output: ends[1])
    }
    do {
      let bytes = try readAll(ends[0], bytesMax: bytesMax, deadline: deadline)
      try reap(process)
      return bytes
    } catch {
      kill(-process, SIGKILL)
      try? reap(process)
      throw error
    }
  }

  private func spawn(output: Int32) throws(Failure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    // Safety: both are initialised here and destroyed on the way out; strings live over the call.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    let words = unsafe ([command] + arguments).map { unsafe strdup($0) } + [nil]
    let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
      for index in unsafe variables.indices { unsafe free(variables[index]) }
    }
    var process: pid_t = 0
    let code = unsafe posix_spawnp(&process, command, &actions, &attributes, words, variables)
    guard code == 0 else { throw failure("cannot be started", code) }
    return process
  }

  private func readAll(
    _ descriptor: Int32, bytesMax: Int, deadline: Duration
  ) throws(Failure) -> [UInt8] {
    let end = ContinuousClock.now + deadline
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else { throw Failure(message: "did not end within \(deadline)") }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // Safety: one entry, as said.
      guard unsafe poll(&waiting, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
      // Safety: the kernel writes at most `count` bytes into the buffer lent for this call.
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return bytes }
      guard count > 0 else { throw failure("cannot be read from", errno) }
      bytes += chunk[..<count]
      guard bytes.count <= bytesMax else {
        throw Failure(message: "printed more than \(bytesMax) bytes")
      }
    }
  }

  /// Its output has ended or it was killed: the program itself is about to end, too.
  private func reap(_ process: pid_t) throws(Failure) {
    var status: Int32 = 0
    // Safety: the status is written into the variable lent for the call.
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status != 0 else { return }
    let signal = status & 0x7F
    throw Failure(
      message: signal == 0
        ? "ended with exit code \(status >> 8 & 0xFF)" : "ended by signal \(signal)")
  }

  private func failure(_ what: String, _ code: Int32) -> Failure {
    // Safety: copied before anything else can change the text.
    Failure(message: "\(what): \(unsafe String(cString: strerror(code)))")
  }
}
