import Glibc

/// Files by path: the system calls that the sandbox needs, with errors that name the path.
enum Files {
  enum Kind: Hashable { case directory, file, link, other }

  static func isExecutable(_ path: String) -> Bool {
    // Safety: here and below, Swift lends C a terminated copy of the string for one call.
    unsafe access(path, X_OK) == 0
  }

  /// What lies at a path, links not followed; `nil` where there is nothing.
  static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status : nil
  }

  static func kind(_ path: String) -> Kind? { status(path).map { Kind(mode: $0.st_mode) } }

  static func exists(_ path: String) -> Bool { status(path) != nil }

  /// The names in a directory, sorted, without `.` and `..`.
  static func names(in path: String) throws(SystemError) -> [String] {
    guard let directory = unsafe opendir(path) else { throw SystemError("opendir \(path)") }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      // Safety: the entry is valid until the next readdir on this stream; its name is terminated.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a directory and those above it; one that is there already is left as it is.
  static func makeDirectories(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
    if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let parent = parent(of: path) else { throw SystemError("mkdir \(path)") }
    try makeDirectories(parent, mode: mode)
    guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else {
      throw SystemError("mkdir \(path)")
    }
  }

  /// The path without its last component; `nil` for the root.
  static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), path != "/" else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func read(_ path: String, atMost limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      // Safety: the count is the buffer's own.
      let count = unsafe Glibc.read(file.number, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("read \(path)") }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
    throw SystemError("read \(path)", code: EFBIG)
  }

  /// Writes a file anew.
  ///
  /// - Parameter isDurable: Whether it must survive a loss of power once this returns.
  static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o600, isDurable: Bool = false
  ) throws(SystemError) {
    let temporary = path + ".new"
    _ = unsafe unlink(temporary)
    do {
      let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
      fchmod(file.number, mode)  // whatever the umask
      var offset = 0
      while offset < bytes.count {
        // Safety: the span lies inside of the array.
        let count = unsafe bytes.withUnsafeBytes {
          unsafe Glibc.write(file.number, $0.baseAddress! + offset, bytes.count - offset)
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw SystemError("write \(temporary)") }
        offset += count
      }
      guard !isDurable || fsync(file.number) == 0 else { throw SystemError("fsync \(temporary)") }
    }
    try move(temporary, to: path)
    if isDurable, let parent = parent(of: path) {
      let directory = try Descriptor.open(parent, O_RDONLY | O_DIRECTORY)
      guard fsync(directory.number) == 0 else { throw SystemError("fsync \(parent)") }
    }
  }

  static func move(_ from: String, to path: String) throws(SystemError) {
    guard unsafe rename(from, path) == 0 else { throw SystemError("rename \(from) to \(path)") }
  }

  static func makeLink(_ path: String, to destination: String) throws(SystemError) {
    guard unsafe symlink(destination, path) == 0 else { throw SystemError("symlink \(path)") }
  }

  static func destination(ofLink path: String) throws(SystemError) -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    // Safety: the buffer is plain bytes, and its own length bounds the call.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    guard count >= 0 else { throw SystemError("readlink \(path)") }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// The path with every link resolved; `nil` where it does not lead anywhere.
  static func resolved(_ path: String) -> String? {
    guard let pointer = unsafe realpath(path, nil) else { return nil }
    // Safety: realpath gives a terminated string that is ours to free.
    defer { unsafe free(pointer) }
    return unsafe String(cString: pointer)
  }

  static func setMode(_ path: String, _ mode: mode_t) throws(SystemError) {
    guard unsafe chmod(path, mode) == 0 else { throw SystemError("chmod \(path)") }
  }

  /// Lets a group read and write all that lies at a path, as a kubelet does for a pod's `fsGroup`:
  /// what an application has closed to others is open afterwards. What vanishes meanwhile is no
  /// error.
  static func openToGroup(_ path: String) throws(SystemError) {
    guard let mode = status(path)?.st_mode, Kind(mode: mode) != .link else { return }
    let isFolder = Kind(mode: mode) == .directory
    let added: mode_t = isFolder ? 0o2770 : 0o660
    let result = unsafe chmod(path, mode & 0o7777 | added)
    guard result == 0 || errno == ENOENT else { throw SystemError("chmod \(path)") }
    guard isFolder else { return }
    for name in try names(in: path) { try openToGroup("\(path)/\(name)") }
  }

  /// Removes whatever lies at a path with all below it. What vanishes meanwhile is no error.
  static func removeTree(_ path: String) throws(SystemError) {
    guard let kind = kind(path) else { return }
    if kind == .directory {
      if unsafe access(path, R_OK | W_OK | X_OK) != 0 { try setMode(path, 0o700) }
      for name in try names(in: path) { try removeTree("\(path)/\(name)") }
    }
    let result = unsafe kind == .directory ? rmdir(path) : unlink(path)
    guard result == 0 || errno == ENOENT else { throw SystemError("remove \(path)") }
  }
}

extension Files.Kind {
  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFDIR: self = .directory
    case S_IFREG: self = .file
    case S_IFLNK: self = .link
    default: self = .other
    }
  }
}
