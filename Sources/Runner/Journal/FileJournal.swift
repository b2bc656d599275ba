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
    let bytes = try file.read(bytesMax: bytesMax)
    let contents: JournalContents?
    do throws(CorruptJournal) {
      contents = try JournalContents(parsing: bytes)
    } catch {
      throw JournalError(.corrupt, "\(error) in `\(path)`", hint: error.hint)
    }
    let whole = contents?.byteCount ?? 0
    if whole < bytes.count { try file.truncate(to: whole) }
    try file.synchronizeFolder()
    return (FileJournal(file: file, path: path), contents)
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
