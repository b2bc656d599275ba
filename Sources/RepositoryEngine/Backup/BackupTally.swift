import Documents
import RepositoryFormat
import Synchronization

/// What happened so far, counted by all workers.
final class BackupTally: Sendable {
  private struct State {
    var figures: Snapshot.Summary
    var warnings: [String] = []
    var warningCount = 0
    var bytesRead: UInt64 = 0
    var bytesCovered: UInt64 = 0
    var bytesExpected: UInt64?
    var fullReadReason: String?
  }

  /// A volume of unreadable files must not fill the memory with complaints.
  static let warningsKeptMax = 1000

  private let state: Mutex<State>

  init(start: Timestamp) {
    state = Mutex(State(figures: Snapshot.Summary(backupStart: start, backupEnd: start)))
  }

  func count(_ change: (inout Snapshot.Summary) -> Void) {
    state.withLock { change(&$0.figures) }
  }

  func read(_ bytes: Int) { state.withLock { $0.bytesRead += UInt64(bytes) } }

  /// Bytes of a file that are dealt with: read, taken from the parent, or a hole.
  func cover(_ bytes: UInt64) { state.withLock { $0.bytesCovered += bytes } }

  func expect(_ bytes: UInt64?) { state.withLock { $0.bytesExpected = bytes } }

  /// Records why everything was read though a list of changes was given.
  func readInFull(_ reason: String) { state.withLock { $0.fullReadReason = reason } }

  var bytesRead: UInt64 { state.withLock { $0.bytesRead } }

  var fullReadReason: String? { state.withLock { $0.fullReadReason } }

  func warn(_ path: String, _ problem: String) {
    state.withLock { state in
      state.warningCount += 1
      if state.warnings.count < Self.warningsKeptMax {
        state.warnings.append("`\(path)`: \(problem)")
      }
    }
  }

  var progress: BackupProgress {
    state.withLock {
      BackupProgress(
        filesDone: $0.figures.totalFilesProcessed, bytesDone: $0.figures.totalBytesProcessed,
        bytesRead: $0.bytesRead, bytesStored: $0.figures.dataAddedPacked,
        bytesCovered: $0.bytesCovered, bytesExpected: $0.bytesExpected)
    }
  }

  func figures(end: Timestamp) -> Snapshot.Summary {
    state.withLock { state in
      var figures = state.figures
      figures.backupEnd = end
      return figures
    }
  }

  var warnings: (kept: [String], count: Int) {
    state.withLock { ($0.warnings, $0.warningCount) }
  }
}
