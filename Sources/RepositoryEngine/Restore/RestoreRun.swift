import Glibc
import ObjectStores
import RepositoryFormat
import Synchronization

/// One restore: workers take stretches of packs, verify the blobs in them, and write each to
/// wherever it belongs.
final class RestoreRun: Sendable {
  /// One read: neighbouring blobs of a pack.
  struct Stretch {
    var pack: ObjectID
    var range: Range<Int>
    var pieces: Range<Int>
  }

  /// Reading over a gap is cheaper than another request, up to this many bytes.
  private static let gapMax = 1 << 20
  private static let stretchMax = 16 << 20

  let repository: Repository
  let index: BlobIndex
  let plan: RestorePlan
  let target: RestoreTarget
  let mode: RestoreRequest.Mode
  let deletesOthers: Bool
  let comparison: Comparison
  let targets = OpenTargets()
  private let filesExpected: UInt64
  private let bytesExpected: UInt64
  private let holeBytes: UInt64
  private let state: Mutex<State>

  private struct State {
    var nextPiece = 0
    var nextFile = 0
    var summary = RestoreSummary()
    var bytesFetched: UInt64 = 0
    var failure: RepositoryError?
  }

  init(
    _ repository: Repository, index: BlobIndex, plan: RestorePlan, target: RestoreTarget,
    comparison: Comparison, request: RestoreRequest
  ) {
    self.repository = repository
    self.index = index
    self.plan = plan
    self.target = target
    self.comparison = comparison
    mode = request.mode
    deletesOthers = request.deletesOthers
    filesExpected = UInt64(plan.files.count)
    bytesExpected = plan.bytes
    holeBytes = plan.holes.reduce(0) { $0 + UInt64($1.range.count) }
    var state = State()
    state.summary.bytesUnchanged = comparison.bytesUnchanged
    state.summary.bytesWritten = comparison.bytesZeroed
    self.state = Mutex(state)
  }

  var progress: RestoreProgress {
    let (summary, fetched) = state.withLock { ($0.summary, $0.bytesFetched) }
    return RestoreProgress(
      filesDone: summary.files, filesExpected: filesExpected,
      bytesDone: min(
        summary.bytesWritten + summary.bytesUnchanged + holeBytes, bytesExpected),
      bytesExpected: bytesExpected, bytesFetched: fetched, bytesVerified: summary.bytesVerified)
  }

