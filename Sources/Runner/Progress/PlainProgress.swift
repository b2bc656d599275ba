import Documents
import Execution

/// Writes a run as lines of plain text, for logs of pipelines: one for each thing that changes,
/// and a sign of life for each running node every so often.
///
/// ```
/// 2026-11-22T02:00:11Z shop/pg:begin        done   0.8s
/// 2026-11-22T02:00:44Z shop/pg/data:copy    …      68%  1.16/1.70 GiB  212 MiB/s
/// ```
public struct PlainProgress: Sendable {
  private struct Running {
    var startedAt: Timestamp
    var saidAt: Timestamp
    var progress: NodeProgress?
  }

  private let addressWidth: Int
  private let interval: Duration
  private var running: [String: Running] = [:]
  private var startedAt: Timestamp?

  /// - Parameters:
  ///   - addressWidth: Columns for addresses; longer ones push the rest of their line.
  ///   - interval: The shortest time between two lines about the progress of one node.
  public init(addressWidth: Int = 28, interval: Duration = .seconds(30)) {
    self.addressWidth = addressWidth
    self.interval = interval
  }

  /// The lines that an event is worth, without line feeds.
  public mutating func lines(for event: RunEvent) -> [String] {
    let address = event.address ?? "run \(event.run)"
    switch event.kind {
    case .nodeStarted:
      running[address] = Running(startedAt: event.at, saidAt: event.at)
      return []
    case .nodeProgressed(let progress):
      running[address]?.progress = progress
      return signOfLife(of: address, at: event.at).map { [$0] } ?? []
    case .heartbeat:
      return running.keys.sorted().compactMap { signOfLife(of: $0, at: event.at) }
    default:
      if event.node != nil { running[address] = isOver(event.kind) ? nil : running[address] }
      return summary(of: event, address: address)
    }
  }

  private func isOver(_ kind: RunEvent.Kind) -> Bool {
    if case .nodeRetrying = kind { false } else { true }
  }

  private mutating func summary(of event: RunEvent, address: String) -> [String] {
    func line(_ word: String, _ rest: String) -> String {
      self.line(event.at, address, word, rest)
    }
    switch event.kind {
    case .runStarted(let nodes, let resumed):
      startedAt = event.at
      let rest = resumed == 0 ? "\(nodes) nodes" : "\(nodes) nodes, \(resumed) done before"
      return [line(resumed == 0 ? "start" : "resume", rest)]
    case .nodeSucceeded(_, let took): return [line("done", took.inSeconds)]
    case .guardConfirmed(let took): return [line("done", took.inSeconds + "  guard confirmed")]
    case .nodeUndone(let took): return [line("undone", took.inSeconds)]
    case .nodeFailed(let failure, let took):
      return [line("failed", "\(took.inSeconds)  \(failure)")] + Self.evidence(failure)
    case .guardUnconfirmed(let failure, let took):
      return [line("STUCK", "\(took.inSeconds)  guard not confirmed: \(failure)")]
        + Self.evidence(failure)
    case .nodeRetrying(let failure, let attempt, let delay):
      return [line("retry", "attempt \(attempt) in \(delay.inSeconds): \(failure)")]
    case .nodeSkipped(let reason): return [line("skip", reason.text)]
    case .stopRequested(let who, let armed):
      return [line("stop", (who.map { "asked by \($0), " } ?? "") + Self.guards(armed))]
    case .lockLost(let reason, let armed):
      return [line("LOST", "\(reason); nothing new begins, \(Self.guards(armed))")]
    case .runFinished(let outcome):
      let took = startedAt.map { (event.at - $0).inSeconds + "  " } ?? ""
      return [
        line(outcome.exit == .ok ? "ok" : "exit \(outcome.exit.rawValue)", took + outcome.text)
      ]
    case .nodeStarted, .nodeProgressed, .heartbeat: return []
    }
  }

  private mutating func signOfLife(of address: String, at instant: Timestamp) -> String? {
    guard let node = running[address], instant - node.saidAt >= interval else { return nil }
    running[address]?.saidAt = instant
    let took = instant - node.startedAt
    return line(instant, address, "…", node.progress?.text(after: took) ?? took.inSeconds)
  }

  private func line(_ at: Timestamp, _ address: String, _ word: String, _ rest: String) -> String {
    "\(at.rounded) \(address.padded(to: addressWidth)) \(word.padded(to: 6)) \(rest)"
  }

  private static func guards(_ armed: Int) -> String {
    "\(armed) \(armed == 1 ? "guard" : "guards") armed"
  }

  private static func evidence(_ failure: ActionFailure) -> [String] {
    failure.evidence.map { "    " + $0 }
  }
}
