import ObjectStores
import RepositoryFormat
import Synchronization

extension CheckRun {
  private struct Job: Sendable {
    var pack: Int
    var isWhole: Bool
  }

  /// Lengths of all packs, headers of all or none, everything of those chosen.
  func checkPacks() async throws(RepositoryError) {
    try await checkPresence()
    let chosen = chosen()
    let jobs = index.packs.indices.compactMap { number -> Job? in
      let isWhole = chosen.contains(number)
      guard index.packs[number].bytesStored != nil, isWhole || request.readsHeaders else {
        return nil
      }
      return Job(pack: number, isWhole: isWhole)
    }
    findings.advance { $0.packsTotal = jobs.count }
    let list = SharedList(jobs)
    let suspects = Mutex<Set<Int>>([])
    await inWorkers { codec in
      var bytes: [UInt8] = []
      while !Task.isCancelled, let job = list.take() {
        if await !self.check(job, with: codec, in: &bytes) {
          _ = suspects.withLock { $0.insert(job.pack) }
        }
        self.findings.advance { $0.packsDone += 1 }
        self.progress(self.findings.progress)
      }
    }
    if Task.isCancelled { throw .cancelled }
    try await checkByIndex(suspects.withLock { $0 })
  }

  private func checkPresence() async throws(RepositoryError) {
    var files: Set<ObjectID>?
    for pack in index.packs {
      if let bytes = pack.bytesStored {
        guard bytes != pack.sketch.bytes else { continue }
        findings.problem(
          pack.id, "It has \(bytes) bytes, but its index describes \(pack.sketch.bytes)")
      } else {
        if files == nil { files = Set(try await repository.ids(.index)) }
        guard files?.contains(pack.file) == true else { continue }
        findings.problem(pack.id, "It is missing; index file \(pack.file.short) names it")
      }
    }
  }

  /// - Parameter bytes: Where the pack is read to.
  /// - Returns: `false` where the header is no help in finding the pack's blobs.
  private func check(_ job: Job, with codec: BlobCodec, in bytes: inout [UInt8]) async -> Bool {
    let pack = index.packs[job.pack]
    let size = pack.bytesStored ?? 0
    let count = job.isWhole ? size : min(size, pack.sketch.headerBytes)
    guard count <= Repository.BytesMax.of(.pack) else {
      findings.problem(pack.id, "It has \(size) bytes: too many for a pack")
      return true
    }
    guard await read(pack, size - count..<size, into: &bytes) else { return true }
    var blobs: [PackedBlob]?
    do throws(FormatError) {
      guard let header = try codec.header(tail: bytes, packBytes: size),
        PackSketch(header) == pack.sketch
      else { throw FormatError("Its header does not agree with index file \(pack.file.short)") }
      blobs = header
    } catch {
      findings.problem(pack.id, error.description)
    }
    if job.isWhole {
      findings.count { $0.packsRead += 1 }
      verifyDigest(and: blobs ?? [], in: bytes, of: pack, with: codec)
    }
    return blobs != nil
  }

  private func read(
    _ pack: CheckedIndex.Pack, _ range: Range<Int>, into bytes: inout [UInt8]
  ) async -> Bool {
    do {
      try await repository.store.read(ObjectName(.pack, pack.id), range, into: &bytes)
      findings.advance { $0.bytesRead += UInt64(range.count) }
      return true
    } catch {
      let files = try? await repository.ids(.index)
      if error.reason != .notFound || files?.contains(pack.file) != false {
        findings.problem(pack.id, "It cannot be read: \(error)")
      }
      return false
    }
  }

  /// The pack's own digest is computed beside those of its blobs.
  private func verifyDigest(
    and blobs: [PackedBlob], in bytes: [UInt8], of pack: CheckedIndex.Pack, with codec: BlobCodec
  ) {
    let id = unsafe bytes.withUnsafeBytes {
      unsafe verify(blobs, in: $0, of: pack, with: codec, beside: $0)
    }
    if id != pack.id { findings.problem(pack.id, "Its bytes do not have its digest") }
  }

  /// - Returns: The digest of `long`.
  @discardableResult
  private func verify(
    _ blobs: [PackedBlob], in bytes: UnsafeRawBufferPointer, of pack: CheckedIndex.Pack,
    with codec: BlobCodec, beside long: UnsafeRawBufferPointer?
  ) -> ObjectID? {
    // One that lies behind the pack's end has too few bytes.
    var rest = blobs.makeIterator()
    return unsafe codec.open(beside: long) {
      guard let blob = rest.next() else { return nil }
      return unsafe (bytes.stretch(of: blob), blob)
    } visit: { number, opened in
      guard case .failure(let error) = unsafe opened else { return }
      let blob = blobs[number]
      findings.problem(pack.id, error.description)
      if let number = index.blobs.number(of: blob.id, blob.kind),
        index.blobs.packs[Int(index.blobs.place(number).location.pack)] == pack.id
      {
        findings.damaged(number, in: pack.id)
      }
    }
  }

  /// Packs whose header cannot be trusted may hold every blob where the index says.
  private func checkByIndex(_ suspects: Set<Int>) async throws(RepositoryError) {
    guard !suspects.isEmpty else { return }
    var blobs: [Int: [PackedBlob]] = [:]
    for number in 0..<index.blobs.blobCount {
      let (location, blob) = index.blobs.place(number)
      if suspects.contains(Int(location.pack)) {
        blobs[Int(location.pack), default: []].append(blob)
      }
    }
    let list = SharedList(blobs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    await inWorkers { codec in
      var bytes: [UInt8] = []
      while !Task.isCancelled, let (number, blobs) = list.take() {
        let pack = self.index.packs[number]
        guard let size = pack.bytesStored, size <= Repository.BytesMax.of(.pack),
          await self.read(pack, 0..<size, into: &bytes)
        else { continue }
        unsafe bytes.withUnsafeBytes { bytes in
          _ = unsafe self.verify(blobs, in: bytes, of: pack, with: codec, beside: nil)
        }
      }
    }
    if Task.isCancelled { throw .cancelled }
  }
}

extension UnsafeRawBufferPointer {
  /// A blob's sealed bytes in its pack, as far as they do not lie behind its end.
  fileprivate func stretch(of blob: PackedBlob) -> UnsafeRawBufferPointer {
    let start = Swift.min(Int(blob.offset), count)
    let end = Swift.min(start + Int(blob.length), count)
    // Safety: the caller keeps the pack's bytes for as long as it uses these.
    return unsafe UnsafeRawBufferPointer(rebasing: self[start..<end])
  }
}
