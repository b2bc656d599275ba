import ObjectStores
import RepositoryFormat
import Synchronization

/// Where all workers of a check bring what they find. A repository that is nothing but damage must
/// not fill the memory: findings are kept up to a bound and counted beyond it.
final class CheckFindings: Sendable {
  private struct State {
    var report = CheckReport()
    var progress = CheckProgress()
    var damagedPacks: Set<ObjectID> = []
    /// Numbers of blobs that were found to be unreadable.
    var damagedBlobs: Set<Int> = []
  }

  private let state = Mutex(State())

  func problem(
    _ object: String, _ reason: String, snapshot: ObjectID? = nil, path: String? = nil
  ) {
    state.withLock { state in
      state.report.problemCount += 1
      guard state.report.problems.count < CheckReport.findingsKeptMax else { return }
      state.report.problems.append(
        CheckFinding(object: object, reason: reason, snapshot: snapshot, path: path))
    }
  }

  func problem(_ pack: ObjectID, _ reason: String) {
    problem(ObjectName(.pack, pack).description, reason)
    _ = state.withLock { $0.damagedPacks.insert(pack) }
  }

  func damaged(_ blob: Int, in pack: ObjectID) {
    state.withLock { state in
      state.damagedPacks.insert(pack)
      state.damagedBlobs.insert(blob)
    }
  }

  func isDamaged(_ blob: Int) -> Bool { state.withLock { $0.damagedBlobs.contains(blob) } }

  func hint(_ object: String, _ reason: String) {
    state.withLock { state in
      state.report.hintCount += 1
      guard state.report.hints.count < CheckReport.findingsKeptMax else { return }
      state.report.hints.append(CheckFinding(object: object, reason: reason))
    }
  }

  func count(_ change: (inout CheckReport) -> Void) { state.withLock { change(&$0.report) } }

  func advance(_ change: (inout CheckProgress) -> Void) {
    state.withLock { change(&$0.progress) }
  }

  var progress: CheckProgress { state.withLock { $0.progress } }

  var report: CheckReport {
    state.withLock { state in
      var report = state.report
      report.bytesRead = state.progress.bytesRead
      report.trees = state.progress.treesDone
      report.damagedPacks = state.damagedPacks.sorted()
      return report
    }
  }
}
