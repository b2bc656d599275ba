import Glibc

/// The first process of every pod and of every container: the program starts itself again inside
/// of the sandbox, where it starts what the server asks for and collects what ends.
///
/// It lives as long as the server holds the other end of its socket. When the server is gone,
/// however it went, init ends; with the first process of a PID namespace the kernel kills all
/// others in it.
public enum SandboxInit {
  /// The hidden first argument that makes the program an init process.
  public static let command = "sandbox-init"

  /// Where the program finds itself inside of every container.
  static let path = "/usr/local/bin/oadp-plan"

  /// The file on which the server speaks.
  static let socketNumber: Int32 = 3
  private static let wakeNumber: Int32 = 200

  /// Runs what follows ``command``: `serve`, or a probe (`tcp HOST PORT SECONDS`,
  /// `http HOST PORT PATH SECONDS [NAME:VALUE…]`).
  public static func run(arguments: [String]) -> Never {
    switch arguments.first {
    case "serve": serve()
    case "tcp", "http": exit(NetworkProbe.run(arguments))
    default:
      print("`\(command)` is started by the sandbox, not by hand")
      exit(64)
    }
  }

  private static func serve() -> Never {
    umask(0o022)
    guard let wake = try? Descriptor.pipe() else { exit(71) }
    wake.reading.setNonBlocking()
    // A signal handler knows nothing but numbers: the pipe's writing end gets a fixed one.
    guard dup2(wake.writing.number, wakeNumber) >= 0 else { exit(71) }
    _ = fcntl(wakeNumber, F_SETFD, FD_CLOEXEC)
    _ = fcntl(wakeNumber, F_SETFL, O_NONBLOCK)
    _ = fcntl(socketNumber, F_SETFD, FD_CLOEXEC)
    // Safety: the handler calls nothing but write(2), which signal handlers may.
    signal(SIGCHLD) { _ in
      let saved = errno
      var byte: UInt8 = 0
      _ = unsafe write(SandboxInit.wakeNumber, &byte, 1)
      errno = saved
    }
    var children = Children(socket: MessageSocket(file: Descriptor(socketNumber)))
    while true {
      var waiting = [
        pollfd(fd: socketNumber, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake.reading.number, events: Int16(POLLIN), revents: 0),
      ]
      // Safety: the count is the array's own.
      if unsafe poll(&waiting, nfds_t(waiting.count), -1) < 0 { continue }
      if waiting[1].revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 64)
        // Safety: the count is the array's own.
        while unsafe read(wake.reading.number, &bytes, bytes.count) > 0 {}
        children.collect()
      }
      if waiting[0].revents != 0 { children.serveOne() }
    }
  }
}

/// The processes that an init process started and has not seen end.
private struct Children {
  let socket: MessageSocket
  private var ids: [pid_t: Int64] = [:]

  init(socket: MessageSocket) { self.socket = socket }

  func report(_ report: InitReport, files: [Descriptor] = []) {
    do { try socket.send(report.bytes, files: files) } catch { exit(0) }
  }

  /// Takes one request; ends the process where the server is gone.
  mutating func serveOne() {
    let message: MessageSocket.Message
    do {
      guard let received = try socket.receive() else { exit(0) }
      message = received
    } catch {
      if error.code == EINTR { return }
      exit(0)
    }
    switch InitRequest(message.bytes) {
    case .start(let id, let command): start(id, command, message.files)
    case .signal(let id, let signal, let group):
      guard let pid = ids.first(where: { $0.value == id })?.key else { return }
      kill(group ? -pid : pid, signal)
    case nil: exit(70)
    }
  }

  mutating func start(_ id: Int64, _ command: InitRequest.Command, _ files: [Descriptor]) {
    let search = Executable(environment: command.environment)
    guard let name = command.arguments.first, let path = search.path(of: name) else {
      let name = command.arguments.first ?? ""
      let message = "exec: \"\(name)\": executable file not found in $PATH"
      return report(.failed(id: id, message: message, code: 127))
    }
    do {
      let terminal = command.terminal ? try Terminal() : nil
      let spawn = Spawn(
        path: path, arguments: command.arguments, environment: command.environment,
        directory: command.directory, files: files, terminal: terminal?.path)
      ids[try spawn.start()] = id
      report(.started(id: id), files: terminal.map { [$0.controller] } ?? [])
    } catch {
      let message = "exec: \"\(name)\": \(error.reason)"
      report(.failed(id: id, message: message, code: error.code == ENOENT ? 127 : 126))
    }
  }

  /// Collects every process that has ended, orphans included, and tells of those it was asked for.
  mutating func collect() {
    while true {
      var status: Int32 = 0
      // Safety: waitpid writes one number.
      let pid = unsafe waitpid(-1, &status, WNOHANG)
      guard pid > 0 else { return }
      if let id = ids.removeValue(forKey: pid) {
        report(.ended(id: id, ExitStatus(wait: status)))
      }
    }
  }
}
