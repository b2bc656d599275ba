import ClusterModel
import Documents
import Execution
import Git
import Planning

/// What is remembered of a run for people and auditors: in git, and by `oadp-plan log`.
struct RunSummary: Hashable, Sendable, Codable {
  var run: String
  var planDigest: String
  var startedAt: String
  var endedAt: String
  /// `ok`, `partial`, `interrupted`, …: the exit code's name.
  var result: String
  var exit: Int32
  var isResumed: Bool
  /// `alice@laptop`
  var by: String
  var cluster: ClusterIdentity
  var commit: String?
  var dirtyFiles: [String]
  /// One line for each change: `+ shop/pg@20261122T020000Z`.
  var changes: [String]
  /// The recovery points that were sealed.
  var points: [Point]
  var nodesSucceeded: Int
  var nodesFailed: Int
  var nodesSkipped: Int
  var guardsArmed: Int
  var guardsConfirmed: Int
  var failures: [String]

  struct Point: Hashable, Sendable, Codable {
    var address: String
    var manifestID: String
    var consistency: String
    var quiescedSeconds: Double
    var bytesProcessed: Int64
    var bytesAdded: Int64
  }

  var quiescedSeconds: Double { points.map(\.quiescedSeconds).max() ?? 0 }
  var bytesProcessed: Int64 { points.map(\.bytesProcessed).reduce(0, +) }
  var bytesAdded: Int64 { points.map(\.bytesAdded).reduce(0, +) }

  /// What a run's sealed points say, read from the results of its nodes.
  static func points(of graph: ExecutionGraph, results: [NodeID: JSONValue]) -> [Point] {
    graph.nodes.compactMap { node in
      guard case .sealPoint(let action) = node.action, let result = results[node.id] else {
        return nil
      }
      let seconds: Double =
        switch result["quiescedSeconds"] {
        case .number(let value): value
        case let value: Double(value?.intValue ?? 0)
        }
      return Point(
        address: "\(action.plan)@\(action.point)",
        manifestID: result["manifestID"]?.stringValue ?? "",
        consistency: result["consistency"]?.stringValue ?? "", quiescedSeconds: seconds,
        bytesProcessed: result["bytesProcessed"]?.intValue ?? 0,
        bytesAdded: result["bytesAdded"]?.intValue ?? 0)
    }
  }

  /// The line that git's log shows.
  var headline: String {
    let what = changes.isEmpty ? "nothing" : changes.prefix(3).joined(separator: ", ")
    let more = changes.count > 3 ? ", … (\(changes.count))" : ""
    return "\(result): \(what)\(more)"
  }

  /// The record for git, with the plan that was run beside it.
  func record(plan: [UInt8], at instant: Timestamp) throws(JSONCodingFailure) -> RunRecord {
    let document = Array(CanonicalJSON.pretty(try JSONValue(encoding: self)).utf8)
    var trailers = [
      RunTrailer("Plan-Digest", planDigest), RunTrailer("Result", "\(result) (exit \(exit))"),
      RunTrailer("By", by), RunTrailer("Cluster", "\(cluster.name) \(cluster.uid)"),
    ]
    if let commit {
      trailers.append(RunTrailer("Commit", commit + (dirtyFiles.isEmpty ? "" : " (dirty)")))
    }
    return RunRecord(
      runID: run, secondsSinceEpoch: instant.secondsSinceEpoch, summary: headline,
      trailers: trailers, document: document,
      attachments: [RunRecord.Attachment(name: "plan.json", bytes: plan)])
  }
}
