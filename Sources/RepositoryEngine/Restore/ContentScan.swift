import Glibc
import RepositoryFormat
import Synchronization

/// Reads what lies in the target and tells where it is not what the plan says.
final class ContentScan: Sendable {
  /// One worker's share, so that a single large file keeps all of them busy.
  private static let piecesMax = 32
  private static let holeBytesMax = 64 << 20

  private enum Job {
    /// A stretch of `order` within one file.
    case pieces(Range<Int>, file: Int)
    case hole(Range<Int>, file: Int)
  }

  struct Visitor: Sendable {
    /// A file to read, of those the scan is about.
    var open: @Sendable (Int) throws(SystemFailure) -> OpenFile
    /// Whether a piece is as it must be.
    var sawPiece: @Sendable (Int, Bool) throws(RepositoryError) -> Void
    /// Bytes inside a hole that are not all zero.
    var sawData: @Sendable (Int, OpenFile, Range<Int>) throws(RepositoryError) -> Void
  }

  private let plan: RestorePlan
  private let index: BlobIndex
  private let order: [Int]
  private let jobs: [Job]
  private let state = Mutex<(next: Int, failure: RepositoryError?)>((0, nil))

  /// - Parameter files: Which files to read, by number.
  init(_ plan: RestorePlan, index: BlobIndex, files: (Int) -> Bool) {
    self.plan = plan
    self.index = index
    let order = plan.pieces.indices.filter { files(Int(plan.pieces[$0].file)) }.sorted {
      let (left, right) = (plan.pieces[$0], plan.pieces[$1])
      return (left.file, left.fileOffset) < (right.file, right.fileOffset)
    }
    var jobs: [Job] = []
    var start = 0
    while start < order.count {
      let file = plan.pieces[order[start]].file
      var end = start + 1
      while end < order.count, end - start < Self.piecesMax, plan.pieces[order[end]].file == file {
        end += 1
      }
      jobs.append(.pieces(start..<end, file: Int(file)))
      start = end
    }
    for hole in plan.holes where files(Int(hole.file)) {
      for start in stride(
        from: hole.range.lowerBound, to: hole.range.upperBound, by: Self.holeBytesMax)
      {
        let end = min(start + Self.holeBytesMax, hole.range.upperBound)
        jobs.append(.hole(start..<end, file: Int(hole.file)))
      }
    }
    self.order = order
    self.jobs = jobs
  }

  func run(workers: Int, _ visitor: Visitor) async throws(RepositoryError) {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<workers { group.addTask { self.work(visitor) } }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func nextJob() -> Job? {
    state.withLock { state in
      guard state.failure == nil, state.next < jobs.count else { return nil }
      state.next += 1
      return jobs[state.next - 1]
    }
  }

  private func work(_ visitor: Visitor) {
    let buffer = ByteBuffer(capacity: ChunkLimits.lengthMax)
    let digest = Digest()
    do throws(RepositoryError) {
      while let job = nextJob() {
        guard !Task.isCancelled else { throw .cancelled }
        switch job {
        case .pieces(let range, let file):
          let open = try reading(file) { () throws(SystemFailure) in try visitor.open(file) }
          for position in range {
            let piece = plan.pieces[order[position]]
            let isRight = try reading(file) { () throws(SystemFailure) in
              try isPresent(piece, in: open, buffer, digest)
            }
            try visitor.sawPiece(order[position], isRight)
          }
        case .hole(let range, let file):
          let open = try reading(file) { () throws(SystemFailure) in try visitor.open(file) }
          try scanHole(range, file, open, buffer, visitor)
        }
      }
    } catch {
      state.withLock { $0.failure = $0.failure ?? error }
    }
  }

  private func isPresent(
    _ piece: RestorePlan.Piece, in file: OpenFile, _ buffer: ByteBuffer, _ digest: Digest
  ) throws(SystemFailure) -> Bool {
    guard let length = index.find(piece.id, .data)?.blob.plainLength else { return false }
    buffer.reserve(length)
    let count = try unsafe file.read(into: buffer.base, at: piece.fileOffset, count: length)
    return unsafe count == length && digest.hash(buffer.prefix(length)) == piece.id
  }

  /// Looks at data alone where the file system tells its holes.
  private func scanHole(
    _ hole: Range<Int>, _ number: Int, _ file: OpenFile, _ buffer: ByteBuffer, _ visitor: Visitor
  ) throws(RepositoryError) {
    var offset = hole.lowerBound
    while offset < hole.upperBound {
      if let data = try? file.data(from: offset), data.lowerBound > offset {
        offset = min(data.lowerBound, hole.upperBound)
        continue
      }
      let step = min(1 << 20, hole.upperBound - offset)
      let count = try reading(number) { () throws(SystemFailure) in
        try unsafe file.read(into: buffer.base, at: offset, count: step)
      }
      guard count > 0 else { return }  // a file that ends here is lengthened with zeros
      if unsafe !RestoreRun.isZero(buffer.prefix(count)) {
        try visitor.sawData(number, file, offset..<offset + count)
      }
      offset += count
    }
  }

  private func reading<Value>(
    _ file: Int, _ body: () throws(SystemFailure) -> Value
  ) throws(RepositoryError) -> Value {
    do { return try body() } catch {
      throw .file(path: plan.files[file].node.displayName, reason: error.description)
    }
  }
}
