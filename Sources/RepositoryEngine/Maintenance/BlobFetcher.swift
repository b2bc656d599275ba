import ObjectStores
import RepositoryFormat

/// One read: neighbouring blobs of a pack.
struct Stretch: Sendable {
  /// Reading over a gap is cheaper than another request, up to this many bytes.
  private static let gapMax = 1 << 20
  private static let bytesMax = 8 << 20

  var pack: UInt32
  var range: Range<Int>
  /// Numbers in the table, ascending by offset.
  var entries: [Int]

  /// Groups entries of one kind. Neighbours in a pack come together, whole packs where possible.
  static func grouping(
    _ numbers: [Int], in entries: [BlobTable.Entry], bytesMax: Int = Self.bytesMax
  ) -> [Stretch] {
    let sorted = numbers.sorted {
      (entries[$0].pack, entries[$0].offset) < (entries[$1].pack, entries[$1].offset)
    }
    var stretches: [Stretch] = []
    for number in sorted {
      let entry = entries[number]
      let (start, end) = (Int(entry.offset), Int(entry.end))
      if let last = stretches.last, last.pack == entry.pack,
        start <= last.range.upperBound + gapMax, end - last.range.lowerBound <= bytesMax
      {
        let index = stretches.count - 1
        stretches[index].range = last.range.lowerBound..<max(end, last.range.upperBound)
        stretches[index].entries.append(number)
      } else {
        stretches.append(Stretch(pack: entry.pack, range: start..<end, entries: [number]))
      }
    }
    return stretches
  }
}

/// Brings blobs of one kind from their packs, verified; another copy serves where one is damaged.
struct BlobFetcher: Sendable {
  let repository: Repository
  let table: BlobTable
  let kind: BlobKind
  let form: VerifiedBlob.Form

  /// Calls `visit` with each blob of a stretch, and its number.
  ///
  /// - Throws: What is wrong with the first copy of a blob of which no copy is whole, as `explain`
  ///   words it.
  func fetch(
    _ stretch: Stretch, with opener: BlobOpener,
    explain: (Int, RepositoryError) -> RepositoryError = { $1 },
    _ visit: (Int, VerifiedBlob) async throws(RepositoryError) -> Void
  ) async throws(RepositoryError) {
    let bytes = try? await repository.store.read(name(stretch.pack), stretch.range)
    for number in stretch.entries {
      let entry = table[kind][number]
      if let bytes {
        let start = Int(entry.offset) - stretch.range.lowerBound
        let sealed = Array(bytes[start..<start + Int(entry.length)])
        if let blob = try? opener.verify(sealed, table.blob(number, kind), as: form) {
          try await visit(number, blob)
          continue
        }
      }
      let blob: VerifiedBlob
      do throws(RepositoryError) { blob = try await fetchAnyCopy(of: number, with: opener) } catch {
        throw explain(number, error)
      }
      try await visit(number, blob)
    }
  }

  /// Reads one by one: the first whole copy wins.
  private func fetchAnyCopy(
    of number: Int, with opener: BlobOpener
  ) async throws(RepositoryError) -> VerifiedBlob {
    let id = table[kind][number].id
    guard let first = table.find(id, kind) else { preconditionFailure("\(id)") }
    var failure: RepositoryError?
    for copy in [number] + table.copies(first, kind).filter({ $0 != number }) {
      guard !Task.isCancelled else { throw .cancelled }
      let entry = table[kind][copy]
      let name = name(entry.pack)
      do throws(RepositoryError) {
        let sealed: [UInt8]
        do throws(ObjectStoreError) {
          sealed = try await repository.store.read(name, Int(entry.offset)..<Int(entry.end))
        } catch {
          guard error.reason != .notFound, error.reason != .truncated else {
            throw .damaged(
              object: name.description, reason: "\(error); \(kind.name) blob \(id) lies there")
          }
          throw .store(error)
        }
        return try Repository.decoding(name.description) { () throws(FormatError) in
          try opener.verify(sealed, table.blob(copy, kind), as: form)
        }
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? .cancelled
  }

  private func name(_ pack: UInt32) -> ObjectName { ObjectName(.pack, table.packs[Int(pack)].id) }
}

/// A blob that is what its name says, in the form that was asked for.
struct VerifiedBlob: Sendable {
  enum Form: Sendable {
    /// Under the key of the repository it was read from.
    case sealed
    /// What was sealed: compressed, or plain.
    case stored
    case plain
  }

  var blob: PackedBlob
  var bytes: [UInt8]
}

extension BlobOpener {
  func verify(
    _ sealed: [UInt8], _ blob: PackedBlob, as form: VerifiedBlob.Form
  ) throws(FormatError) -> VerifiedBlob {
    typealias Outcome = Result<VerifiedBlob, FormatError>
    return try unsafe sealed.withUnsafeBytes { bytes in
      Outcome { () throws(FormatError) in
        let opened = try unsafe open(bytes, blob)
        switch form {
        case .sealed: return VerifiedBlob(blob: blob, bytes: sealed)
        case .stored: return unsafe VerifiedBlob(blob: blob, bytes: Array(opened.stored))
        case .plain: return unsafe VerifiedBlob(blob: blob, bytes: Array(opened.plain))
        }
      }
    }.get()
  }
}
