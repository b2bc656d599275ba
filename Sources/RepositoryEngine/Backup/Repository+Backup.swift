import Documents
import Glibc
import ObjectStores
import RepositoryFormat

enum BackupSource {
  case folder(SourceFolder)
  case block(BlockVolume)
}

/// The directory a backup begins at, and which of its entries belong to it.
struct SourceFolder {
  var directory: OpenFile
  var path: String
  var names: [[UInt8]]
}

extension Repository {
  static let programVersion = "oadp-plan"

  /// Backs up what the request names, and stores the snapshot last.
  ///
  /// Repeating it is cheap: what the repository has is not stored again. Cancelling or a crash
  /// leaves packs that a prune removes, and no snapshot.
  ///
  /// - Parameter progress: Called from worker threads after each pack, and every few seconds.
  /// - Throws: ``RepositoryError/file(path:reason:)`` where the source cannot be opened. Files that
  ///   cannot be read are left out and counted in ``BackupSummary/warnings``.
  public func backup(
    _ request: BackupRequest,
    progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
  ) async throws(RepositoryError) -> BackupSummary {
    guard request.path.hasPrefix("/"), !request.path.utf8.contains(0) else {
      throw .invalidArgument("`\(request.path)` is no absolute path")
    }
    if case .block(let name) = request.layout {
      guard BlockVolume.isName(name) else {
        throw .invalidArgument("`\(name)` is no name for a file")
      }
    } else if request.changedBlocks != nil {
      throw .invalidArgument("Changed blocks are of a block volume, which `\(request.path)` is not")
    }
    return try await withLock(.shared) { () async throws(RepositoryError) in
      try await self.backupLocked(request, progress: progress)
    }
  }

  private func backupLocked(
    _ request: BackupRequest, progress: @escaping @Sendable (BackupProgress) -> Void
  ) async throws(RepositoryError) -> BackupSummary {
    let start = now()
    var snapshot = Snapshot(
      time: request.time ?? start, tree: .zero, paths: [request.recordedPath])
    let parent = try await parent(of: request, before: snapshot.time)
    let index = try await loadIndex()
    let tally = BackupTally(start: start)
    let run = BackupRun(
      self, request, index: index, tally: tally, parent: parent?.snapshot, progress: progress)
    let source = try request.source()
    try request.checkChangedBlocks(of: source)
    tally.expect(source.bytesExpected(parent: parent?.snapshot))
    snapshot.tree = try await Ticking.during(
      { progress(tally.progress) },
      { () async throws(RepositoryError) in
        try await run.run(source, parent: parent?.snapshot.tree)
      })
    progress(tally.progress)
    snapshot.parent = parent?.id
    snapshot.hostname = request.hostname
    snapshot.excludes = request.excludes
    snapshot.tags = request.tags
    let summary = try await finish(snapshot, tally)
    return summary
  }

  private func finish(
    _ snapshot: Snapshot, _ tally: BackupTally
  ) async throws(RepositoryError) -> BackupSummary {
    let identity = ProcessIdentity.current
    var snapshot = snapshot
    snapshot.username = identity.username
    snapshot.uid = identity.uid
    snapshot.gid = identity.gid
    snapshot.programVersion = Self.programVersion
    let figures = tally.figures(end: now())
    snapshot.summary = figures
    // A lost lock cancels us: nothing may become visible then.
    guard !Task.isCancelled else { throw .cancelled }
    let id = try await writeFile(.snapshot, snapshot.encoded())
    let warnings = tally.warnings
    return BackupSummary(
      snapshotID: id, treeID: snapshot.tree, figures: figures, warnings: warnings.kept,
      warningCount: warnings.count, bytesRead: tally.bytesRead,
      fullReadReason: tally.fullReadReason)
  }

  private func parent(
    of request: BackupRequest, before time: Timestamp
  ) async throws(RepositoryError) -> IdentifiedSnapshot? {
    if let id = request.parent {
      return IdentifiedSnapshot(id: id, snapshot: try await snapshot(id))
    }
    guard !request.readsEverything else { return nil }
    return try await snapshots().last {
      $0.snapshot.time <= time && $0.snapshot.hostname == request.hostname
        && $0.snapshot.paths == [request.recordedPath]
    }
  }
}

extension BackupRequest {
  var recordedPath: String {
    switch layout {
    case .contents(let path): path
    case .path: path
    case .block(let name): "/" + name
    }
  }

  var effectiveRule: UnchangedRule {
    if let unchangedRule { return unchangedRule }
    return if case .contents = layout { .clone } else { .strict }
  }

  /// A list that does not fit the volume is not of this volume.
  func checkChangedBlocks(of source: BackupSource) throws(RepositoryError) {
    guard case .block(let volume) = source, let end = changedBlocks?.end,
      end > UInt64(volume.size)
    else { return }
    throw .invalidArgument(
      "The changed blocks end at byte \(end), but `\(path)` has \(volume.size) bytes")
  }

  /// Opens the directory to begin at.
  func source() throws(RepositoryError) -> BackupSource {
    do throws(SystemFailure) {
      switch layout {
      case .contents:
        let directory = try OpenFile(Array(path.utf8), in: nil, O_RDONLY | O_DIRECTORY)
        let names = try directory.names().filter { name in
          !excludes.contains { name.elementsEqual($0.utf8) }
        }
        return .folder(SourceFolder(directory: directory, path: path, names: names))
      case .path:
        // The first component below the root; the way down is followed from there.
        let components = path.split(separator: "/")
        guard let first = components.first else { throw SystemFailure(code: EINVAL) }
        let root = try OpenFile([UInt8(ascii: "/")], in: nil, O_RDONLY | O_DIRECTORY)
        return .folder(SourceFolder(directory: root, path: "/", names: [Array(first.utf8)]))
      case .block(let name):
        return .block(try BlockVolume(path: path, name: name))
      }
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }
}

extension BackupSource {
  /// See ``BackupProgress/bytesExpected``.
  func bytesExpected(parent: Snapshot?) -> UInt64? {
    switch self {
    case .block(let volume): UInt64(volume.size)
    case .folder(let folder): parent?.summary?.totalBytesProcessed ?? folder.bytesInUse
    }
  }
}

extension SourceFolder {
  /// What the file system holds, where the source is all of it.
  fileprivate var bytesInUse: UInt64? {
    var figures = statvfs()
    // Safety: the C library fills the value on the stack.
    guard let own = try? directory.status(), let above = try? directory.status(of: [0x2E, 0x2E]),
      own.st_dev != above.st_dev, unsafe fstatvfs(directory.number, &figures) == 0
    else { return nil }
    let blocks = UInt64(figures.f_blocks) - min(UInt64(figures.f_bfree), UInt64(figures.f_blocks))
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: UInt64(figures.f_frsize))
    return overflow ? nil : bytes
  }
}
