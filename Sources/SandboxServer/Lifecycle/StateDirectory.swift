import Documents
import Glibc

/// Where a sandbox keeps everything: its cluster's state, volumes, snapshots, logs, and how to
/// reach it.
public struct StateDirectory: Sendable, Hashable {
  /// Absolute.
  public let path: String

  /// - Parameter path: `nil` takes `$XDG_STATE_HOME/oadp-plan/sandbox`, or the same below
  ///   `~/.local/state`.
  public init(_ path: String? = nil, environment: [String: String]) {
    let chosen: String
    if let path {
      chosen = path
    } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      chosen = state + "/oadp-plan/sandbox"
    } else {
      chosen = (environment["HOME"] ?? "") + "/.local/state/oadp-plan/sandbox"
    }
    self.path = Self.absolute(chosen)
  }

  private static func absolute(_ path: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : currentDirectory + "/" + path).split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static var currentDirectory: String {
    (try? Files.destination(ofLink: "/proc/self/cwd")) ?? "/"
  }

  /// What `KUBECONFIG` may be set to; there while a sandbox runs, and after.
  public var kubeconfig: String { path + "/kubeconfig" }
  /// What the server itself has to say.
  public var log: String { path + "/sandbox.log" }
  var lock: String { path + "/lock" }
  var token: String { path + "/token" }
  var server: String { path + "/server.json" }
  var cluster: String { path + "/cluster.json" }

  /// The server that holds the directory; `nil` where none does.
  func runningServer() -> ServerRecord? {
    guard let lock = try? Descriptor.open(lock, O_RDWR) else { return nil }
    if flock(lock.number, LOCK_EX | LOCK_NB) == 0 { return nil }  // given back with `lock`
    return ServerRecord(directory: self)
  }
}

/// Which process serves a state directory, and on which port.
struct ServerRecord: Hashable, Sendable {
  var pid: pid_t
  /// When the process was started, in ticks since the machine was: a later process with the same
  /// number differs in it.
  var startTicks: UInt64
  var port: UInt16

  init?(directory: StateDirectory) {
    guard let bytes = try? Files.read(directory.server),
      let value = try? JSONValue(parsing: bytes), let pid = value["pid"]?.intValue,
      let ticks = value["startTicks"]?.intValue, let port = value["port"]?.intValue
    else { return nil }
    self.pid = pid_t(clamping: pid)
    startTicks = UInt64(clamping: ticks)
    self.port = UInt16(clamping: port)
  }

  /// The calling process.
  init(port: UInt16) {
    pid = getpid()
    startTicks = Self.startTicks(of: pid) ?? 0
    self.port = port
  }

  var json: JSONValue {
    [
      "pid": .integer(Int64(pid)), "startTicks": .integer(Int64(startTicks)),
      "port": .integer(Int64(port)),
    ]
  }

  /// Whether the process that wrote the record still runs.
  var isAlive: Bool { Self.startTicks(of: pid) == startTicks }

  private static func startTicks(of pid: pid_t) -> UInt64? {
    guard let bytes = try? Files.read("/proc/\(pid)/stat") else { return nil }
    // The name, in parentheses, may hold anything; field 3 follows it.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z" else { return nil }
    return UInt64(fields[19])
  }
}
