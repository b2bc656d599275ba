import CLinux
import Glibc

/// How to start a process; it gets no open files but those named here.
struct Spawn {
  /// The program's path; no search is made.
  var path: String
  var arguments: [String]
  /// `NAME=value` each.
  var environment: [String]
  var directory = "/"
  /// Become 0, 1, 2, … of the new process.
  var files: [Descriptor]
  /// The path of a terminal that becomes 0, 1 and 2 and controls the process, instead of `files`.
  var terminal: String?

  /// Starts the process as the leader of a session of its own, signals at their defaults.
  func start() throws(SystemError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    // Safety: both values are initialised here, used by this call alone and destroyed at its end.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    if let terminal {
      unsafe posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    } else {
      for (place, file) in files.enumerated() {
        unsafe posix_spawn_file_actions_adddup2(&actions, file.number, Int32(place))
      }
    }
    let open = Int32(terminal == nil ? files.count : 3)
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, open)
    unsafe posix_spawn_file_actions_addchdir_np(&actions, directory)
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    let flags =
      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Int32(linux_spawn_setsid)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    // Safety: the strings are copied before and freed after the one call that reads them.
    var argumentList = unsafe Self.copies(arguments)
    var environmentList = unsafe Self.copies(environment)
    defer {
      for index in unsafe argumentList.indices { unsafe free(argumentList[index]) }
      for index in unsafe environmentList.indices { unsafe free(environmentList[index]) }
    }
    var pid: pid_t = 0
    let code = unsafe posix_spawn(
      &pid, path, &actions, &attributes, &argumentList, &environmentList)
    withExtendedLifetime(files) {}
    guard code == 0 else { throw SystemError(path, code: code) }
    return pid
  }

  private static func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    unsafe strings.map { unsafe strdup($0) } + [nil]
  }
}

/// How a process ended.
enum ExitStatus: Hashable, Sendable {
  case exited(Int32)
  case signalled(Int32)

  /// From what waitpid(2) gave.
  init(wait status: Int32) {
    self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
  }

  /// As a shell counts: 128 and the signal.
  var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }

  var signal: Int32? { if case .signalled(let signal) = self { signal } else { nil } }
}
