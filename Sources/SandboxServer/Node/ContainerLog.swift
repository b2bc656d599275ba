import Documents
import Glibc
import SimulatedCluster
import Synchronization

/// What one run of a container wrote, each line with its time, in the format of the container
/// runtime interface: `TIME stdout F TEXT`, `P` where the line goes on.
///
/// A log keeps at most twice ``bytesMax``: when the file is full, it replaces the one before.
final class ContainerLog: Sendable {
  static let bytesMax = 10 << 20
  static let lineBytesMax = 16 << 10

  enum Stream: String, Sendable { case stdout, stderr }

  private struct State {
    var file: Descriptor
    var size: Int
    var generation = 0
    var unfinished: [Stream: [UInt8]] = [:]
    var isClosed = false
  }

  let path: String
  /// Rings after every write and at the end.
  let changed = Bell()
  private let state: Mutex<State>

  init(path: String) throws(SystemError) {
    self.path = path
    let file = try Self.open(path)
    state = Mutex(State(file: file, size: 0))
  }

  /// The log of a run that an earlier server saw end, or lost.
  init(ended path: String) throws(SystemError) {
    self.path = path
    let file = try Descriptor.open(path, O_RDONLY)
    state = Mutex(State(file: file, size: 0, isClosed: true))
  }

  private static func open(_ path: String) throws(SystemError) -> Descriptor {
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND)
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }
  fileprivate var generation: Int { state.withLock { $0.generation } }

  /// Adds output as it came; lines are put together here.
  func append(_ bytes: [UInt8], from stream: Stream) throws {
    try state.withLock { state in
      var pending = (state.unfinished[stream] ?? []) + bytes
      while let end = pending.firstIndex(of: 0x0A) {
        try Self.write(pending[..<end], "F", stream, to: &state, path)
        pending.removeFirst(end + 1)
      }
      while pending.count > Self.lineBytesMax {
        try Self.write(pending[..<Self.lineBytesMax], "P", stream, to: &state, path)
        pending.removeFirst(Self.lineBytesMax)
      }
      state.unfinished[stream] = pending
    }
    changed.ring()
  }

  /// Ends the log; a last line without an end is kept as it is.
  func close() {
    state.withLock { state in
      for (stream, bytes) in state.unfinished where !bytes.isEmpty {
        try? Self.write(bytes[...], "P", stream, to: &state, path)
      }
      state.unfinished = [:]
      state.isClosed = true
    }
    changed.ring()
  }

  private static func write(
    _ line: ArraySlice<UInt8>, _ mark: String, _ stream: Stream, to state: inout State,
    _ path: String
  ) throws {
    let head = Array("\(Timestamp.now()) \(stream.rawValue) \(mark) ".utf8)
    let bytes = head + line + [0x0A]
    if state.size + bytes.count > bytesMax {
      try Files.move(path, to: path + ".1")
      state.file = try open(path)
      state.size = 0
      state.generation += 1
    }
    // Safety: the count is the array's own; a full disk loses log lines, not the container.
    _ = unsafe Glibc.write(state.file.number, bytes, bytes.count)
    state.size += bytes.count
  }

  func reader(_ options: LogOptions) -> LogReader { LogReader(log: self, options: options) }
}

/// Reads a log from its begin, or its last lines, and goes on as it grows.
struct LogReader {
  private let log: ContainerLog
  private let options: LogOptions
  private var file: Descriptor?
  private var generation: Int?
  private var pending: [UInt8] = []
  private var bytesLeft: Int64
  /// Whether as much as was asked for has been read.
  private(set) var isFinished = false
  private(set) var hasMore = true

  fileprivate init(log: ContainerLog, options: LogOptions) {
    self.log = log
    self.options = options
    bytesLeft = options.limitBytes ?? .max
  }

  /// The next lines, ready to be sent; none where there are none yet.
  mutating func next() throws -> [UInt8] {
    if isFinished { return [] }
    var lines: [LogLine]
    if generation == nil {
      generation = log.generation
      lines = try oldLines()
      file = try Descriptor.open(log.path, O_RDONLY)
      while case let more = try newLines(), !more.isEmpty { lines += more }
      if let tail = options.tailLines { lines = Array(lines.suffix(Int(max(0, tail)))) }
    } else {
      lines = try newLines()
    }
    hasMore = !lines.isEmpty
    var bytes: [UInt8] = []
    for line in lines where options.sinceTime.map({ line.time >= $0 }) ?? true {
      bytes += line.text(withTime: options.timestamps)
    }
    if Int64(bytes.count) >= bytesLeft {
      bytes = Array(bytes.prefix(Int(bytesLeft)))
      isFinished = true
    }
    bytesLeft -= Int64(bytes.count)
    // Lines that are filtered out must not look like the end.
    if bytes.isEmpty, !lines.isEmpty, !isFinished { return try next() }
    return bytes
  }

  private func oldLines() throws -> [LogLine] {
    guard Files.exists(log.path + ".1") else { return [] }
    return try Files.read(log.path + ".1").split(separator: 0x0A).compactMap(LogLine.init)
  }

  private mutating func newLines() throws -> [LogLine] {
    guard let file else { return [] }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    // Safety: the count is the buffer's own.
    let count = unsafe read(file.number, &buffer, buffer.count)
    guard count >= 0 else { throw SystemError("read \(log.path)") }
    if count == 0 {
      let current = log.generation
      if current == generation { return [] }
      generation = current
      self.file = try Descriptor.open(log.path, O_RDONLY)
      return try newLines()
    }
    pending += buffer[..<count]
    guard let end = pending.lastIndex(of: 0x0A) else { return [] }
    let lines = pending[..<end].split(separator: 0x0A).compactMap(LogLine.init)
    pending.removeFirst(end + 1)
    return lines
  }
}

private struct LogLine {
  var time: Timestamp
  var stamp: ArraySlice<UInt8>
  var isWhole: Bool
  var content: ArraySlice<UInt8>

  init?(_ bytes: ArraySlice<UInt8>) {
    let parts = bytes.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let time = Timestamp(String(decoding: parts[0], as: UTF8.self)) else {
      return nil
    }
    self.time = time
    stamp = parts[0]
    isWhole = parts[2].first == UInt8(ascii: "F")
    content = parts[3]
  }

  func text(withTime: Bool) -> [UInt8] {
    (withTime ? Array(stamp) + [0x20] : []) + content + (isWhole ? [0x0A] : [])
  }
}
