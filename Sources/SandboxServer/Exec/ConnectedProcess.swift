import Glibc
import SimulatedCluster
import Synchronization

/// The channels of an exec connection: the first byte of each message.
enum Channel {
  static let input: UInt8 = 0
  static let output: UInt8 = 1
  static let error: UInt8 = 2
  static let status: UInt8 = 3
  static let resize: UInt8 = 4
  static let close: UInt8 = 255
}

/// A process in a container whose standard files lead to the server.
struct ConnectedProcess: Sendable {
  let running: ProcessHost.Running
  let input: InputEnd
  /// Where its output comes from, and the channel that it goes to.
  let outputs: [(file: Descriptor, channel: UInt8)]

  /// Starts the process. The ends that are its own are closed here when this returns.
  init(_ wanted: PodConnection, in container: RunningContainer) async throws {
    let command = InitRequest.Command(
      arguments: wanted.command,
      environment: container.environment + (wanted.tty ? ["TERM=xterm"] : []),
      directory: container.directory, terminal: wanted.tty)
    if wanted.tty {
      running = try await container.host.start(command)
      input = InputEnd(wanted.stdin ? running.terminal : nil)
      outputs = running.terminal.map { [($0, Channel.output)] } ?? []
      return
    }
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let inputPipe = wanted.stdin ? try Descriptor.pipe() : (reading: null, writing: null)
    let output = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    running = try await container.host.start(
      command, files: [inputPipe.reading, output.writing, error.writing])
    for file in [inputPipe.writing, output.reading, error.reading] { file.setNonBlocking() }
    input = InputEnd(wanted.stdin ? inputPipe.writing : nil)
    outputs = [(output.reading, Channel.output), (error.reading, Channel.error)]
  }
}

/// The writing end of a process's standard input, until somebody closes it.
final class InputEnd: Sendable {
  private let state: Mutex<Descriptor?>

  init(_ file: Descriptor?) { state = Mutex(file) }

  var file: Descriptor? { state.withLock { $0 } }

  func close() { state.withLock { $0 = nil } }
}