  /// - Parameter whole: The plan before the comparison, which is what is verified; `nil` to leave
  ///   that.
  func run(
    workers: Int, verifying whole: RestorePlan?
  ) async throws(RepositoryError) -> RestoreSummary {
    await withTaskGroup(of: Void.self) { group in
      // More tasks than threads where the store is some way off: some of them wait for it.
      for _ in 0..<workers + repository.store.transfersAtOnce - 1 {
        group.addTask { await self.work() }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try makeOthers()
    try makeHardLinks()
    if deletesOthers, target.fixed == nil { try deleteOthers() }
    if let whole {
      try sync()
      try await verify(whole, workers: workers)
    }
    try finishDirectories()
    try sync()
    return state.withLock { $0.summary }
  }

  private func sync() throws(RepositoryError) {
    do { try target.sync() } catch {
      throw .file(path: target.path, reason: error.description)
    }
  }

  private func work() async {
    let codec = BlobCodec(key: repository.masterKey)
    do throws(RepositoryError) {
      while let number = nextBareFile() { try makeBareFile(number) }
      var sealed: [UInt8] = []
      while let stretch = nextStretch() {
        guard !Task.isCancelled else { throw .cancelled }
        let name = ObjectName(.pack, stretch.pack)
        do { try await repository.store.read(name, stretch.range, into: &sealed) } catch {
          throw .store(error)
        }
        try restore(stretch, from: sealed, with: codec)
      }
    } catch {
      state.withLock { $0.failure = $0.failure ?? error }
    }
  }

  /// Files without any bytes to fetch: empty, or one hole.
  private func nextBareFile() -> Int? {
    state.withLock { state in
      while state.failure == nil, state.nextFile < plan.files.count {
        state.nextFile += 1
        if plan.files[state.nextFile - 1].pieces == 0 { return state.nextFile - 1 }
      }
      return nil
    }
  }

  private func nextStretch() -> Stretch? {
    state.withLock { state in
      guard state.failure == nil, state.nextPiece < plan.pieces.count else { return nil }
      let first = state.nextPiece
      let pack = plan.pieces[first].pack
      let start = Int(plan.pieces[first].blobOffset)
      var end = start
      var next = first
      while next < plan.pieces.count, plan.pieces[next].pack == pack {
        let piece = plan.pieces[next]
        let blobStart = Int(piece.blobOffset)
        let length = index.location(piece.id, .data).map { Int($0.length) } ?? 0
        let isFar = blobStart > end + Self.gapMax || blobStart + length - start > Self.stretchMax
        if next > first, isFar, blobStart + length > end { break }
        end = max(end, blobStart + length)
        next += 1
      }
      state.nextPiece = next
      return Stretch(
        pack: index.packs[Int(pack)], range: start..<end, pieces: first..<next)
    }
  }

  /// Verifies the blobs of a stretch and writes each to all its places.
  private func restore(
    _ stretch: Stretch, from sealed: [UInt8], with codec: BlobCodec
  ) throws(RepositoryError) {
    state.withLock { $0.bytesFetched += UInt64(sealed.count) }
    var rest = stretch.pieces
    var pieces: [Range<Int>] = []
    var failure: RepositoryError?
    _ = unsafe sealed.withUnsafeBytes { sealed in
      unsafe codec.open {
        guard failure == nil, let needed = takeBlob(of: &rest) else { return nil }
        pieces.append(needed.pieces)
        let start = Int(needed.blob.offset) - stretch.range.lowerBound
        // Safety: the stretch covers all blobs of its pieces, and was read in full.
        let bytes = unsafe sealed[start..<start + Int(needed.blob.length)]
        return unsafe (UnsafeRawBufferPointer(rebasing: bytes), needed.blob)
      } visit: { number, opened in
        guard failure == nil else { return }
        do throws(RepositoryError) {
          unsafe try write(opened, to: pieces[number], of: stretch)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
  }

  private func write(
    _ opened: BlobCodec.Opened, to pieces: Range<Int>, of stretch: Stretch
  ) throws(RepositoryError) {
    let bytes: UnsafeRawBufferPointer
    do { unsafe bytes = unsafe try opened.get() } catch {
      throw .damaged(
        object: ObjectName(.pack, stretch.pack).description, reason: error.description)
    }
    for number in pieces { try unsafe write(bytes, plan.pieces[number]) }
  }

  /// The next blob of a stretch, and all pieces that it is needed for.
  private func takeBlob(of rest: inout Range<Int>) -> (blob: PackedBlob, pieces: Range<Int>)? {
    guard let next = rest.first else { return nil }
    let id = plan.pieces[next].id
    var end = next + 1
    while end < rest.upperBound, plan.pieces[end].id == id { end += 1 }
    guard let (_, blob) = index.find(id, .data) else { preconditionFailure("\(id)") }
    rest = end..<rest.upperBound
    return (blob, next..<end)
  }

  func summarize(_ change: (inout RestoreSummary) -> Void) {
    state.withLock { change(&$0.summary) }
  }

  func warn(_ path: @autoclosure () -> String, _ problem: String) {
    let text = "`\(path())`: \(problem)"
    summarize { summary in
      summary.warningCount += 1
      if summary.warnings.count < BackupTally.warningsKeptMax { summary.warnings.append(text) }
    }
  }

  func writing<Value>(
    _ name: [UInt8], _ directory: Int, _ body: () throws(SystemFailure) -> Value
  ) throws(RepositoryError) -> Value {
    do { return try body() } catch {
      let path = target.path(of: name, in: directory)
      if error.code == EEXIST { throw .alreadyExists("`\(path)`") }
      throw .file(path: path, reason: error.description)
    }
  }
}
