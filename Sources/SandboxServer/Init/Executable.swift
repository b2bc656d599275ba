import CLinux
import Glibc

/// Finds programs as execvp(3) does, by the `PATH` of the process to come.
struct Executable {
  static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  private let folders: [Substring]

  init(environment: [String]) {
    let path = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5)
    folders = (path ?? Self.defaultPath[...]).split(separator: ":")
  }

  func path(of name: String) -> String? {
    if name.isEmpty { return nil }
    if name.contains("/") { return name }
    return folders.lazy.map { "\($0)/\(name)" }.first { Files.isExecutable($0) }
  }
}

/// A new terminal of the calling process's own device folder.
struct Terminal {
  let controller: Descriptor
  let path: String

  init() throws(SystemError) {
    let number = posix_openpt(O_RDWR | O_NOCTTY)
    guard number >= 0 else { throw SystemError("posix_openpt") }
    controller = Descriptor(number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    var name = [CChar](repeating: 0, count: 64)
    // Safety: the length is the array's own, and the name ends in a zero byte.
    guard grantpt(number) == 0, unlockpt(number) == 0,
      unsafe ptsname_r(number, &name, name.count) == 0
    else { throw SystemError("ptsname_r") }
    path = String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
