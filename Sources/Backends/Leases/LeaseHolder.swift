public import Execution

/// Who holds a lease: a run, and the process that carries it out.
public struct LeaseHolder: Hashable, Sendable, CustomStringConvertible {
  /// `alice@laptop`
  public var who: String
  public var pid: Int
  public var run: RunID
  /// Drawn once for each local folder of a run. Whoever holds that folder's lock and finds the
  /// token in a lease knows that the lease's process is dead, because it held the same lock.
  public var token: String

  public init(who: String, pid: Int, run: RunID, token: String) {
    self.who = who
    self.pid = pid
    self.run = run
    self.token = token
  }

  /// Reads a `holderIdentity`; `nil` where this program did not write it.
  public init?(_ identity: String) {
    var parts = identity.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, let token = parts.popLast(), !token.isEmpty,
      let run = parts.popLast().flatMap({ RunID(String($0)) })
    else { return nil }
    let process = parts.joined(separator: "/")
    guard let colon = process.lastIndex(of: ":"),
      let pid = Int(process[process.index(after: colon)...])
    else { return nil }
    self.init(who: String(process[..<colon]), pid: pid, run: run, token: String(token))
  }

  /// The holder as a Lease's `holderIdentity`: what `kubectl get leases` shows.
  public var identity: String { "\(who):\(pid)/\(run)/\(token)" }

  public var description: String { "run \(run) of \(who), pid \(pid)" }
}
