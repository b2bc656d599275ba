import Backends
import Execution
import FoundationEssentials
import Kubernetes
import Planning
import Ports

/// Takes the locks that a run needs, and says so where that takes time or fails.
struct RunLocks {
  let connection: ClusterConnection
  let console: Console
  /// How long to wait for those of others; `nil`: until they are seen to be alive.
  var timeout: Duration?
  let settings: LeaseSettings

  typealias Held = HeldLeases<ContinuousClock>

  /// Ends with the exit code 12 where somebody else holds one and lives.
  ///
  /// - Parameter token: Of the run's local folder.
  func take(
    for graph: ExecutionGraph, run: RunID, token: String
  ) async throws(CommandFailure) -> Held {
    let holder = LeaseHolder(
      who: Person.here, pid: Int(ProcessInfo.processInfo.processIdentifier), run: run,
      token: token)
    do throws(LeaseError) {
      return try await keeper.acquire(LeaseTarget.all(of: graph), as: holder, patience: timeout) {
        [console] lease in
        console.talk(
          "Application `\(lease.application)` is locked by \(lease.holderText): waiting to see "
            + "whether it lives\n")
      }
    } catch {
      guard case .held = error else { throw CommandFailure(.failed, "\(error)") }
      throw CommandFailure(.locked, "\(error)", hint: "wait, or \(Tool.name) unlock")
    }
  }

  var keeper: LeaseKeeper<ContinuousClock> {
    LeaseKeeper(
      cluster: connection.cluster, clock: ContinuousClock(), now: WallClock.now,
      settings: settings)
  }

  /// A new folder's token.
  static func drawToken() -> String {
    String(UInt64.random(in: .min ... .max), radix: 16)
  }
}

/// The person or the pipeline at this machine.
enum Person {
  /// `alice@laptop`
  static var here: String {
    "\(ProcessInfo.processInfo.userName)@\(ProcessInfo.processInfo.hostName)"
  }
}
