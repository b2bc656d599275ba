import Glibc
import RepositoryFormat

/// Why an entry is left out: the file system's fault, or ours, which ends the backup.
enum EntryFailure: Error {
  case unreadable(SystemFailure)
  case fatal(RepositoryError)
}

extension BackupRun {
  typealias Place = (directory: OpenDirectory, slot: Int)

  /// Stores one directory entry of any kind.
  ///
  /// What cannot be read is left out and recorded: the rest of the volume still counts.
  func store(
    _ directory: OpenDirectory, slot: Int, with codec: BlobCodec
  ) async throws(RepositoryError) {
    do throws(EntryFailure) {
      try await storeEntry((directory, slot), with: codec)
    } catch {
      switch error {
      case .fatal(let error): throw error
      case .unreadable(let failure):
        tally.warn(directory.path(of: directory.names[slot]), "left out: \(failure)")
        await finish(directory, slot: slot, nil, with: codec)
      }
    }
  }

  private func storeEntry(_ place: Place, with codec: BlobCodec) async throws(EntryFailure) {
    let (directory, slot) = place
    let name = directory.names[slot]
    let status = try reading { () throws(SystemFailure) in try directory.file.status(of: name) }
    guard let node = nodes.node(name: name, status) else {
      return await finish(directory, slot: slot, nil, with: codec)
    }
    let former = directory.former?.node(named: name)
    switch node.kind {
    case .file:
      try await storeFile(node, size: Int(status.st_size), former, place, with: codec)
    case .directory:
      try await enter(node, former, place, with: codec)
    default:
      let complete = try reading { () throws(SystemFailure) in
        var node = node
        if node.kind == .symlink {
          node.linkTarget = try NodeReader.linkTarget(name, in: directory.file)
        }
        node.extendedAttributes = try ExtendedAttributes.read(name, in: directory.file)
        return node
      }
      await finish(directory, slot: slot, complete.encoded(), with: codec)
    }
  }

  private func enter(
    _ node: TreeNode, _ former: TreeNode?, _ place: Place, with codec: BlobCodec
  ) async throws(EntryFailure) {
    let parent = place.directory
    let (file, names, complete) = try reading { () throws(SystemFailure) in
      let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
      let file = try OpenFile(node.name, in: parent.file, flags)
      var node = node
      node.extendedAttributes = try ExtendedAttributes.read(file)
      return (file, try self.names(in: file, parent.path(of: node.name)), node)
    }
    let formerID = former?.subtree
    let formerTree: Tree?
    do { formerTree = try await self.formerTree(formerID, with: codec) } catch {
      throw .fatal(error)
    }
    let directory = OpenDirectory(
      file: file, path: parent.path(of: node.name), names: names, node: complete, parent: place,
      former: formerTree, formerID: formerID)
    await open(directory, with: codec)
  }

  /// All entries, but on the way down to the source only the next step.
  private func names(in file: OpenFile, _ path: String) throws(SystemFailure) -> [[UInt8]] {
    if case .path = request.layout, request.path.hasPrefix(path + "/"),
      let next = request.path.utf8.dropFirst(path.utf8.count).split(separator: UInt8(ascii: "/"))
        .first
    {
      return [Array(next)]
    }
    return try file.names().filter { !isExcluded($0) }
  }

  private func isExcluded(_ name: [UInt8]) -> Bool {
    request.excludes.contains { name.elementsEqual($0.utf8) }
  }

  private func storeFile(
    _ node: TreeNode, size: Int, _ former: TreeNode?, _ place: Place, with codec: BlobCodec
  ) async throws(EntryFailure) {
    let directory = place.directory
    if let former, !request.readsEverything,
      node.isUnchanged(since: former, size: UInt64(size), by: unchangedRule),
      racyWindow?.contains(node.modified) != true,
      former.content.allSatisfy({ index.contains($0, .data) })
    {
      var node = node
      node.size = former.size
      node.content = former.content
      node.extendedAttributes = try reading { () throws(SystemFailure) in
        try ExtendedAttributes.read(node.name, in: directory.file)
      }
      tally.cover(node.size)
      count(node, former, isUnmodified: true)
      return await finish(directory, slot: place.slot, node.encoded(), with: codec)
    }
    let (file, status, attributes) = try reading { () throws(SystemFailure) in
      // Without O_NONBLOCK a pipe that took the file's place would keep us waiting.
      let file = try OpenFile(
        node.name, in: directory.file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      return (file, try file.status(), try ExtendedAttributes.read(file))
    }
    guard var fresh = nodes.node(name: node.name, status), fresh.kind == .file else {
      throw .unreadable(SystemFailure(code: ESTALE))
    }
    fresh.extendedAttributes = attributes
    let open = OpenChunkedFile(
      file: file, path: directory.path(of: node.name), node: fresh, former: former,
      size: Int(status.st_size),
      isSparse: Int(status.st_blocks) * 512 < Int(status.st_size), place: place)
    if open.size <= ChunkLimits.lengthMin {
      try await storeSmall(open, with: codec)
    } else {
      schedule.add(open)
    }
  }

  /// A file that fits into one blob is read and stored in one go; one that has grown meanwhile is
  /// not small any more.
  private func storeSmall(
    _ open: OpenChunkedFile, with codec: BlobCodec
  ) async throws(EntryFailure) {
    let count = try reading { () throws(SystemFailure) in
      try unsafe open.file.read(into: codec.plain.base, at: 0, count: open.size + 1)
    }
    guard count <= open.size else { return schedule.add(open) }
    tally.read(count)
    tally.cover(UInt64(count))
    var content: [ObjectID] = []
    if count > 0 {
      content = [unsafe await writer.add(codec.plain.prefix(count), kind: .data, with: codec)]
    }
    await complete(open, content, size: count, with: codec)
  }

  /// Records a file whose content is stored.
  func complete(
    _ open: OpenChunkedFile, _ content: [ObjectID], size: Int, with codec: BlobCodec
  ) async {
    var node = open.node
    node.content = content
    node.size = UInt64(size)
    let isBlock = if case .block = request.layout { true } else { false }
    if size != open.size || !isBlock && hasChanged(open) {
      tally.warn(open.path, "changed while it was read")
    }
    count(node, open.former, isUnmodified: false)
    await finish(open.place.directory, slot: open.place.slot, node.encoded(), with: codec)
  }

  private func hasChanged(_ open: OpenChunkedFile) -> Bool {
    guard let status = try? open.file.status() else { return true }
    return FileTime(status.st_mtim) != open.node.modified
  }

  private func count(_ node: TreeNode, _ former: TreeNode?, isUnmodified: Bool) {
    tally.count { figures in
      figures.totalFilesProcessed += 1
      figures.totalBytesProcessed += node.size
      if isUnmodified {
        figures.filesUnmodified += 1
      } else if former?.kind == .file {
        figures.filesChanged += 1
      } else {
        figures.filesNew += 1
      }
    }
  }

  func reading<Value>(
    _ body: () throws(SystemFailure) -> Value
  ) throws(EntryFailure) -> Value {
    do { return try body() } catch {
      // Not the file's fault: every further one would fail alike.
      if [EMFILE, ENFILE, ENOMEM].contains(error.code) {
        throw .fatal(.file(path: request.path, reason: error.description))
      }
      throw .unreadable(error)
    }
  }
}
