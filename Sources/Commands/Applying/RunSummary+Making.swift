import Documents
import Execution
import Planning
import Runner

extension RunSummary {
  init(
    _ outcome: RunOutcome, of file: PlanFile, journal: RunJournal, results: [NodeID: JSONValue],
    isResumed: Bool, _ provenance: Provenance, endedAt: Timestamp
  ) {
    self.init(
      run: journal.run.rawValue, planDigest: file.digest,
      startedAt: journal.contents.header.at.rounded, endedAt: endedAt.rounded,
      result: "\(outcome.exit)", exit: outcome.exit.rawValue, isResumed: isResumed,
      by: Person.here, cluster: file.cluster, commit: file.source.commit,
      dirtyFiles: provenance.dirtyFiles, changes: file.changes.map(\.address),
      points: Self.points(of: file.graph, results: results),
      nodesSucceeded: outcome.succeeded, nodesFailed: outcome.failures.count,
      nodesSkipped: outcome.skipped, guardsArmed: outcome.guardsArmed,
      guardsConfirmed: outcome.guardsConfirmed,
      failures: outcome.failures.map { "\($0.address): \($0.failure)" })
  }

  /// The last lines of an apply: what failed and why, then the whole in one line.
  func closingWords(_ outcome: RunOutcome) -> String {
    var text = ""
    for failed in outcome.failures {
      text += "error: \(failed.address): \(failed.failure)\n"
      for line in failed.failure.evidence { text += "    \(line)\n" }
    }
    let took = Timestamp(startedAt).flatMap { start in Timestamp(endedAt).map { $0 - start } }
    var parts = ["run \(run)", result]
    if let took { parts.append(HumanUnits.duration(took)) }
    for point in points { parts.append("+\(point.address) (\(point.consistency))") }
    if !points.isEmpty {
      parts.append("\(HumanUnits.bytes(bytesProcessed)) read")
      parts.append("\(HumanUnits.bytes(bytesAdded)) new")
      parts.append("quiesced \(HumanUnits.duration(.milliseconds(quiescedSeconds * 1000)))")
    }
    parts.append("guards \(guardsConfirmed)/\(guardsArmed) confirmed")
    text += parts.joined(separator: " · ") + "\n"
    if outcome.isResumable { text += "Run the same command again to go on from here\n" }
    return text
  }
}
