import ClusterModel
import Documents
import Execution
public import Ports

/// Looks at the leases of a whole cluster, for people: who holds what, ask them to stop, or take
/// it from them.
public struct LeaseOffice<C: Clock>: Sendable where C.Duration == Duration {
  private static var triesMax: Int { 5 }

  private let keeper: LeaseKeeper<C>

  public init(_ keeper: LeaseKeeper<C>) { self.keeper = keeper }

  /// Every lease that somebody holds, by application.
  public func held() async throws(ClusterError) -> [Lease] {
    try await keeper.cluster.list(.lease, namespace: nil, selector: LeaseMarks.selector).items
      .map(Lease.init).filter { !$0.isFree }
      .sorted {
        ($0.application, $0.reference.namespace ?? "") < (
          $1.application, $1.reference.namespace ?? ""
        )
      }
  }

  /// Takes a lease from its holder, who sees so at the next heartbeat and begins nothing more.
  ///
  /// - Returns: `false` where it was renewed, released or taken since it was read.
  public func unlock(_ lease: Lease) async throws(ClusterError) -> Bool {
    var lease = lease
    for _ in 0..<Self.triesMax {
      do throws(ClusterError) {
        try await keeper.free(lease)
        return true
      } catch {
        guard error.reason == .conflict || error.reason == .notFound else { throw error }
      }
      // A renewal came between; anything else is another holder's.
      guard let fresh = try await keeper.cluster.get(lease.reference).map(Lease.init),
        fresh.pulse.identity == lease.pulse.identity
      else { return false }
      lease = fresh
    }
    throw ClusterError(.conflict, "It is being changed all the time")
  }

  /// Asks the run that holds a lease to stop, as an interrupt would. Repeatable.
  public func askToStop(_ lease: Lease, by who: String) async throws(ClusterError) {
    guard let holder = lease.holder else { return }
    _ = try await keeper.cluster.patch(
      lease.reference,
      with: ["metadata": ["annotations": [LeaseMarks.stop: .string("\(holder.run) \(who)")]]],
      subresource: nil)
  }

  /// What became of a holder that was waited for.
  public enum Ending: Hashable, Sendable {
    /// It released the lease, or another run has it.
    case ended
    /// It was silent for the whole duration of its lease.
    case dead
    case stillRunning
  }

  /// Waits until the holder of a lease has ended, at most for `time`.
  public func wait(for lease: Lease, atMost time: Duration) async throws(ClusterError) -> Ending {
    let end = keeper.clock.now.advanced(by: time)
    var watch = LeaseWatch<C.Instant>()
    while true {
      let asked = keeper.clock.now
      do throws(ClusterError) {
        let fresh = try await keeper.cluster.get(lease.reference).map(Lease.init)
        guard let fresh, fresh.pulse.identity == lease.pulse.identity else { return .ended }
        if watch.see(fresh, asked: asked, answered: keeper.clock.now) == .dead { return .dead }
      } catch {
        guard error.isTransient else { throw error }
      }
      guard keeper.clock.now < end else { return .stillRunning }
      do { try await keeper.clock.sleep(for: keeper.settings.pause) } catch { return .stillRunning }
    }
  }
}
