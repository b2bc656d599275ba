public import Execution
import Glibc
public import Ports

/// A journal in a file of this machine, held by one process at a time.
///
/// The lock is the kernel's (`flock`): it ends with the process, however that ends.
public struct FileJournal: JournalWriter {
  private let file: OpenFile
  public let path: String

  /// Opens a journal, or makes it, and locks it.
  ///
  /// A torn last line is cut off.
  ///
  /// - Returns: The writer, and what the journal holds; `nil` where it never began.
  /// - Throws: `.locked` where another process runs this run; `.corrupt` where a line is not what
  ///   a run writes.
  public static func open(
    _ path: String
  ) throws(JournalError) -> (journal: FileJournal, contents: JournalContents?) {
    let file = try OpenFile(path, flags: O_RDWR | O_CREAT | O_APPEND)
    try file.lock()
    let journal = FileJournal(file: file, path: path)
    let contents = try journal.contents()
    let whole = contents?.byteCount ?? 0
    if whole < (try journal.bytes().count) { try file.truncate(to: whole) }
    try file.synchronizeFolder()
    return (journal, contents)
  }

  /// What the journal holds; `nil` where it never began.
  func contents() throws(JournalError) -> JournalContents? {
    let bytes = try bytes()
    do throws(CorruptJournal) {
      return try JournalContents(parsing: bytes)
    } catch {
      throw JournalError(.corrupt, "\(error) in `\(path)`", hint: error.hint)
    }
  }

  func bytes() throws(JournalError) -> [UInt8] { try file.read(bytesMax: Self.bytesMax) }

  /// Makes the journal hold these lines. What it has in common with them stays untouched, so that a
  /// crash in between leaves the beginning of one or the other.
  func replace(with journal: [UInt8]) throws(JournalError) {
    let present = try bytes()
    var common = 0
    for (index, (left, right)) in zip(present, journal).enumerated() {
      guard left == right else { break }
      if left == 0x0A { common = index + 1 }
    }
    if common < present.count { try file.truncate(to: common) }
    try file.write(Array(journal[common...]))
    try file.synchronize()
  }

  public func append(_ lines: [[UInt8]]) async throws(JournalError) {
    guard !lines.isEmpty else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.reduce(0) { $0 + $1.count })
    for line in lines { bytes.append(contentsOf: line) }
    try file.write(bytes)
    try file.synchronize()
  }

  /// A run of a million nodes writes a tenth of this.
  private static let bytesMax = 4 << 30
}
