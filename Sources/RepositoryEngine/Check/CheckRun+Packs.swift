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
      while !Task.isCancelled, let job = list.take() {
        if await !self.check(job, with: codec) { _ = suspects.withLock { $0.insert(job.pack) } }
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

  /// - Returns: `false` where the header is no help in finding the pack's blobs.
  private func check(_ job: Job, with codec: BlobCodec) async -> Bool {
    let pack = index.packs[job.pack]
    let size = pack.bytesStored ?? 0
    let count = job.isWhole ? size : min(size, pack.sketch.headerBytes)
    guard count <= Repository.BytesMax.of(.pack) else {
      findings.problem(pack.id, "It has \(size) bytes: too many for a pack")
      return true
    }
    guard let bytes = await read(pack, size - count..<size) else { return true }
    if job.isWhole {
      findings.count { $0.packsRead += 1 }
      let digest = unsafe bytes.withUnsafeBytes { unsafe codec.digest.hash($0) }
      if digest != pack.id { findings.problem(pack.id, "Its bytes do not have its digest") }
    }
    do throws(FormatError) {
      guard let blobs = try codec.header(tail: bytes, packBytes: size),
        PackSketch(blobs) == pack.sketch
      else { throw FormatError("Its header does not agree with index file \(pack.file.short)") }
      if job.isWhole { verify(blobs, in: bytes, of: pack, with: codec) }
      return true
    } catch {
      findings.problem(pack.id, error.description)
      return false
    }
  }

  private func read(_ pack: CheckedIndex.Pack, _ range: Range<Int>) async -> [UInt8]? {
    do {
      let bytes = try await repository.store.read(ObjectName(.pack, pack.id), range)
      findings.advance { $0.bytesRead += UInt64(bytes.count) }
      return bytes
    } catch {
      let files = try? await repository.ids(.index)
      if error.reason != .notFound || files?.contains(pack.file) != false {
        findings.problem(pack.id, "It cannot be read: \(error)")
      }
      return nil
    }
  }

  /// Two blobs at a time, which are hashed side by side; one by one where something is wrong.
  private func verify(
    _ blobs: [PackedBlob], in bytes: [UInt8], of pack: CheckedIndex.Pack, with codec: BlobCodec
  ) {
    unsafe bytes.withUnsafeBytes { bytes in
      var rest = blobs[...]
      while let first = rest.popFirst() {
        if let second = rest.first, unsafe areWhole(first, second, in: bytes, with: codec) {
          rest.removeFirst()
        } else {
          unsafe verify(first, in: bytes, of: pack, with: codec)
        }
      }
    }
  }

  private func areWhole(
    _ first: PackedBlob, _ second: PackedBlob, in bytes: UnsafeRawBufferPointer,
    with codec: BlobCodec
  ) -> Bool {
    guard let one = unsafe bytes.stretch(of: first), let other = unsafe bytes.stretch(of: second)
    else { return false }
    defer { codec.trim(after: max(first.plainLength, second.plainLength)) }
    return unsafe (try? codec.open((one, first), (other, second))) != nil
  }

  private func verify(
    _ blob: PackedBlob, in bytes: UnsafeRawBufferPointer, of pack: CheckedIndex.Pack,
    with codec: BlobCodec
  ) {
    do throws(FormatError) {
      guard let sealed = unsafe bytes.stretch(of: blob) else {
        throw FormatError("Blob \(blob.id.short) lies behind its end")
      }
      _ = try unsafe codec.open(sealed, blob)
    } catch {
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
      while !Task.isCancelled, let (number, blobs) = list.take() {
        let pack = self.index.packs[number]
        guard let size = pack.bytesStored, size <= Repository.BytesMax.of(.pack),
          let bytes = await self.read(pack, 0..<size)
        else { continue }
        self.verify(blobs, in: bytes, of: pack, with: codec)
      }
    }
    if Task.isCancelled { throw .cancelled }
  }
}

extension UnsafeRawBufferPointer {
  /// A blob's sealed bytes in its pack; `nil` where they lie behind its end.
  fileprivate func stretch(of blob: PackedBlob) -> UnsafeRawBufferPointer? {
    let start = Int(blob.offset)
    let end = start + Int(blob.length)
    // Safety: the caller keeps the pack's bytes for as long as it uses these.
    return end <= count ? unsafe UnsafeRawBufferPointer(rebasing: self[start..<end]) : nil
  }
}
