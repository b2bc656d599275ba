import Glibc
import RepositoryFormat

extension RestoreRun {
  /// Runs of zeros at least this long stay holes.
  private static let holeMin = 64 << 10

  func makeBareFile(_ number: Int) throws(RepositoryError) {
    let file = plan.files[number]
    let open = try writing(file.node.name, file.directory) { () throws(SystemFailure) in
      try self.make(number)
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
        ? try make(number)
        : try targets.file(
          number, pieces: file.pieces,
          make: { () throws(SystemFailure) in try make(number) },
          reopen: { () throws(SystemFailure) in try reopen(file) })
      if comparison.kept[number] == nil {
        try unsafe Self.write(bytes, to: open, at: piece.fileOffset)
      } else {
        try unsafe open.write(bytes, at: piece.fileOffset)  // old bytes may be where zeros belong
      }
      summarize { $0.bytesWritten += UInt64(bytes.count) }
    } catch {
      return try writing(file.node.name, file.directory) { () throws(SystemFailure) in throw error }
    }
    if file.pieces == 1 || targets.finishPiece(number) { complete(number, open) }
  }

  private func make(_ number: Int) throws(SystemFailure) -> OpenFile {
    let file = plan.files[number]
    if let inode = comparison.kept[number] { return try takeOver(file, inode) }
    let open: OpenFile
    if let fixed = target.fixed {
      open = fixed
    } else {
      let directory = try target.directory(file.directory)
      try clear(file.node.name, file.directory)
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
      open = try OpenFile(file.node.name, in: directory, flags, mode: 0o600)
    }
    if file.pieces != 1 || file.size >= Self.holeMin {
      guard ftruncate(open.number, off_t(file.size)) == 0 else { throw SystemFailure() }
    }
    return open
  }

  /// A file that is there gets the snapshot's length; a device has its own.
  private func takeOver(
    _ file: RestorePlan.File, _ inode: ino_t
  ) throws(SystemFailure) -> OpenFile {
    let open = try target.open(file, O_WRONLY, inode: inode)
    guard !target.isDevice, try Int(open.status().st_size) != file.size else { return open }
    guard ftruncate(open.number, off_t(file.size)) == 0 else { throw SystemFailure() }
    return open
  }

  /// Removes what is in the way, as far as that was asked for.
  func clear(_ name: [UInt8], _ directory: Int) throws(SystemFailure) {
    guard mode != .fresh else { return }
    try target.remove(name, in: directory, isTree: mode == .inPlace && deletesOthers)
  }

  private func reopen(_ file: RestorePlan.File) throws(SystemFailure) -> OpenFile {
    try target.open(file, O_WRONLY, inode: nil)
  }

  private func complete(_ number: Int, _ open: OpenFile) {
    let file = plan.files[number]
    if UInt64(file.size) != file.node.size {
      warn(
        target.path(of: file.node.name, in: file.directory),
        "has \(file.size) bytes, but its snapshot says \(file.node.size)")
    }
    if target.fixed == nil {
      NodeMetadata.apply(file.node, to: open, replaces: mode == .inPlace) { problem in
        warn(target.path(of: file.node.name, in: file.directory), problem)
      }
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

  static func isZero(_ block: UnsafeRawBufferPointer) -> Bool {
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
        if self.mode == .inPlace, Self.isPresent(node, in: directory) { return directory }
        try self.clear(node.name, entry.directory)
        try Self.make(node, in: directory)
        return directory
      }
      NodeMetadata.apply(node, in: directory) { problem in
        warn(target.path(of: node.name, in: entry.directory), problem)
      }
      summarize { $0.others += 1 }
    }
  }

  /// Whether the link that is wanted is there.
  private static func isPresent(_ node: TreeNode, in directory: OpenFile) -> Bool {
    guard node.kind == .symlink,
      let target = try? NodeReader.linkTarget(node.name, in: directory)
    else { return false }
    return target == node.linkTarget
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
        if self.mode == .inPlace, let there = try? to.status(of: link.name),
          try there.st_ino == from.status(of: file.node.name).st_ino
        {
          return
        }
        try self.clear(link.name, link.directory)
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
      NodeMetadata.apply(node, to: directory, replaces: mode == .inPlace) { problem in
        warn(target.path(of: node.name, in: parent), problem)
      }
      summarize { $0.directories += 1 }
    }
  }
}
