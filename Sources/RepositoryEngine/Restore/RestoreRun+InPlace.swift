import CLinux
import Glibc
import RepositoryFormat
import Synchronization

/// What of a plan lies in the target already.
struct Comparison: Sendable {
  /// Files that are kept and filled in place: their inodes, by number.
  var kept: [Int: ino_t] = [:]
  var bytesUnchanged: UInt64 = 0
  var bytesZeroed: UInt64 = 0
}

extension RestorePlan {
  /// Compares the files that are there, makes zeros of what must be a hole, and takes all pieces
  /// out of the plan that need not be written.
  ///
  /// - Parameter found: Called with the bytes of each piece that is as it must be.
  mutating func compare(
    with target: RestoreTarget, index: BlobIndex, workers: Int,
    found: @escaping @Sendable (UInt64) -> Void
  ) async throws(RepositoryError) -> Comparison {
    var comparison = Comparison()
    for number in files.indices {
      if let inode = keptFile(number, in: target) { comparison.kept[number] = inode }
    }
    let kept = comparison.kept
    guard !kept.isEmpty else { return comparison }
    let present = Mutex([Bool](repeating: false, count: pieces.count))
    let zeroed = Mutex<UInt64>(0)
    let plan = self
    let scan = ContentScan(plan, index: index) { kept[$0] != nil }
    try await scan.run(
      workers: workers,
      ContentScan.Visitor(
        open: { number throws(SystemFailure) in
          try target.open(plan.files[number], O_RDWR, inode: kept[number])
        },
        sawPiece: { piece, isRight in
          guard isRight else { return }
          present.withLock { $0[piece] = true }
          found(UInt64(index.find(plan.pieces[piece].id, .data)?.blob.plainLength ?? 0))
        },
        sawData: { number, file, range throws(RepositoryError) in
          do throws(SystemFailure) { try file.zero(range) } catch {
            throw .file(
              path: target.path(of: plan.files[number].node.name, in: plan.files[number].directory),
              reason: error.description)
          }
          zeroed.withLock { $0 += UInt64(range.count) }
        }))
    comparison.bytesZeroed = zeroed.withLock { $0 }
    comparison.bytesUnchanged = removePieces(present.withLock { $0 }, index)
    return comparison
  }

  private mutating func removePieces(_ present: [Bool], _ index: BlobIndex) -> UInt64 {
    var needed: [Piece] = []
    var bytes: UInt64 = 0
    for (piece, isPresent) in zip(pieces, present) {
      if isPresent {
        files[Int(piece.file)].pieces -= 1
        bytes += UInt64(index.find(piece.id, .data)?.blob.plainLength ?? 0)
      } else {
        needed.append(piece)
      }
    }
    pieces = needed
    return bytes
  }

  /// A file may be written in place if it is a plain one, and no name outside of the plan leads to
  /// it as well: that other file would be changed, too.
  private func keptFile(_ number: Int, in target: RestoreTarget) -> ino_t? {
    let file = files[number]
    guard let open = try? target.open(file, O_RDWR, inode: nil), let status = try? open.status()
    else { return nil }
    if target.fixed != nil { return target.isKept ? status.st_ino : nil }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    guard status.st_nlink > 1 else { return status.st_ino }
    let links = hardLinks.count { link in
      guard link.file == number, let directory = try? target.directory(link.directory),
        let other = try? directory.status(of: link.name)
      else { return false }
      return other.st_ino == status.st_ino && other.st_dev == status.st_dev
    }
    return UInt64(status.st_nlink) == UInt64(links) + 1 ? status.st_ino : nil
  }
}

extension OpenFile {
  /// Makes zeros of a stretch, and gives its space back where the file system or device can.
  func zero(_ range: Range<Int>) throws(SystemFailure) {
    let mode = Int32(linux_falloc_punch_hole)
    if fallocate(number, mode, off_t(range.lowerBound), off_t(range.count)) == 0 { return }
    let zeros = [UInt8](repeating: 0, count: range.count)
    typealias Outcome = Result<Void, SystemFailure>
    try unsafe zeros.withUnsafeBytes { zeros in
      Outcome { () throws(SystemFailure) in try unsafe write(zeros, at: range.lowerBound) }
    }.get()
  }
}

extension RestoreRun {
  /// Reads all files back, from the disk where the system lets its copy go.
  func verify(_ plan: RestorePlan, workers: Int) async throws(RepositoryError) {
    let scan = ContentScan(plan, index: index) { _ in true }
    try await scan.run(
      workers: workers,
      ContentScan.Visitor(
        open: { number throws(SystemFailure) in
          let file = try self.target.open(plan.files[number], O_RDONLY, inode: nil)
          _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
          return file
        },
        sawPiece: { number, isRight throws(RepositoryError) in
          let piece = plan.pieces[number]
          guard isRight else { throw self.mismatch(plan, Int(piece.file), at: piece.fileOffset) }
          let length = UInt64(self.index.find(piece.id, .data)?.blob.plainLength ?? 0)
          self.summarize { $0.bytesVerified += length }
        },
        sawData: { number, _, range throws(RepositoryError) in
          throw self.mismatch(plan, number, at: range.lowerBound)
        }))
    for hole in plan.holes { summarize { $0.bytesVerified += UInt64(hole.range.count) } }
  }

  private func mismatch(_ plan: RestorePlan, _ number: Int, at offset: Int) -> RepositoryError {
    let file = plan.files[number]
    return .damaged(
      object: target.path(of: file.node.name, in: file.directory),
      reason: "Read back, it is not what was restored from byte \(offset) on")
  }

  /// Removes what the snapshot does not have from every folder that it has.
  func deleteOthers() throws(RepositoryError) {
    var wanted: [Int: Set<[UInt8]>] = [-1: [Array("lost+found".utf8)]]
    for directory in plan.directories {
      wanted[directory.parent, default: []].insert(directory.node.name)
    }
    for file in plan.files { wanted[file.directory, default: []].insert(file.node.name) }
    for other in plan.others { wanted[other.directory, default: []].insert(other.node.name) }
    for link in plan.hardLinks { wanted[link.directory, default: []].insert(link.name) }
    for number in -1..<plan.directories.count {
      let keep = wanted[number] ?? []
      try writing(Array(".".utf8), number) { () throws(SystemFailure) in
        let directory = try self.target.directory(number)
        for name in try directory.names() where !keep.contains(name) {
          try directory.removeAll(name)
          self.summarize { $0.deleted += 1 }
        }
      }
    }
  }
}
