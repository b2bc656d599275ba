import ArgumentParser
import Backends
import ClusterModel
import Documents
import Execution
import Kubernetes
import Ports

/// The locks that a command is about.
struct LockChoice: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Applications (their namespaces) or runs; default: all that is locked.",
      valueName: "application|run"))
  var names: [String] = []

  /// Those that are held and chosen.
  ///
  /// - Throws: Where a name is given that locks nothing.
  func leases(
    of office: LeaseOffice<ContinuousClock>
  ) async throws(CommandFailure) -> [Lease] {
    let held: [Lease]
    do { held = try await office.held() } catch {
      throw CommandFailure(.failed, "The locks cannot be listed: \(error)")
    }
    guard !names.isEmpty else { return held }
    for name in names where !held.contains(where: { Self.isMeant($0, by: name) }) {
      throw CommandFailure(.failed, "Nothing is locked by the name `\(name)`")
    }
    return held.filter { lease in names.contains { Self.isMeant(lease, by: $0) } }
  }

  private static func isMeant(_ lease: Lease, by name: String) -> Bool {
    lease.application == name || lease.holder?.run.rawValue == name
  }

  /// Who holds what, as a table.
  static func table(_ leases: [Lease]) -> String {
    var rows = [["APPLICATION", "RUN", "BY", "PID", "SINCE", "RENEWED"]]
    for lease in leases {
      rows.append([
        lease.application, lease.holder?.run.rawValue ?? "–",
        lease.holder?.who ?? lease.holderText, lease.holder.map { "\($0.pid)" } ?? "–",
        lease.heldSince?.rounded ?? "–", lease.renewedAt?.rounded ?? "–",
      ])
    }
    return TextTable.lines(rows).joined()
  }
}

extension ClusterConnection {
  var leaseOffice: LeaseOffice<ContinuousClock> {
    LeaseOffice(LeaseKeeper(cluster: cluster, clock: ContinuousClock(), now: WallClock.now))
  }
}
