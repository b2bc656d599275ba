import Glibc
import Synchronization

/// The server's side of one init process: starts processes in its sandbox and hears of their end.
final class ProcessHost: Sendable {
  /// A process inside of the sandbox.
  struct Running: Sendable {
    let id: Int64
    /// The controlling end of its terminal, where it has one; non-blocking.
    let terminal: Descriptor?
    let exit: OneShot<ExitStatus>
  }

  struct StartFailure: Error, CustomStringConvertible {
    var message: String
    var code: Int32
    var description: String { message }
  }

  private struct Entry {
    let started = OneShot<Result<Descriptor?, StartFailure>>()
    let exit = OneShot<ExitStatus>()
  }

  private struct State {
    var nextID: Int64 = 1
    var entries: [Int64: Entry] = [:]
    var isGone = false
  }

  private let socket: MessageSocket
  private let reactor: Reactor
  private let state = Mutex(State())

  init(socket: Descriptor, reactor: Reactor) {
    socket.setNonBlocking()
    self.socket = MessageSocket(file: socket)
    self.reactor = reactor
  }

  var isGone: Bool { state.withLock { $0.isGone } }

  /// Listens until init is gone. Without it nothing is ever known to have started or ended.
  func run() async {
    loop: while true {
      do {
        guard let message = try socket.receive() else { break }
        if let report = InitReport(message.bytes) { take(report, message.files) }
      } catch {
        switch error.code {
        case EAGAIN:
          do { try await reactor.waitReadable(socket.file) } catch { break loop }
        case EINTR: continue
        default: break loop
        }
      }
    }
    let entries = state.withLock { state in
      state.isGone = true
      defer { state.entries = [:] }
      return state.entries.values.map(\.self)
    }
    for entry in entries {
      entry.started.fulfil(.failure(StartFailure(message: "the sandbox is gone", code: 137)))
      entry.exit.fulfil(.signalled(SIGKILL))
    }
  }

  private func take(_ report: InitReport, _ files: [Descriptor]) {
    switch report {
    case .started(let id):
      files.first?.setNonBlocking()
      state.withLock { $0.entries[id] }?.started.fulfil(.success(files.first))
    case .failed(let id, let message, let code):
      let entry = state.withLock { $0.entries.removeValue(forKey: id) }
      entry?.started.fulfil(.failure(StartFailure(message: message, code: code)))
    case .ended(let id, let status):
      state.withLock { $0.entries.removeValue(forKey: id) }?.exit.fulfil(status)
    }
  }

  /// Starts a process.
  ///
  /// - Throws: ``StartFailure`` where the command cannot be run; `SystemError` where init cannot be
  ///   asked; `CancellationError`.
  func start(_ command: InitRequest.Command, files: [Descriptor] = []) async throws -> Running {
    let (id, entry) = try state.withLock { state in
      guard !state.isGone else {
        throw StartFailure(message: "the sandbox is gone", code: 137)
      }
      let id = state.nextID
      let entry = Entry()
      state.nextID += 1
      state.entries[id] = entry
      return (id, entry)
    }
    do {
      try await send(.start(id: id, command), files)
    } catch {
      state.withLock { _ = $0.entries.removeValue(forKey: id) }
      throw error
    }
    let terminal = try await entry.started.value().get()
    return Running(id: id, terminal: terminal, exit: entry.exit)
  }

  /// Sends a signal; a process that has ended ignores it.
  func signal(_ process: Running, _ signal: Int32, group: Bool = false) async throws {
    try await send(.signal(id: process.id, signal: signal, group: group), [])
  }

  /// Ends init, and with it everything in its sandbox.
  func end() { shutdown(socket.file.number, Int32(SHUT_RDWR)) }

  private func send(_ request: InitRequest, _ files: [Descriptor]) async throws {
    while true {
      do {
        return try socket.send(request.bytes, files: files)
      } catch {
        guard error.code == EAGAIN else { throw error }
        try await reactor.waitWritable(socket.file)
      }
    }
  }
}
