import Glibc
import Synchronization

/// A repository in a local folder, laid out as restic's: `data/ab/abcd…`, `index/…`, `keys/…`.
///
/// Objects appear by rename, after their bytes and before their folder are synced; they are made
/// read-only. Every call runs on threads of its own.
public struct DirectoryStore: ObjectStore {
  public let path: String

  public init(path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  public var description: String { "`\(path)`" }

  /// A disk does one thing after another.
  public var transfersAtOnce: Int { 1 }

  public func prepare() async throws(ObjectStoreError) {
    try await blocking { () throws(SystemError) in
      for parent in Self.parents(of: path) + [path] { try Self.makeFolder(parent) }
      for kind in ObjectKind.allCases where kind != .config {
        try Self.makeFolder(folder(of: kind))
      }
    }
  }

  public func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    try await blocking { () throws(SystemError) in
      guard kind != .config else {
        guard let bytes = try Self.fileSize(file(of: .config)) else { return [] }
        return [ObjectEntry(name: .config, bytes: bytes)]
      }
      let folders = kind == .pack ? try packFolders() : [folder(of: kind)]
      var entries: [ObjectEntry] = []
      for folder in folders { entries += try Self.entries(in: folder, kind) }
      return entries
    }
  }

  public func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try await blocking { () throws(SystemError) in try Self.fileSize(file(of: name)) }
  }

  public func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    let memory = Mutex(consume memory)
    let bytes = try await blocking { () throws(SystemError) in
      let path = file(of: name)
      let file = try FileDescriptor(path: path, O_RDONLY)
      var bytes: [UInt8] = []
      memory.withLock { swap(&$0, &bytes) }
      try file.read(at: range.lowerBound, count: range.count, into: &bytes, path)
      return bytes
    }
    guard bytes.count == range.count else {
      throw ObjectStoreError(.truncated, "`\(name)` ends before byte \(range.upperBound)")
    }
    return bytes
  }

  public func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    try await blocking { () throws(SystemError) in
      let path = file(of: name)
      let folder = name.kind == .config ? self.path : Self.parent(of: path)
      if name.kind == .pack { try Self.makeFolder(folder) }
      let temporary = "\(path)\(Self.unfinishedMark)\(getpid())-\(UInt64.random(in: 0 ... .max))"
      defer { unsafe unlink(temporary) }
      try Self.writeFile(temporary, bytes)
      try Self.publish(temporary, as: path)
      try FileDescriptor(path: folder, O_RDONLY | O_DIRECTORY).sync(folder)
    }
  }

  public func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    try await blocking { () throws(SystemError) in
      let path = file(of: name)
      guard unsafe unlink(path) == 0 else {
        let error = SystemError("delete", path)
        if error.code == ENOENT { return false }
        throw error
      }
      let folder = Self.parent(of: path)
      try FileDescriptor(path: folder, O_RDONLY | O_DIRECTORY).sync(folder)
      return true
    }
  }
}

extension DirectoryStore {
  func blocking<Result: Sendable>(
    _ body: @Sendable () throws(SystemError) -> Result
  ) async throws(ObjectStoreError) -> Result {
    do {
      return try await withTaskExecutorPreference(ThreadPool.blockingCalls) {
        () async throws(SystemError) in try body()
      }
    } catch {
      throw error.storeError
    }
  }

  /// What restic's writers and ours call a file until it is whole: its name, and this behind it.
  static let unfinishedMark = "-tmp-"

  func folder(of kind: ObjectKind) -> String { "\(path)/\(kind.rawValue)" }

  /// The folders that packs are spread over, named after the first byte of their digests.
  func packFolders() throws(SystemError) -> [String] {
    let packs = folder(of: .pack)
    return try FolderListing.names(in: packs).filter { $0.utf8.count == 2 }.map { "\(packs)/\($0)" }
  }

  private func file(of name: ObjectName) -> String {
    switch name.kind {
    case .config: "\(path)/config"
    case .pack: "\(folder(of: .pack))/\(name.digest.prefix(2))/\(name.digest)"
    default: "\(folder(of: name.kind))/\(name.digest)"
    }
  }

  static func parent(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private static func parents(of path: String) -> [String] {
    path.indices.dropFirst().filter { path[$0] == "/" }.map { String(path[..<$0]) }
  }

  static func makeFolder(_ path: String) throws(SystemError) {
    guard unsafe mkdir(path, 0o700) != 0 else { return }
    let error = SystemError("create", path)
    guard error.code == EEXIST else { throw error }
  }

  static func writeFile(
    _ path: String, _ bytes: ArraySlice<UInt8>
  ) throws(SystemError) {
    let file = try FileDescriptor(path: path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o400)
    try file.write(bytes, path)
    try file.sync(path)
  }

  /// A link fails where the name is taken; a rename would replace it, which is harmless only
  /// because names derive from contents: it serves file systems that know no links.
  static func publish(_ temporary: String, as path: String) throws(SystemError) {
    guard unsafe link(temporary, path) != 0 else { return }
    let error = SystemError("create", path)
    guard error.code == EPERM || error.code == EOPNOTSUPP else { throw error }
    guard try fileSize(path) == nil else { throw SystemError("create", path, code: EEXIST) }
    guard unsafe rename(temporary, path) == 0 else { throw SystemError("create", path) }
  }

  static func fileSize(_ path: String) throws(SystemError) -> Int? {
    var status = stat()
    // Safety: `status` lives on the stack for the length of the call.
    guard unsafe stat(path, &status) == 0 else {
      let error = SystemError("examine", path)
      if error.code == ENOENT { return nil }
      throw error
    }
    return Int(status.st_size)
  }

  private static func entries(
    in folder: String, _ kind: ObjectKind
  ) throws(SystemError) -> [ObjectEntry] {
    var entries: [ObjectEntry] = []
    for digest in try FolderListing.names(in: folder) {
      guard let name = ObjectName(kind, digest: digest) else { continue }
      // `nil` where another process deleted it since the listing.
      guard let bytes = try fileSize("\(folder)/\(digest)") else { continue }
      entries.append(ObjectEntry(name: name, bytes: bytes))
    }
    return entries
  }
}
