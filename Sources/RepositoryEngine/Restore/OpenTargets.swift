import Glibc
import Synchronization

/// Files that are being filled by several workers at once.
final class OpenTargets: Sendable {
  private struct Entry {
    var file: OpenFile?
    var remaining: Int
    var inode: ino_t
  }

  /// Files of which pieces lie far apart are closed in between rather than all kept open.
  private static let openMax = 256

  private let entries = Mutex<[Int: Entry]>([:])

  /// The file of this number: open, opened again, or made now.
  ///
  /// Making happens under the lock: of two workers that bring a file's first pieces only one may.
  func file(
    _ number: Int, pieces: Int, make: () throws(SystemFailure) -> OpenFile,
    reopen: () throws(SystemFailure) -> OpenFile
  ) throws(SystemFailure) -> OpenFile {
    let outcome = entries.withLock { entries -> Result<OpenFile, SystemFailure> in
      do throws(SystemFailure) {
        guard let entry = entries[number] else {
          let file = try make()
          entries[number] = Entry(file: file, remaining: pieces, inode: try file.status().st_ino)
          Self.closeSome(&entries, but: number)
          return .success(file)
        }
        if let file = entry.file { return .success(file) }
        let file = try reopen()
        guard try file.status().st_ino == entry.inode else { throw SystemFailure(code: ESTALE) }
        entries[number]?.file = file
        Self.closeSome(&entries, but: number)
        return .success(file)
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// - Returns: whether this was the last piece; the file is forgotten then.
  func finishPiece(_ number: Int) -> Bool {
    entries.withLock { entries in
      guard let entry = entries[number] else { return false }
      guard entry.remaining > 1 else {
        entries[number] = nil
        return true
      }
      entries[number]?.remaining = entry.remaining - 1
      return false
    }
  }

  private static func closeSome(_ entries: inout [Int: Entry], but number: Int) {
    let open = entries.filter { $0.value.file != nil && $0.key != number }
    guard open.count >= openMax else { return }
    for key in open.keys { entries[key]?.file = nil }
  }
}
