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
        bytesRead: $0.bytesRead, bytesStored: $0.figures.dataAddedPacked)
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
