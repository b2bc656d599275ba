import Documents
import Glibc
import SimulatedCluster

/// `kubectl exec`: a process in a container whose standard files are channels of a WebSocket.
///
/// A client that is lost takes the standard input with it; what does not end by itself then is
/// hung up, and killed in the end.
struct RemoteCommand: Sendable {
  /// How long a command may go on after its input ended with the client, and after being hung up.
  static let orphanGrace = Duration.seconds(5)
  /// How long output may stay open when the command itself has ended.
  static let outputGrace = Duration.seconds(2)

  let node: NodeAgent
  let reactor: Reactor

  /// Answers the request and serves the connection to its end.
  func run(
    _ wanted: PodConnection, _ request: HTTPRequest, on connection: HTTPConnection
  ) async throws {
    let offered = request["sec-websocket-protocol"].split(separator: ",").map(\.trimmed)
    let choice = ["v5.channel.k8s.io", "v4.channel.k8s.io"].first { offered.contains($0[...]) }
    guard request.header("upgrade", lists: "websocket"), let choice else {
      let message =
        "you must specify at least 1 of the subprotocols v5.channel.k8s.io, "
        + "v4.channel.k8s.io over a WebSocket"
      return try await refuse(Status(400, "BadRequest", message), on: connection)
    }
    guard wanted.purpose == .exec else {
      return try await refuse(
        Status(400, "BadRequest", "The sandbox does not attach: use exec or logs"), on: connection)
    }
    guard let container = await node.container(wanted) else {
      let message =
        "container \"\(wanted.container)\" in pod \"\(wanted.pod)\" is not running"
      return try await refuse(Status(500, "InternalError", message), on: connection)
    }
    let key = Array((request["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
    let head =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(Base64.encode(SHA1.digest(key)))\r\n"
      + "Sec-WebSocket-Protocol: \(choice)\r\n\r\n"
    try await connection.write(Array(head.utf8))
    let writer = WebSocketWriter(file: connection.file, reactor: reactor)
    let reader = WebSocketReader(
      file: connection.file, reactor: reactor, received: connection.received)
    let status: JSONValue
    do {
      status = try await Self.status(of: serve(wanted, in: container, reader, writer))
    } catch let failure as ProcessHost.StartFailure {
      status = Self.status(of: failure)
    }
    try await writer.send([Channel.status] + CanonicalJSON.bytes(status))
    try await writer.send([0x03, 0xE8], opcode: 8)  // 1000: normal
  }

  private func refuse(_ status: Status, on connection: HTTPConnection) async throws {
    try await connection.respond(
      status: status.code, contentType: "application/json", body: status.body, keepAlive: false)
  }

  /// Starts the command and moves bytes until it has ended and its output is sent.
  private func serve(
    _ wanted: PodConnection, in container: RunningContainer, _ reader: WebSocketReader,
    _ writer: WebSocketWriter
  ) async throws -> ExitStatus {
    let process = try await ConnectedProcess(wanted, in: container)
    let reactor = reactor
    return try await withThrowingTaskGroup(of: Void.self) { clientSide in
      defer { clientSide.cancelAll() }
      // Reads the client until it is gone; the command's input ends with it.
      clientSide.addTask {
        defer { process.input.close() }
        do {
          try await Self.receive(reader, writer, for: process, reactor: reactor)
        } catch is CancellationError {
          return
        } catch {}
        process.input.close()
        try await Self.endOrphan(process.running, in: container.host)
      }
      return try await Self.sendOutput(of: process, to: writer, reactor: reactor)
    }
  }

  private static func sendOutput(
    of process: ConnectedProcess, to writer: WebSocketWriter, reactor: Reactor
  ) async throws -> ExitStatus {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (file, channel) in process.outputs {
        group.addTask {
          while case let bytes = try await reactor.read(file, atMost: 1 << 15), !bytes.isEmpty {
            try await writer.send([channel] + bytes)
          }
          return true
        }
      }
      let status = try await process.running.exit.value()
      // A grandchild may keep the output open for ever: that is no reason to wait for ever.
      group.addTask {
        try await Task.sleep(for: outputGrace)
        return false
      }
      var open = process.outputs.count
      while open > 0, try await group.next() == true { open -= 1 }
      group.cancelAll()
      return status
    }
  }

  /// Moves what the client sends, until it closes or is lost.
  private static func receive(
    _ reader: WebSocketReader, _ writer: WebSocketWriter, for process: ConnectedProcess,
    reactor: Reactor
  ) async throws {
    let terminal = process.running.terminal
    var reader = reader
    while let message = try await reader.next() {
      switch message {
      case .close: return
      case .ping(let payload): try await writer.send(payload, opcode: 10)
      case .binary(let bytes):
        guard let channel = bytes.first else { continue }
        switch channel {
        case Channel.input:
          // A command that has closed its input is no error.
          guard let file = process.input.file else { continue }
          do {
            try await reactor.write(Array(bytes.dropFirst()), to: file)
          } catch is SystemError {
            process.input.close()
          }
        case Channel.close where bytes.count > 1 && bytes[1] == Channel.input:
          if terminal == nil { process.input.close() }
        case Channel.resize:
          if let terminal { resize(terminal, Array(bytes.dropFirst())) }
        default: continue
        }
      }
    }
  }

  private static func resize(_ terminal: Descriptor, _ bytes: [UInt8]) {
    guard let size = try? JSONValue(parsing: bytes), let columns = size["Width"]?.intValue,
      let rows = size["Height"]?.intValue
    else { return }
    var window = winsize()
    window.ws_col = UInt16(clamping: columns)
    window.ws_row = UInt16(clamping: rows)
    // Safety: the request fills nothing and reads one local value of its type.
    _ = unsafe ioctl(terminal.number, UInt(TIOCSWINSZ), &window)
  }

  /// Ends a command whose client is gone, gently first.
  private static func endOrphan(
    _ process: ProcessHost.Running, in host: ProcessHost
  ) async throws {
    for signal in [SIGHUP, SIGKILL] {
      if try await withDeadline(orphanGrace, { try await process.exit.value() }) != nil { return }
      try await host.signal(process, signal, group: true)
    }
  }

  private static func status(of exit: ExitStatus) -> JSONValue {
    if exit.code == 0 { return ["metadata": [:], "status": "Success"] }
    return [
      "metadata": [:], "status": "Failure", "reason": "NonZeroExitCode",
      "message": .string("command terminated with non-zero exit code: exit status \(exit.code)"),
      "details": ["causes": [["reason": "ExitCode", "message": .string(String(exit.code))]]],
    ]
  }

  private static func status(of failure: ProcessHost.StartFailure) -> JSONValue {
    [
      "metadata": [:], "status": "Failure", "reason": "InternalError", "code": 500,
      "message": .string(
        "error executing command in container: failed to exec in container: \(failure.message)"),
    ]
  }
}
