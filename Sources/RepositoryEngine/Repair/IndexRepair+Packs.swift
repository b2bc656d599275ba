import ObjectStores
import RepositoryFormat

extension IndexRepair {
  /// As much as the headers of most packs take.
  private static let headerGuess = 16 << 10

  /// A pack's table of contents; `nil` where it is none.
  mutating func header(
    of id: ObjectID, size: Int, guess: Int?
  ) async throws(RepositoryError) -> [PackedBlob]? {
    let longest = PackHeader.sealedLengthMax + PackHeader.lengthFieldLength
    for count in [guess ?? Self.headerGuess, longest] {
      let tail = try await read(id, max(0, size - count)..<size)
      do throws(FormatError) {
        if let header = try codec.header(tail: tail, packBytes: size) { return header }
      } catch {
        return nil
      }
    }
    return nil
  }

  /// Reads a whole pack. It stays where it is as it should be; otherwise what is intact moves.
  mutating func verify(_ id: ObjectID, size: Int) async throws(RepositoryError) {
    let name = ObjectName(.pack, id).description
    guard size <= Repository.BytesMax.of(.pack) else {
      return report.lose(name, "It has \(size) bytes: too many to be repaired")
    }
    let bytes = try await read(id, 0..<size)
    let digest = unsafe bytes.withUnsafeBytes { unsafe codec.digest.hash($0) }
    let header = try? codec.header(tail: bytes, packBytes: size)
    let former = named[id]
    // Whatever anybody says of it is tried: a blob that opens is one.
    var candidates = header ?? []
    let known = Set(candidates)
    for blob in former ?? [] where !known.contains(blob) { candidates.append(blob) }
    let salvage = PackSalvage(of: bytes, blobs: candidates, with: codec)
    if digest == id, let header, salvage.intact.starts(with: header) {
      let agrees = former.map { PackSketch($0) == PackSketch(header) } ?? false
      if !agrees || wrong.contains(id) { enter(IndexFile.Pack(id: id, blobs: header)) }
      if !agrees { lose(salvage, of: name) }
      return
    }
    // A stray file of which nothing is known and nothing can be read is left to prune.
    guard former != nil || !salvage.intact.isEmpty else { return }
    wrong.insert(id)
    lose(salvage, of: name)
    for kind in BlobKind.allCases {
      guard let (bytes, blobs) = salvage.pack(kind, with: codec) else { continue }
      let new = Digest.hash(bytes)
      do { try await repository.store.write(ObjectName(.pack, new), bytes[...]) } catch {
        guard error.reason == .alreadyExists else { throw .store(error) }
      }
      enter(IndexFile.Pack(id: new, blobs: blobs))
    }
    report.packsSalvaged.append(id)
    removable.append(id)
  }

  private mutating func lose(_ salvage: PackSalvage, of name: String) {
    let saved = Set(salvage.intact.map { BlobKey($0) })
    for (blob, reason) in salvage.lost where !saved.contains(BlobKey(blob)) {
      report.lose("\(blob.kind.name) blob \(blob.id)", "\(reason); it lay in \(name)")
    }
  }

  private struct BlobKey: Hashable {
    let id: ObjectID
    let kind: BlobKind

    init(_ blob: PackedBlob) { (id, kind) = (blob.id, blob.kind) }
  }

  private mutating func read(
    _ id: ObjectID, _ range: Range<Int>
  ) async throws(RepositoryError) -> [UInt8] {
    do {
      let bytes = try await repository.store.read(ObjectName(.pack, id), range)
      done.bytesRead += UInt64(bytes.count)
      return bytes
    } catch {
      throw .store(error)
    }
  }

  /// New files first: what they and the untouched ones name is all there is.
  mutating func rewriteIndex() async throws(RepositoryError) {
    var packs = added
    var kept = Set(added.map(\.id))
    for (id, former) in files where former.contains(where: { wrong.contains($0.id) }) {
      report.indexFilesRemoved.append(id)
      for pack in former where !wrong.contains(pack.id) && kept.insert(pack.id).inserted {
        packs.append(pack)
      }
    }
    var start = 0
    while start < packs.count {
      var end = start
      var blobs = 0
      while end < packs.count, end == start || blobs + packs[end].blobs.count <= IndexFile.blobsMax
      {
        blobs += packs[end].blobs.count
        end += 1
      }
      let file = IndexFile(packs: Array(packs[start..<end]))
      report.indexFilesWritten.append(try await repository.writeFile(.index, file.encoded()))
      start = end
    }
    for id in report.indexFilesRemoved { try await repository.delete(ObjectName(.index, id)) }
  }
}
