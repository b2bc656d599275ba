import Glibc
import RepositoryFormat

extension RestoreRun {
  /// Runs of zeros at least this long stay holes.
  private static let holeMin = 64 << 10

  func makeBareFile(_ number: Int) throws(RepositoryError) {
    let file = plan.files[number]
    let open = try writing(file.node.name, file.directory) { () throws(SystemFailure) in
      try self.make(file)
    }
    complete(number, open)
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, _ piece: RestorePlan.Piece
  ) throws(RepositoryError) {
    let number = Int(piece.file)
    let file = plan.files[number]
    let open: OpenFile
    do throws(SystemFailure) {
      open =
        file.pieces == 1
        ? try make(file)
        : try targets.file(
          number, pieces: file.pieces,
          make: { () throws(SystemFailure) in try make(file) },
          reopen: { () throws(SystemFailure) in try reopen(file) })
      try unsafe Self.write(bytes, to: open, at: piece.fileOffset)
    } catch {
      return try writing(file.node.name, file.directory) { () throws(SystemFailure) in throw error }
    }
    if file.pieces == 1 || targets.finishPiece(number) { complete(number, open) }
  }

  private func make(_ file: RestorePlan.File) throws(SystemFailure) -> OpenFile {
    let directory = try target.directory(file.directory)
    if overwrites { try target.remove(file.node.name, in: file.directory) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
    let open = try OpenFile(file.node.name, in: directory, flags, mode: 0o600)
    if file.pieces != 1 || file.size >= Self.holeMin {
      guard ftruncate(open.number, off_t(file.size)) == 0 else { throw SystemFailure() }
    }
    return open
  }

  private func reopen(_ file: RestorePlan.File) throws(SystemFailure) -> OpenFile {
    let directory = try target.directory(file.directory)
    return try OpenFile(file.node.name, in: directory, O_WRONLY | O_NOFOLLOW)
  }

  private func complete(_ number: Int, _ open: OpenFile) {
    let file = plan.files[number]
    if UInt64(file.size) != file.node.size {
      warn(
        target.path(of: file.node.name, in: file.directory),
        "has \(file.size) bytes, but its snapshot says \(file.node.size)")
    }
    NodeMetadata.apply(file.node, to: open) { problem in
      warn(target.path(of: file.node.name, in: file.directory), problem)
    }
    summarize { summary in
      summary.files += 1
      summary.bytes += UInt64(file.size)
    }
  }

  /// Writes all but long runs of zeros; the file has its length already.
  private static func write(
    _ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int
  ) throws(SystemFailure) {
    var start = 0
    var position = 0
    while bytes.count - position >= holeMin {
      // Safety: the block lies inside `bytes`.
      let block = unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<position + holeMin])
      if unsafe isZero(block) {
        if start < position {
          try unsafe file.write(
            UnsafeRawBufferPointer(rebasing: bytes[start..<position]), at: offset + start)
        }
        start = position + holeMin
      }
      position += holeMin
    }
    guard start < bytes.count else { return }
    try unsafe file.write(
      UnsafeRawBufferPointer(rebasing: bytes[start...]), at: offset + start)
  }

  private static func isZero(_ block: UnsafeRawBufferPointer) -> Bool {
    // Safety: both stretches are the block's own; equal to itself one byte on means all equal.
    unsafe block[0] == 0
      && memcmp(block.baseAddress!, block.baseAddress! + 1, block.count - 1) == 0
  }
}

extension RestoreRun {
  func makeOthers() throws(RepositoryError) {
    for entry in plan.others {
      let node = entry.node
      let directory = try writing(node.name, entry.directory) { () throws(SystemFailure) in
        let directory = try self.target.directory(entry.directory)
        if self.overwrites { try self.target.remove(node.name, in: entry.directory) }
        try Self.make(node, in: directory)
        return directory
      }
      NodeMetadata.apply(node, in: directory) { problem in
        warn(target.path(of: node.name, in: entry.directory), problem)
      }
      summarize { $0.others += 1 }
    }
  }

  private static func make(_ node: TreeNode, in directory: OpenFile) throws(SystemFailure) {
    let status = unsafe withCString(node.name) { name in
      switch node.kind {
      case .symlink:
        unsafe withCString(node.linkTarget) { unsafe symlinkat($0, directory.number, name) }
      case .dev: unsafe mknodat(directory.number, name, S_IFBLK | 0o600, dev_t(node.device))
      case .chardev: unsafe mknodat(directory.number, name, S_IFCHR | 0o600, dev_t(node.device))
      default: unsafe mkfifoat(directory.number, name, 0o600)
      }
    }
    guard status == 0 else { throw SystemFailure() }
  }

  func makeHardLinks() throws(RepositoryError) {
    for link in plan.hardLinks {
      let file = plan.files[link.file]
      try writing(link.name, link.directory) { () throws(SystemFailure) in
        let from = try self.target.directory(file.directory)
        let to = try self.target.directory(link.directory)
        if self.overwrites { try self.target.remove(link.name, in: link.directory) }
        let status = unsafe withCString(file.node.name) { old in
          unsafe withCString(link.name) { unsafe linkat(from.number, old, to.number, $0, 0) }
        }
        guard status == 0 else { throw SystemFailure() }
      }
      summarize { $0.others += 1 }
    }
  }

  /// Deepest first: making an entry changes its directory's time.
  func finishDirectories() throws(RepositoryError) {
    for number in plan.directories.indices.reversed() {
      let node = plan.directories[number].node
      let parent = plan.directories[number].parent
      let directory = try writing(node.name, parent) { () throws(SystemFailure) in
        try self.target.directory(number)
      }
      NodeMetadata.apply(node, to: directory) { problem in
        warn(target.path(of: node.name, in: parent), problem)
      }
      summarize { $0.directories += 1 }
    }
  }
}
